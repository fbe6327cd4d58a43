/** Changes of the history: which conversations there are, which is shown, which have yet to be saved. */

import { isEmpty, newConversation, summarize } from './conversation.js';
import { EMPTY_DRAFT, withEdit } from './draft.js';
import { offerModel } from './settings.js';
import { reveal } from './versions.js';

/** @import { Conversation, Core, Draft, Edit, Hit, Place, State, Summary } from './types.d.ts' */

/** @param {Core} core */
export function historyChanges({ state, set, touch, unsaved }) {
  /** Somebody looks at it. @param {Conversation} conversation */
  function see(conversation) {
    if (!conversation.unseen && !state.summaries.find(({ id }) => id === conversation.id)?.unseen) return;
    conversation.unseen = false;
    unsaved.add(conversation);
    set(listed(state, conversation));
  }

  /** An edit goes on while something stands in its place. */
  function settleEdit() {
    const { editing, conversation } = state;
    if (editing && !conversation.turns.some(({ after }) => after === editing.after)) set(withEdit(state));
  }

  return {
    /**
     * @param {Conversation} [conversation] a new one without it
     * @param {Draft} [draft]
     * @param {Edit} [edit] one that was begun there
     */
    openConversation(conversation, draft = EMPTY_DRAFT, edit) {
      const editing = turnIn(conversation, edit?.turn);
      set({
        conversation: conversation ?? newConversation(state.preferences),
        draft: editing && edit ? edit.draft : draft,
        editing,
        interrupted: draft,
        held: false,
        draftNotices: [],
      });
      settleEdit();
      if (conversation) see(conversation);
      offerModel({ state, set });
    },

    /** A conversation has changed in another tab. @param {Conversation} conversation @param {boolean} [changed] here too since */
    replaceConversation(conversation, changed) {
      if (changed) touch(conversation);
      if (conversation.id !== state.conversation.id) return;
      set({ conversation, editing: turnIn(conversation, state.editing?.id) ?? state.editing });
      settleEdit();
      see(conversation);
    },

    /** @param {Conversation} conversation @param {string} title */
    renameConversation(conversation, title) {
      conversation.title = title;
      unsaved.add(conversation);
      set(listed(state, conversation));
    },

    /** As a model has named it. @param {Conversation} conversation @param {string} title @param {number} usd what that cost */
    nameConversation(conversation, title, usd) {
      Object.assign(conversation, { title, titleUsd: usd });
      unsaved.add(conversation);
      set(listed(state, conversation));
    },

    /** Puts it at the top of the list, or back among the others. @param {Conversation} conversation @param {boolean} pinned */
    pinConversation(conversation, pinned) {
      conversation.pinned = pinned;
      unsaved.add(conversation);
      set(listed(state, conversation));
    },

    /** @param {string} id */
    removeConversation(id) {
      for (const conversation of unsaved) if (conversation.id === id) unsaved.delete(conversation);
      set(withSummary(state, id));
    },

    /** Puts it back in the list. @param {Conversation} conversation */
    restoreConversation(conversation) {
      unsaved.add(conversation);
      set(listed(state, conversation));
    },

    /** All that are kept, the newest first. @param {Summary[]} summaries */
    listSummaries(summaries) {
      set({ summaries });
    },

    /** Lists what another tab saved. @param {Summary} summary */
    listSummary(summary) {
      set(withSummary(state, summary.id, summary));
    },

    /** What is asked for; titles are searched at once. @param {string} query */
    search(query) {
      set({ query, hits: query.trim() ? null : new Map() });
    },

    /** Where the query occurs in what was said; as far as the search has come. @param {Map<string, Hit>} hits */
    showHits(hits) {
      set({ hits });
    },

    /** Brings a place of the shown conversation into sight, in whichever version of it that is. @param {Place} place */
    look(place) {
      reveal(state.conversation, place.turn);
      state.conversation.beside = '';
      settleEdit();
      set({ place: place.words.length > 0 ? place : null, revision: state.revision + 1 });
    },

    /** The conversations that have changed since this was last asked. */
    takeUnsaved() {
      const changed = new Set(unsaved);
      unsaved.clear();
      return changed;
    },

    /** To be saved again: they could not be. @param {Iterable<Conversation>} conversations */
    leaveUnsaved(conversations) {
      const all = [...conversations, ...unsaved];
      unsaved.clear();
      for (const conversation of all) unsaved.add(conversation);
    },
  };
}

/** @param {Conversation} [conversation] @param {string} [id] */
function turnIn(conversation, id) {
  return conversation
    ? ([...conversation.turns, ...conversation.aside].find((turn) => turn.id === id) ?? null)
    : null;
}

/** The list with a conversation as it is now; an empty one is not listed. @param {State} state @param {Conversation} conversation */
export function listed(state, conversation) {
  return withSummary(state, conversation.id, isEmpty(conversation) ? undefined : summarize(conversation));
}

/** The list with a summary in its place, or without it. @param {State} state @param {string} id @param {Summary} [summary] @returns {Partial<State>} */
function withSummary({ summaries }, id, summary) {
  const others = summaries.filter((other) => other.id !== id);
  return { summaries: (summary ? [summary, ...others] : others).toSorted((a, b) => b.updated - a.updated) };
}

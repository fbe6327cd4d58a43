/** Which conversation is shown, by its address; and what a person does with those that are kept. */

import { editOf, keepEditing, readDraft, readEditing } from '../storage/preferences.js';
import { NOTHING } from '../state/store.js';
import { pass } from './toast.js';

/**
 * @typedef {import('../state/conversation.js').Conversation} Conversation
 * @typedef {{chat: ReturnType<typeof import('./chat.js').createChat>, archive: import('../storage/archive.js').History,
 *   keeper: import('../storage/autosave.js').Keeper}} Parts
 */

/** @param {import('../state/store.js').Store} store @param {Parts} parts */
export function createConversations(store, { chat, archive, keeper }) {
  const { state } = store;
  /** The id of the one that was last asked for. */
  let wanted = '';

  /** In memory while an answer to it is on its way; else as it was kept, with what has changed since. @param {string} id */
  async function find(id) {
    if (id === state.conversation.id) return state.conversation;
    await keeper.flush();
    return chat.running(id) ?? archive.read(id);
  }

  /** @param {string} id '' for a new one @param {() => void} [before] it is shown */
  async function show(id, before = () => {}) {
    wanted = id;
    if (id === state.conversation.id) return;
    const conversation = id ? await find(id) : undefined;
    const { draft, edit } = await writtenIn(conversation?.id ?? '');
    if (wanted !== id) return; // another has been asked for since
    before();
    store.open(conversation, draft, edit);
  }

  /** Keeps what has been typed and attached while it was being read. @param {string} id */
  async function showAtStart(id) {
    let meanwhile = state.draft;
    await show(id, () => {
      meanwhile = state.draft;
    });
    const { text, files } = state.draft;
    if (meanwhile.text) store.write({ text: [text, meanwhile.text].filter(Boolean).join('\n') });
    if (meanwhile.files.length > 0) store.write({ files: [...files, ...meanwhile.files] });
  }

  /** @param {string} id @returns {Promise<import('../state/store.js').Draft>} */
  async function draftOf(id) {
    const files = await archive.draftFiles(id);
    return { text: readDraft(id), files };
  }

  /** What is being written in a conversation: its draft, and the edit that may have interrupted it. @param {string} id */
  async function writtenIn(id) {
    const turn = readEditing(id);
    const [draft, edited] = await Promise.all([draftOf(id), turn ? draftOf(editOf(id)) : NOTHING]);
    return { draft, edit: { turn, draft: edited } };
  }

  /** @param {string} id @param {Awaited<ReturnType<typeof writtenIn>>} written */
  async function keepWrittenIn(id, { draft, edit }) {
    keepEditing(id, edit.turn);
    await Promise.all([keeper.keepDraftOf(id, draft), keeper.keepDraftOf(editOf(id), edit.draft)]);
  }

  function shownInAddress() {
    return location.hash.slice(1);
  }

  /** @param {string} id */
  async function open(id) {
    await show(id, () => history.pushState(null, '', addressOf(id)));
  }

  async function create() {
    if (isKept()) await open('');
  }

  function isKept() {
    return state.conversation.turns.length > 0;
  }

  // What another tab adds to the conversation that is shown here would be lost with the next save.
  archive.watch(async ({ id, summary, underWay }) => {
    if (!summary) return store.remove(id);
    store.list(summary);
    const isShown = () => id === state.conversation.id && !chat.running(id);
    if (underWay || !isShown()) return undefined;
    const conversation = await archive.read(id);
    return conversation && isShown() ? store.renew(conversation) : undefined;
  });

  return {
    open,
    create,

    /** At the start: the list, and what the address names or what was being written. */
    async begin() {
      const id = shownInAddress();
      store.write({ text: id ? '' : readDraft('') }); // at once, so that one can go on
      try {
        store.set({ summaries: await archive.list() });
        if (id) await showAtStart(id);
        else store.write({ files: [...(await archive.draftFiles('')), ...state.draft.files] });
        if (await archive.isKept()) return;
      } catch {
        // it is there, and cannot be read
      }
      pass(store, { phrase: { key: 'noHistory' } });
    },

    /** Shows what the address names; a new one where it names none. */
    async openFromAddress() {
      await show(shownInAddress());
    },

    /** A new conversation has an address, and a draft of its own, from its first prompt on. */
    address() {
      const id = isKept() ? state.conversation.id : '';
      if (shownInAddress() === id) return;
      history.replaceState(null, '', addressOf(id));
      if (id) keeper.keepDraftOf('', NOTHING);
    },

    /** @param {string} id @param {string} title */
    async rename(id, title) {
      const conversation = await find(id);
      if (conversation) store.rename(conversation, title);
    },

    /** @param {string} id */
    async remove(id) {
      await chat.abandon(id);
      const [conversation, written] = [await find(id), await writtenIn(id)];
      const shown = id === state.conversation.id;
      if (shown) await create();
      store.remove(id);
      await Promise.all([
        archive.remove(id),
        keepWrittenIn(id, { draft: NOTHING, edit: { turn: '', draft: NOTHING } }),
      ]);
      if (!conversation) return;
      const earlier = state.toast?.undo;
      const undo = async () => {
        await earlier?.();
        store.set({ toast: null });
        store.restore(conversation);
        await keepWrittenIn(id, written);
        if (shown) await open(id);
      };
      const phrase = /** @type {const} */ ({
        key: earlier ? 'removedMore' : 'removed',
        values: { title: conversation.title },
      });
      pass(store, { phrase, undo });
    },
  };
}

/** @param {string} id '' for a new conversation */
function addressOf(id) {
  return id ? `#${id}` : location.pathname;
}

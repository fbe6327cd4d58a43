/** Saves what changes: conversations while they grow, drafts while they are written, choices. */

import { isEmpty } from '../state/conversation.js';
import { EMPTY_DRAFT } from '../state/draft.js';
import { editId } from './drafts.js';
import { keepPreferences } from './preferences.js';

/**
 * @import { Draft, Store } from '../state/types.d.ts'
 * @import { Archive, Drafts, Writing } from './types.d.ts'
 */

const SAVE_INTERVAL_MS = 700; // between two writes of an answer that grows

/**
 * @param {Store} store
 * @param {Archive} archive
 * @param {Drafts} drafts
 */
export function createAutosave(store, archive, drafts) {
  const { state } = store;
  /** What was written last: of hundreds of changes a second, few touch any of it. */
  let last = watched();
  let saving = false;

  function watched() {
    const { preferences, draft, editing, conversation } = state;
    return { preferences, draft, editing, shown: conversation.id };
  }

  function saveChoicesAndDraft() {
    const before = last;
    last = watched();
    const { preferences, draft, editing, conversation } = state;
    if (preferences !== before.preferences) keepPreferences(preferences);
    if (last.shown !== before.shown) return; // its draft has just been read
    if (draft === before.draft && editing === before.editing) return;
    const id = isEmpty(conversation) ? '' : conversation.id;
    if (editing !== before.editing) drafts.keepEditedTurn(id, editing?.id ?? '');
    keepDraft(editing ? editId(id) : id, draft, draft.files !== before.draft.files);
    if (before.editing && !editing) keepDraft(editId(id), EMPTY_DRAFT);
  }

  /** @param {string} id of the conversation, or editId of it @param {Draft} draft */
  async function keepDraft(id, draft, andFiles = true) {
    try {
      await drafts.keep(id, draft, andFiles);
    } catch {
      reportNoRoom();
    }
  }

  function reportNoRoom() {
    store.showToast({ phrase: { key: 'notKept' } });
  }

  /** Saves all that has changed, at once. @returns {Promise<boolean>} whether something was written */
  async function flush() {
    const changed = [...store.takeUnsaved()];
    try {
      await Promise.all(changed.map((one) => (isEmpty(one) ? archive.remove(one.id) : archive.save(one))));
      return changed.length > 0;
    } catch {
      store.leaveUnsaved(changed); // until the next change
      reportNoRoom();
      return false;
    }
  }

  /** One write at a time. */
  async function saveConversations() {
    if (saving) return;
    saving = true;
    while (await flush()) await new Promise((resolve) => setTimeout(resolve, SAVE_INTERVAL_MS));
    saving = false;
  }

  return {
    flush,
    keepDraft,

    /** @param {string} id of the conversation @param {Writing} writing */
    async keepWriting(id, { draft, edit }) {
      drafts.keepEditedTurn(id, edit.turn);
      await Promise.all([keepDraft(id, draft), keepDraft(editId(id), edit.draft)]);
    },

    /** To be called after every change of the state. */
    save() {
      try {
        saveChoicesAndDraft();
      } catch {
        reportNoRoom();
      }
      saveConversations();
    },
  };
}

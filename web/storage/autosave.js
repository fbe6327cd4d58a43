/** Keeps what changes: conversations while they grow, drafts while they are written, choices. */

import { editOf, keepDraft, keepEditing, keepPreferences } from './preferences.js';
import { NOTHING } from '../state/store.js';
import { pass } from '../actions/toast.js';

const PAUSE = 700; // ms between two writes of a growing answer

/** @typedef {ReturnType<typeof createKeeper>} Keeper */

/** @param {import('../state/store.js').Store} store @param {import('./archive.js').History} archive */
export function createKeeper(store, archive) {
  const { state } = store;
  /** What was written last: hundreds of pieces a second change none of it. */
  let kept = { preferences: state.preferences, draft: state.draft, editing: state.editing };
  let saving = false;

  function keepWritten() {
    const { preferences, draft, editing, conversation } = state;
    const before = kept;
    kept = { preferences, draft, editing };
    if (preferences !== before.preferences) keepPreferences(preferences);
    if (draft === before.draft && editing === before.editing) return;
    const id = conversation.turns.length > 0 ? conversation.id : '';
    if (editing !== before.editing) keepEditing(id, editing?.id ?? '');
    keepDraftOf(editing ? editOf(id) : id, draft, draft.files !== before.draft.files);
    if (before.editing && !editing) keepDraftOf(editOf(id), NOTHING);
  }

  /** @param {string} id of the conversation, or editOf it @param {import('../state/store.js').Draft} draft */
  async function keepDraftOf(id, { text, files }, andFiles = true) {
    try {
      keepDraft(id, text);
      if (andFiles) await archive.keepDraftFiles(id, files);
    } catch {
      full();
    }
  }

  function full() {
    pass(store, { phrase: { key: 'notKept' } });
  }

  /** Writes all that has changed, at once. @returns {Promise<boolean>} whether something was written */
  async function flush() {
    const changed = [...store.takeUnsaved()];
    try {
      await Promise.all(changed.map((one) => (one.turns.length > 0 ? archive.save(one) : archive.remove(one.id))));
      return changed.length > 0;
    } catch {
      store.leaveUnsaved(changed); // until the next change
      full();
      return false;
    }
  }

  /** One write at a time. */
  async function save() {
    if (saving) return;
    saving = true;
    while (await flush()) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    saving = false;
  }

  return {
    flush,
    keepDraftOf,

    /** After every change of the state. */
    keep() {
      try {
        keepWritten();
      } catch {
        full();
      }
      save();
    },
  };
}

/**
 * What a person has begun to write in each conversation, kept on this device: texts in the browser's storage, their
 * files in the archive. `id` is a conversation's, '' for a new one, or `editId` of one.
 */

import { EMPTY_DRAFT } from '../state/draft.js';
import { device } from './web_storage.js';

/**
 * @import { Draft } from '../state/types.d.ts'
 * @import { Archive, Writing } from './types.d.ts'
 */

const DRAFT = 'claude-stream.draft.';
const EDITED_TURN = 'claude-stream.editing.';

/** @type {Writing} */
export const NO_WRITING = { draft: EMPTY_DRAFT, edit: { turn: '', draft: EMPTY_DRAFT } };

/** Where the draft of an edit is kept: beside the one that it interrupts. @param {string} id of the conversation */
export function editId(id) {
  return `${id}/edit`;
}

/** @param {Archive} archive */
export function createDrafts(archive) {
  /** @param {string} id @returns {Promise<Draft>} */
  async function read(id) {
    const files = await archive.readDraftFiles(id);
    return { text: readText(id), files };
  }

  /** At once, so that one can type on. @param {string} id */
  function readText(id) {
    return device.getItem(DRAFT + id) ?? '';
  }

  return {
    readText,

    /** @param {string} id @returns {Promise<Writing>} */
    async readWriting(id) {
      const turn = device.getItem(EDITED_TURN + id) ?? '';
      const [draft, edited] = await Promise.all([read(id), turn ? read(editId(id)) : EMPTY_DRAFT]);
      return { draft, edit: { turn, draft: edited } };
    },

    /** Throws where there is no room. @param {string} id @param {Draft} draft */
    async keep(id, { text, files }, andFiles = true) {
      keepItem(DRAFT + id, text);
      if (andFiles) await archive.keepDraftFiles(id, files);
    },

    /** Which turn's prompt is being edited. @param {string} id of the conversation @param {string} turn its id; '' for none */
    keepEditedTurn(id, turn) {
      keepItem(EDITED_TURN + id, turn);
    },
  };
}

/** @param {string} name @param {string} value */
function keepItem(name, value) {
  if (value) device.setItem(name, value);
  else device.removeItem(name);
}

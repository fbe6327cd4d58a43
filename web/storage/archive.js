/**
 * Conversations on this device, in IndexedDB. Summaries stand apart from conversations, so that the list and its
 * search never read the pictures. Other tabs hear of every change. Where there is no IndexedDB, conversations live as
 * long as the page.
 */

import { openDB } from '../vendor/idb/index.js';
import { isUnderWay, revived, summary } from '../state/conversation.js';

/**
 * @typedef {import('../state/conversation.js').Attachment} Attachment
 * @typedef {import('../state/conversation.js').Conversation} Conversation
 * @typedef {import('../state/conversation.js').Summary} Summary
 * @typedef {{id: string, summary?: Summary, underWay?: boolean}} Change without a summary it has been deleted;
 *   `underWay`: an answer to it is on its way
 */

const NAME = 'claude-stream';
/** So long (ms) the page waits: a tab with an older page may be in the way, and keeps it from opening. */
const PATIENCE = 3000;

/** @typedef {ReturnType<typeof openHistory>} History */

async function open() {
  return openDB(NAME, 2, {
    upgrade(db, from) {
      if (from < 1) {
        db.createObjectStore('conversations', { keyPath: 'id' });
        db.createObjectStore('summaries', { keyPath: 'id' });
      }
      if (from < 2) db.createObjectStore('draftFiles');
    },
    blocking: (_from, _to, { target }) => /** @type {IDBDatabase} */ (target).close(), // for a tab with a newer page
  });
}

/** @param {number} milliseconds @returns {Promise<undefined>} */
function later(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function openHistory() {
  const opening = Promise.race([open(), later(PATIENCE)]).catch(() => undefined);
  const tabs = new BroadcastChannel(NAME);
  /** What could not be written. @type {Map<string, Conversation>} */
  const unkept = new Map();

  return {
    async isKept() {
      return (await opening) !== undefined;
    },

    /** @returns {Promise<Summary[]>} the newest first */
    async list() {
      const all = /** @type {Summary[]} */ ((await (await opening)?.getAll('summaries')) ?? []);
      return all.toSorted((a, b) => b.updated - a.updated);
    },

    /** @param {string} id @returns {Promise<Conversation | undefined>} */
    async read(id) {
      const database = await opening;
      const unwritten = unkept.get(id);
      if (unwritten) return unwritten;
      const found = await database?.get('conversations', id);
      return found && revived(found);
    },

    /** Both or neither. Rejects where there is no room. @param {Conversation} conversation */
    async save(conversation) {
      unkept.set(conversation.id, conversation);
      const transaction = (await opening)?.transaction(['conversations', 'summaries'], 'readwrite');
      const listed = summary(conversation);
      const underWay = isUnderWay(conversation);
      const written = [
        transaction?.objectStore('conversations').put(conversation),
        transaction?.objectStore('summaries').put(listed),
      ];
      transaction?.commit(); // waits for nobody: the page may be closing
      await Promise.all([...written, transaction?.done]);
      if (transaction) unkept.delete(conversation.id);
      tabs.postMessage({ id: conversation.id, summary: listed, underWay });
    },

    /** @param {string} id */
    async remove(id) {
      unkept.delete(id);
      const transaction = (await opening)?.transaction(['conversations', 'summaries'], 'readwrite');
      await Promise.all([
        transaction?.objectStore('conversations').delete(id),
        transaction?.objectStore('summaries').delete(id),
        transaction?.done,
      ]);
      tabs.postMessage({ id });
    },

    /** Of a message that is still being written. @param {string} id of the conversation; '' for a new one @returns {Promise<Attachment[]>} */
    async draftFiles(id) {
      return (await (await opening)?.get('draftFiles', id)) ?? [];
    },

    /** @param {string} id @param {Attachment[]} files */
    async keepDraftFiles(id, files) {
      const database = await opening;
      if (files.length > 0) await database?.put('draftFiles', files, id);
      else await database?.delete('draftFiles', id);
    },

    /** Tells of what other tabs save and remove. @param {(change: Change) => void} listener */
    watch(listener) {
      tabs.addEventListener('message', ({ data }) => listener(data));
    },
  };
}

/**
 * Conversations on this device, in IndexedDB. Summaries stand apart from conversations, so that the list and its
 * search never read the pictures.
 */

import { openDB } from './vendor/idb/index.js';
import { revived, summary } from './conversation.js';

/**
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./conversation.js').Summary} Summary
 */

/** @typedef {Awaited<ReturnType<typeof openHistory>>} History */

export async function openHistory() {
  const database = await openDB('claude-stream', 1, {
    upgrade(db) {
      db.createObjectStore('conversations', { keyPath: 'id' });
      db.createObjectStore('summaries', { keyPath: 'id' });
    },
  });
  return {
    /** @returns {Promise<Summary[]>} the newest first */
    async list() {
      const all = /** @type {Summary[]} */ (await database.getAll('summaries'));
      return all.sort((a, b) => b.updated - a.updated);
    },

    /** @param {string} id @returns {Promise<Conversation | undefined>} */
    async read(id) {
      const found = await database.get('conversations', id);
      return found && revived(found);
    },

    /** Both or neither. @param {Conversation} conversation */
    async save(conversation) {
      const transaction = database.transaction(['conversations', 'summaries'], 'readwrite');
      await Promise.all([
        transaction.objectStore('conversations').put(conversation),
        transaction.objectStore('summaries').put(summary(conversation)),
        transaction.done,
      ]);
    },

    /** @param {string} id */
    async remove(id) {
      const transaction = database.transaction(['conversations', 'summaries'], 'readwrite');
      await Promise.all([
        transaction.objectStore('conversations').delete(id),
        transaction.objectStore('summaries').delete(id),
        transaction.done,
      ]);
    },
  };
}

/**
 * The archive: conversations on this device, in IndexedDB. Summaries stand apart from conversations, so that the list
 * and its search never read the pictures. Other tabs hear of every change. Where there is no IndexedDB, conversations
 * live as long as the page.
 */

import { openDB } from '../vendor/idb/index.js';
import { isUnderWay, revive, summarize } from '../state/conversation.js';

/**
 * @import { Attachment, Conversation, Summary } from '../state/types.d.ts'
 * @import { Change } from './types.d.ts'
 */

const NAME = 'claude-stream';
/** How long to wait for the database to open; a tab with an older version can block the upgrade. */
const OPEN_TIMEOUT_MS = 3000;
/** How long a reload waits for the page before it, whose last writes may come after the new page has begun. */
const LAST_WRITES_MS = 500;

async function openDatabase() {
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

/** The lock that a page holds while it writes an answer to a conversation. @param {string} id */
function lockOf(id) {
  return `${NAME}.answering.${id}`;
}

/** @param {string} id */
async function lastWrites(id) {
  const signal = AbortSignal.timeout(LAST_WRITES_MS); // another tab may hold it to the answer's end
  await navigator.locks.request(lockOf(id), { signal }, () => {}).catch(() => {});
}

export function openArchive() {
  const opening = Promise.race([openDatabase(), later(OPEN_TIMEOUT_MS)]).catch(() => undefined);
  const tabs = new BroadcastChannel(NAME);
  /** Conversations that could not be written. @type {Map<string, Conversation>} */
  const unwritten = new Map();
  /** What releases the locks of answers that are on their way here. @type {Map<string, () => void>} */
  const releases = new Map();

  /** @param {string} id @param {boolean} underWay */
  function hold(id, underWay) {
    if (underWay === releases.has(id)) return;
    if (underWay) {
      const ended = new Promise((resolve) => releases.set(id, () => resolve(undefined)));
      navigator.locks.request(lockOf(id), { mode: 'shared' }, () => ended).catch(() => {});
    } else {
      releases.get(id)?.();
      releases.delete(id);
    }
  }

  return {
    /** Whether anything outlives the page. */
    async isAvailable() {
      return (await opening) !== undefined;
    },

    /** @returns {Promise<Summary[]>} the newest first */
    async readSummaries() {
      const all = /** @type {Summary[]} */ ((await (await opening)?.getAll('summaries')) ?? []);
      return all.toSorted((a, b) => b.updated - a.updated);
    },

    /** @param {string} id @returns {Promise<Conversation | undefined>} */
    async read(id) {
      const database = await opening;
      const newest = unwritten.get(id);
      if (newest) return newest;
      if (!releases.has(id)) await lastWrites(id);
      const found = await database?.get('conversations', id);
      return found && revive(found);
    },

    /** Writes it and its summary, both or neither. Rejects where there is no room. @param {Conversation} conversation */
    async save(conversation) {
      unwritten.set(conversation.id, conversation);
      const transaction = (await opening)?.transaction(['conversations', 'summaries'], 'readwrite');
      const summary = summarize(conversation);
      const underWay = isUnderWay(conversation);
      hold(conversation.id, underWay);
      const written = [
        transaction?.objectStore('conversations').put(conversation),
        transaction?.objectStore('summaries').put(summary),
      ];
      transaction?.commit(); // waits for nobody: the page may be closing
      await Promise.all([...written, transaction?.done]);
      if (transaction) unwritten.delete(conversation.id);
      tabs.postMessage({ id: conversation.id, summary, underWay });
    },

    /** @param {string} id */
    async remove(id) {
      unwritten.delete(id);
      hold(id, false);
      const transaction = (await opening)?.transaction(['conversations', 'summaries'], 'readwrite');
      await Promise.all([
        transaction?.objectStore('conversations').delete(id),
        transaction?.objectStore('summaries').delete(id),
        transaction?.done,
      ]);
      tabs.postMessage({ id });
    },

    /** @param {string} id of a draft (drafts.js) @returns {Promise<Attachment[]>} */
    async readDraftFiles(id) {
      return (await (await opening)?.get('draftFiles', id)) ?? [];
    },

    /** @param {string} id @param {Attachment[]} files */
    async keepDraftFiles(id, files) {
      const database = await opening;
      if (files.length > 0) await database?.put('draftFiles', files, id);
      else await database?.delete('draftFiles', id);
    },

    /** Calls `listener` with what other tabs save and remove. @param {(change: Change) => void} listener */
    watch(listener) {
      tabs.addEventListener('message', ({ data }) => listener(data));
    },
  };
}

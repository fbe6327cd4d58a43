/**
 * A back-up of all conversations as one file, and back. The file is JSON, a line for each conversation between a first
 * and a last line of ours, so that neither writing nor reading ever holds all of it as one text.
 */

import { BACKUP_FORMAT } from '../state/conversation_file.js';
import { revive } from '../state/conversation.js';
import { putConversation, STORES } from './archive.js';

/**
 * @import { Conversation } from '../state/types.d.ts'
 * @import { Archive, Stores, Taken } from './types.d.ts'
 */

const BATCH_CONVERSATIONS = 10; // that are read or written at once

/**
 * @param {Archive} archive @param {object} personal what else is to be kept @param {(done: number) => void} onProgress called with
 *   the number of conversations
 * @returns {Promise<{file: Blob, count: number}>}
 */
export async function writeBackup(archive, personal, onProgress) {
  /** @type {BlobPart[]} */
  const parts = [line({ format: BACKUP_FORMAT, version: 1, created: new Date().toISOString(), personal })];
  let count = 0;
  for await (const conversations of inBatches(archive)) {
    parts.push(new Blob(conversations.map(line))); // which the browser may put on the disk
    count += conversations.length;
    onProgress(count);
  }
  parts.push(line({ format: BACKUP_FORMAT, end: true, conversations: count }));
  return { file: new Blob(parts, { type: 'application/jsonl' }), count };
}

/** @param {object} value */
function line(value) {
  return `${JSON.stringify(value)}\n`;
}

/** @param {Archive} archive @returns {AsyncGenerator<Conversation[], void>} */
async function* inBatches(archive) {
  const unwritten = new Map([...archive.unwritten()].map((one) => [one.id, one]));
  yield [...unwritten.values()];
  const database = await archive.database();
  if (!database) return;
  for (let after = ''; ;) {
    const range = IDBKeyRange.lowerBound(after, true);
    const found = /** @type {Conversation[]} */ (
      await database.getAll('conversations', range, BATCH_CONVERSATIONS)
    );
    const last = found.at(-1);
    if (!last) return;
    yield found.filter(({ id }) => !unwritten.has(id));
    after = last.id;
  }
}

/**
 * Takes conversations over: new ones, and newer versions of those that are here, whose own turns are kept as other
 * versions. What is newer here, or `busy`, stays as it is. Where there is no more room, what was written before stays,
 * and nothing is half written.
 * @param {Archive} archive @param {AsyncIterable<Conversation>} conversations
 * @param {{busy: (id: string) => boolean, onProgress: (done: number) => void}} options
 * @returns {Promise<Taken>}
 */
export async function takeOver(archive, conversations, { busy, onProgress }) {
  const result = { added: 0, updated: 0, present: 0, newer: 0, full: false };
  let progress = 0;
  for await (const batch of batched(conversations)) {
    try {
      const counts = await takeBatch(archive, batch, busy);
      for (const kind of /** @type {const} */ (['added', 'updated', 'present', 'newer']))
        result[kind] += counts[kind];
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return { ...result, full: true };
    }
    progress += batch.length;
    onProgress(progress);
  }
  return result;
}

/** @param {AsyncIterable<Conversation>} conversations @returns {AsyncGenerator<Conversation[], void>} */
async function* batched(conversations) {
  /** @type {Conversation[]} */
  let batch = [];
  for await (const one of conversations) {
    batch.push(one);
    if (batch.length < BATCH_CONVERSATIONS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * All of the batch or nothing: in one transaction, so that no other tab can write between the look and the writing.
 * @param {Archive} archive @param {Conversation[]} batch @param {(id: string) => boolean} busy
 */
async function takeBatch(archive, batch, busy) {
  const database = await archive.database();
  if (!database) throw new DOMException('there is no database', 'InvalidStateError');
  const transaction = database.transaction(STORES, 'readwrite');
  const ended = transaction.done.then(
    () => undefined,
    (/** @type {unknown} */ error) => error,
  );
  try {
    const { counts, written } = await writeBatch(transaction, batch, busy);
    const error = await ended;
    if (error) throw error;
    written.forEach(archive.announceSaved);
    return counts;
  } catch (error) {
    abandon(transaction);
    throw error;
  }
}

/** Where it is not over already. @param {Stores} transaction */
function abandon(transaction) {
  try {
    transaction.abort();
  } catch {
    // the browser has done so
  }
}

/** @param {Stores} transaction @param {Conversation[]} batch @param {(id: string) => boolean} busy */
async function writeBatch(transaction, batch, busy) {
  const counts = { added: 0, updated: 0, present: 0, newer: 0 };
  /** @type {Conversation[]} */
  const written = [];
  for (const one of batch) {
    const here = /** @type {Conversation | undefined} */ (
      await transaction.objectStore('conversations').get(one.id)
    );
    const kind = kindOf(one, here, busy);
    counts[kind] += 1;
    if (kind !== 'added' && kind !== 'updated') continue;
    const whole = here ? withTurnsOf(one, revive(here)) : one;
    await Promise.all(putConversation(transaction, whole));
    written.push(whole);
  }
  return { counts, written };
}

/** @param {Conversation} one @param {Conversation | undefined} here @param {(id: string) => boolean} busy */
function kindOf({ id, updated }, here, busy) {
  if (busy(id)) return 'newer';
  if (!here) return 'added';
  if (here.updated === updated) return 'present';
  return here.updated > updated ? 'newer' : 'updated';
}

/** The newer version, with what only the older one has as other versions. @param {Conversation} newer @param {Conversation} older @returns {Conversation} */
function withTurnsOf(newer, older) {
  const ids = new Set([...newer.turns, ...newer.aside].map(({ id }) => id));
  const more = [...older.turns, ...older.aside].filter(({ id }) => !ids.has(id));
  return { ...newer, aside: [...newer.aside, ...more] };
}

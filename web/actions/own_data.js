/** All conversations as one file, and the conversations of a file among those that are here. */

import { conversationsIn, countConversations, Refusal } from '../import/read.js';
import { takeOver, writeBackup } from '../storage/backup.js';

/**
 * @import { Store, Summary } from '../state/types.d.ts'
 * @import { Archive, Autosave, Taken } from '../storage/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Chat } from './chat.js'
 *
 * @typedef {(phrase: Phrase) => void} Report says how far it is
 */

/** @param {{archive: Archive, autosave: Autosave}} parts @param {Report} report @returns {Promise<Blob>} */
export async function backUpAll({ archive, autosave }, report) {
  await autosave.flush();
  const { file, count } = await writeBackup(archive, (done) =>
    report({ key: 'backingUp', values: { count: done } }),
  );
  report({ key: 'backedUp', values: { count } });
  return file;
}

/**
 * @param {Store} store @param {{archive: Archive, autosave: Autosave, chat: Chat}} parts
 * @param {Blob} file @param {Report} report
 */
export async function restoreFrom(store, { archive, autosave, chat }, file, report) {
  if (!(await archive.isAvailable())) return report({ key: 'noHistory' });
  report({ key: 'readingFile' });
  try {
    const count = await countConversations(file);
    await autosave.flush();
    const result = await takeOver(archive, conversationsIn(file), {
      busy: (id) => chat.running(id) !== undefined,
      onProgress: (done) => report({ key: 'restoring', values: { done, count } }),
    });
    await showTaken(store, archive, chat);
    report(outcome(result));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    report({ key: error.key });
  }
}

/** @param {Taken} taken @returns {Phrase} */
function outcome({ full, added, updated, present, newer }) {
  /** @type {Phrase} */
  const counts = { key: 'restored', values: { added, updated, present, newer } };
  return full ? { key: 'restoredInPart', values: { counts } } : counts;
}

/** @param {Store} store @param {Archive} archive @param {Chat} chat */
async function showTaken(store, archive, chat) {
  const { state } = store;
  const working = new Map(state.summaries.filter((one) => one.working).map((one) => [one.id, one]));
  const withWorking = (/** @type {Summary} */ one) => working.get(one.id) ?? one;
  store.listSummaries((await archive.readSummaries()).map(withWorking));
  const { id, updated } = state.conversation;
  const newest = chat.running(id) ? undefined : await archive.read(id);
  if (newest && newest.updated > updated) store.replaceConversation(newest);
}

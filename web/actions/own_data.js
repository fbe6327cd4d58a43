/** All conversations, choices and drafts as one file, and those of a file among what is here. */

import { conversationsIn, Refusal, survey } from '../import/read.js';
import { takeOver, writeBackup } from '../storage/backup.js';
import { gatherPersonal, takePersonal } from './personal_data.js';

/**
 * @import { Store, Summary } from '../state/types.d.ts'
 * @import { Archive, Autosave, Drafts, Taken } from '../storage/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Chat } from './chat.js'
 *
 * @typedef {(phrase: Phrase) => void} Report says how far it is
 */

/** @param {Store} store @param {{archive: Archive, autosave: Autosave, drafts: Drafts}} parts @param {Report} report @returns {Promise<Blob>} */
export async function backUpAll({ state }, { archive, autosave, drafts }, report) {
  await autosave.flush();
  const personal = await gatherPersonal(state, drafts);
  const { file, count } = await writeBackup(archive, personal, (done) =>
    report({ key: 'backingUp', values: { count: done } }),
  );
  report({ key: 'backedUp', values: { count } });
  return file;
}

/**
 * @param {Store} store @param {{archive: Archive, autosave: Autosave, drafts: Drafts, chat: Chat}} parts
 * @param {Blob} file @param {Report} report
 */
export async function restoreFrom(store, parts, file, report) {
  const { archive, autosave, chat } = parts;
  if (!(await archive.isAvailable())) return report({ key: 'noHistory' });
  report({ key: 'readingFile' });
  try {
    const { count, personal } = await survey(file);
    await autosave.flush();
    const result = await takeOver(archive, conversationsIn(file), {
      busy: (id) => chat.running(id) !== undefined,
      onProgress: (done) => report({ key: 'restoring', values: { done, count } }),
    });
    await showTaken(store, archive, chat);
    const more = personal ? await takePersonal(store, parts, personal) : { instructions: 0, drafts: 0 };
    report(outcome(result, more));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    report({ key: error.key });
  }
}

/** @param {Taken} taken @param {{instructions: number, drafts: number}} more @returns {Phrase} */
function outcome({ full, added, updated, present, newer }, more) {
  /** @type {Phrase} */
  const conversations = { key: 'restored', values: { added, updated, present, newer } };
  /** @type {Phrase} */
  const counts = Object.values(more).some(Boolean)
    ? { key: 'restoredMore', values: { conversations, ...more } }
    : conversations;
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

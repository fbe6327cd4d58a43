/** Follows what other tabs do to the conversations. Loaded with the first that is heard of them. */

import { adoptTurns } from '../state/merging.js';

/**
 * @import { Store } from '../state/types.d.ts'
 * @import { Archive, Change } from '../storage/types.d.ts'
 * @import { Chat } from './chat.js'
 */

/** What another tab does to a conversation that is in use here would be lost with the next save. @param {Store} store @param {{chat: Chat, archive: Archive}} parts @param {Change} change */
export async function hear(store, { chat, archive }, { id, summary }) {
  const { state } = store;
  if (!summary) return remove(store, { chat, archive }, id);
  store.listSummary(summary);
  const inUse = () => chat.running(id) ?? (id === state.conversation.id && !summary.working && state.conversation);
  const saved = inUse() ? await archive.readSaved(id) : undefined;
  const own = inUse();
  if (!own || !saved) return undefined;
  if (!chat.running(id)) return store.replaceConversation(saved, adoptTurns(saved, own));
  if (own.title !== saved.title) store.renameConversation(own, saved.title);
  if (Boolean(own.pinned) !== Boolean(saved.pinned)) store.pinConversation(own, Boolean(saved.pinned));
  return adoptTurns(own, saved) ? store.replaceConversation(own, true) : undefined;
}

/** An answer that comes in here would write it again. @param {Store} store @param {{chat: Chat, archive: Archive}} parts @param {string} id */
async function remove(store, { chat, archive }, id) {
  const isAnswered = chat.running(id) !== undefined;
  await chat.abandon(id);
  store.removeConversation(id);
  if (isAnswered) await archive.remove(id);
}

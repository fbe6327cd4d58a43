/** Follows what other tabs do to the conversations. Loaded with the first that is heard of them. */

import { adoptTurns } from '../state/merging.js';

/**
 * @import { Store } from '../state/types.d.ts'
 * @import { Archive, Change } from '../storage/types.d.ts'
 * @import { Chat } from './chat.js'
 */

/** What another tab adds to a conversation that is in use here would be lost with the next save. @param {Store} store @param {{chat: Chat, archive: Archive}} parts @param {Change} change */
export async function hear(store, { chat, archive }, { id, summary }) {
  const { state } = store;
  if (!summary) return store.removeConversation(id);
  store.listSummary(summary);
  const inUse = () => chat.running(id) ?? (id === state.conversation.id && !summary.working && state.conversation);
  const saved = inUse() ? await archive.readSaved(id) : undefined;
  const own = inUse();
  if (!own || !saved) return undefined;
  if (!chat.running(id)) return store.replaceConversation(saved, adoptTurns(saved, own));
  return adoptTurns(own, saved) ? store.replaceConversation(own, true) : undefined;
}

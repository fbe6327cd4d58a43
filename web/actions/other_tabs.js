/** Follows what other tabs do to the conversations. Loaded with the first that is heard of them. */

import { isEmpty } from '../state/conversation.js';
import { adoptTurns } from '../state/merging.js';

/**
 * @import { State, Store } from '../state/types.d.ts'
 * @import { Archive, Autosave, Change, Drafts } from '../storage/types.d.ts'
 * @import { Chat } from './chat.js'
 */

/** What another tab does to a conversation that is in use here would be lost with the next save. @param {Store} store @param {{chat: Chat, archive: Archive, drafts: Drafts, autosave: Autosave}} parts @param {Change} change */
export async function hear(store, { chat, archive, drafts, autosave }, { id, summary }) {
  const { state } = store;
  if (!summary) return hearRemoval(store, { chat, archive }, id);
  store.listSummary(summary);
  keepDraft(state, drafts, autosave);
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
async function hearRemoval(store, { chat, archive }, id) {
  const isAnswered = chat.running(id) !== undefined;
  await chat.abandon(id);
  store.removeConversation(id);
  if (isAnswered) await archive.remove(id);
}

/** What is in the box here, where what another tab has sent stood in its place on the disk. @param {Readonly<State>} state @param {Drafts} drafts @param {Autosave} autosave */
function keepDraft({ conversation, draft, editing, interrupted }, drafts, autosave) {
  const id = isEmpty(conversation) ? '' : conversation.id;
  const own = editing ? interrupted : draft;
  if (own.text && !drafts.readText(id)) autosave.keepDraft(id, own, own.files.length > 0);
}

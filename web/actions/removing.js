/** Deletes a conversation, and brings it back. Loaded with the first that is deleted. */

import { NO_WRITING } from '../storage/drafts.js';

/**
 * @import { Conversation, Store, Toast } from '../state/types.d.ts'
 * @import { Archive, Autosave, Drafts } from '../storage/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Chat } from './chat.js'
 *
 * @typedef {{find(id: string): Promise<Conversation | undefined>, open(id: string): Promise<void>, create(): Promise<void>}} Showing
 */

/** @param {Store} store @param {{chat: Chat, archive: Archive, drafts: Drafts, autosave: Autosave} & Showing} parts @param {string} id */
export async function remove(store, { chat, archive, drafts, autosave, find, open, create }, id) {
  const { state } = store;
  await chat.abandon(id);
  const [conversation, writing] = [await find(id), await drafts.readWriting(id)];
  const shown = id === state.conversation.id;
  if (shown) await create();
  store.removeConversation(id);
  await Promise.all([archive.remove(id), autosave.keepWriting(id, NO_WRITING)]);
  if (!conversation) return;
  const earlier = undoOfRemoval(state.toast);
  const undo = async () => {
    await earlier?.();
    store.hideToast();
    store.restoreConversation(conversation);
    await autosave.keepWriting(id, writing);
    if (shown) await open(id);
  };
  store.showToast({ phrase: removalOf(conversation, Boolean(earlier)), undo });
}

/** Of those that were deleted just before; a toast of something else has an Undo of its own. @param {Toast | null} toast */
function undoOfRemoval(toast) {
  return toast?.phrase.key.startsWith('removed') ? toast.undo : undefined;
}

/** @param {Conversation} conversation @param {boolean} more whether another one was removed just before @returns {Phrase} */
function removalOf({ title }, more) {
  return { key: more ? 'removedMore' : 'removed', values: { title } };
}

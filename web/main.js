/**
 * Wires the page together. Data moves one way: the view reports what the person does, an action changes the store, the
 * store tells the view and autosave.
 */

import { attachTo } from './actions/attachments.js';
import { createAuthentication } from './actions/authentication.js';
import { createChat } from './actions/chat.js';
import { createConversations } from './actions/conversations.js';
import { loadConfig } from './api/client.js';
import { createStore } from './state/store.js';
import { openArchive } from './storage/archive.js';
import { createAutosave } from './storage/autosave.js';
import { createDrafts } from './storage/drafts.js';
import { forgetKey, readKey } from './storage/key.js';
import { readPreferences } from './storage/preferences.js';
import { createView } from './view/view.js';

/** @import { Conversation, Turn } from './state/types.d.ts' */

const store = createStore({ preferences: readPreferences(), hasKey: Boolean(readKey()), online: navigator.onLine });
const { state } = store;
const archive = openArchive();
const drafts = createDrafts(archive);
const autosave = createAutosave(store, archive, drafts);
const chat = createChat(store, { readKey, forgetKey, answered });
const parts = { chat, archive, drafts, autosave };
const conversations = createConversations(store, parts);
const ownData = () => import('./actions/own_data.js');

/** @param {Conversation} conversation @param {Turn} turn */
async function answered(conversation, turn) {
  if (state.preferences.notify)
    import('./view/notification.js').then(({ notify }) => notify(conversation, state.preferences));
  if (!state.preferences.titles || conversation.turns.length > 1) return;
  const { nameConversation } = await import('./actions/titles.js');
  await nameConversation(store, { readKey, find: conversations.find }, conversation, turn);
}

const view = createView({
  ...chat,
  ...conversations,
  ...createAuthentication(store),
  write: (text) => store.writeDraft({ text }),
  attach: (files) => attachTo(store, files),
  detach: store.detachFile,
  edit: store.startEditing,
  editLast() {
    const last = state.conversation.turns.at(-1);
    if (last && last.status !== 'working') store.startEditing(last);
  },
  leaveEditing: store.leaveEditing,
  bringBack: store.bringBack,
  chooseModel: store.chooseModel,
  chooseSystem: store.chooseSystem,
  prefer: store.prefer,
  spending: async () => (await import('./actions/spend_summary.js')).spendingOf(archive, state.config),
  backUp: async (report) => (await ownData()).backUpAll(parts, report),
  restore: async (file, report) => (await ownData()).restoreFrom(store, parts, file, report),
  undo: () => state.toast?.undo?.(),
});
store.subscribe(view);

addEventListener('online', () => {
  store.setOnline(true);
  chat.resume();
});
addEventListener('offline', () => store.setOnline(false));
addEventListener('popstate', conversations.openFromAddress);
addEventListener('pagehide', autosave.flush);

const loading = loadConfig().catch(() => null);
await conversations.begin();
store.subscribe(autosave.save);
store.subscribe(conversations.address);
const config = await loading;
// Nothing can be sent before this: the conversation was about to be replaced.
if (config) {
  store.configure(config);
  chat.resume();
} else store.reportTrouble({ key: 'noConfig' });
const { installWorker } = await import('./storage/offline.js');
await installWorker(conversations.open);

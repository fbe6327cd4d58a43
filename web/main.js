/**
 * Wires the page together. Data moves one way: the view reports an action, the action changes the store, the store
 * tells the view and those who keep things.
 */

import { attachTo } from './actions/attachments.js';
import { createChat } from './actions/chat.js';
import { loadConfig } from './api/client.js';
import { createConversations } from './actions/conversations.js';
import { openHistory } from './storage/archive.js';
import { createKeeper } from './storage/autosave.js';
import { createKeys, forgetKey, readKey } from './actions/authentication.js';
import { readPreferences } from './storage/preferences.js';
import { createStore } from './state/store.js';
import { createView } from './view/view.js';

const store = createStore({ preferences: readPreferences(), hasKey: Boolean(readKey()), online: navigator.onLine });
const { state } = store;
const archive = openHistory();
const keeper = createKeeper(store, archive);
const chat = createChat(store, { readKey, forgetKey });
const conversations = createConversations(store, { chat, archive, keeper });

const view = createView({
  ...chat,
  ...conversations,
  ...createKeys(store),
  write: (text) => store.write({ text }),
  attach: (files) => attachTo(store, files),
  detach: (file) => store.write({ files: state.draft.files.filter((one) => one !== file) }),
  edit: store.edit,
  editLast() {
    const last = state.conversation.turns.at(-1);
    if (last && last.status !== 'working') store.edit(last);
  },
  leaveEditing: store.leaveEditing,
  bringBack: store.bringBack,
  search: (query) => store.set({ query }),
  chooseModel: (model) => store.choose({ model }),
  chooseSystem: (system) => store.choose({ system }),
  prefer: store.prefer,
  undo: () => state.toast?.undo?.(),
});
store.subscribe(view);

addEventListener('online', () => store.set({ online: true }));
addEventListener('offline', () => store.set({ online: false }));
addEventListener('popstate', conversations.openFromAddress);
addEventListener('pagehide', keeper.flush);

const loading = loadConfig().catch(() => null);
await conversations.begin();
store.subscribe(keeper.keep);
store.subscribe(conversations.address);
const config = await loading;
// Only now can anything be sent: not into a conversation that is about to be replaced.
if (config) store.configure(config);
else store.set({ trouble: { key: 'noConfig' } });

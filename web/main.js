/**
 * Wires the page together. Data moves one way: the view reports what the person does, an action changes the store, the
 * store tells the view and autosave.
 */

import { createAttaching } from './actions/attaching.js';
import { createAuthentication } from './actions/authentication.js';
import { createChat } from './actions/chat.js';
import { createConfiguration } from './actions/configuration.js';
import { createConversations } from './actions/conversations.js';
import { createStore } from './state/store.js';
import { openArchive } from './storage/archive.js';
import { createAutosave } from './storage/autosave.js';
import { createDrafts } from './storage/drafts.js';
import { forgetKey, readKey } from './storage/key.js';
import { readPreferences } from './storage/preferences.js';
import { languageOf, loadWords } from './strings.js';
import { createView } from './view/view.js';

/** @import { Conversation, Turn } from './state/types.d.ts' */

const store = createStore({ preferences: readPreferences(), hasKey: Boolean(readKey()), online: navigator.onLine });
const { state } = store;
const configuration = createConfiguration(store);
await loadWords(languageOf(state.preferences.language, navigator.language));
const archive = openArchive();
const drafts = createDrafts(archive);
const autosave = createAutosave(store, archive, drafts);
const chat = createChat(store, { readKey, forgetKey, answered });
const parts = { chat, archive, drafts, autosave };
const conversations = createConversations(store, parts);
const ownData = () => import('./actions/own_data.js');
const searching = () => import('./actions/searching.js');

/** @param {Conversation} conversation @param {Turn} turn */
async function answered(conversation, turn) {
  if (state.preferences.notify)
    import('./view/notification.js').then(({ notify }) => notify(conversation, state.preferences));
  if (!state.preferences.titles || conversation.turns.length > 1) return;
  const { nameConversation } = await import('./actions/titles.js');
  await nameConversation(store, { readKey, find: conversations.find }, conversation, turn);
}

/** Whether a part of the page could not be loaded, in the words of each browser. @param {unknown} error */
function isMissingModule(error) {
  return error instanceof TypeError && /import\w* .*module|imported module/i.test(error.message);
}

const view = createView({
  ...chat,
  ...conversations,
  ...createAuthentication(store, configuration.arrival),
  ...createAttaching(store),
  release: store.release,
  edit: store.startEditing,
  editLast() {
    const last = state.conversation.turns.at(-1);
    if (last && last.status !== 'working') store.startEditing(last);
  },
  leaveEditing: store.leaveEditing,
  bringBack: store.bringBack,
  compare: store.compare,
  chooseModel: store.chooseModel,
  chooseSecond: store.chooseSecond,
  chooseThinking: store.chooseThinking,
  useInstructions: store.useInstructions,
  removeInstructions: store.removeInstructions,
  /** @param {Parameters<typeof store.prefer>[0]} change */
  async prefer(change) {
    await loadWords(languageOf(change.language ?? state.preferences.language, navigator.language));
    store.prefer(change);
  },
  /** @param {string} query */
  async search(query) {
    store.search(query);
    (await searching()).showHits(store, parts, query);
  },
  /** @param {string} query */
  async *findHits(query) {
    yield* (await searching()).findHits(store, parts, query);
  },
  retry: configuration.retry,
  sayNotLoaded: () => store.showToast({ phrase: { key: 'notLoaded' } }),
  spending: async () => (await import('./actions/spend_summary.js')).spendingOf(archive, state.config),
  backUp: async (report) => (await ownData()).backUpAll(store, parts, report),
  restore: async (file, report) => (await ownData()).restoreFrom(store, parts, file, report),
  undo: () => state.toast?.undo?.(),
  hideToast: store.hideToast,
});
store.subscribe(view);

addEventListener('online', () => {
  store.setOnline(true);
  chat.resume();
});
addEventListener('offline', () => store.setOnline(false));
addEventListener('unhandledrejection', (event) => {
  if (!isMissingModule(event.reason)) return;
  event.preventDefault();
  store.showToast({ phrase: { key: 'notLoaded' } }); // what the person asked for is loaded with the next click
});
addEventListener('popstate', conversations.openFromAddress);
addEventListener('pagehide', autosave.flush);

store.subscribe(chat.sendHeld);
await conversations.begin();
store.subscribe(autosave.save);
store.subscribe(conversations.address);
// Nothing can be sent before this: the conversation was about to be replaced.
configuration.arrival.then((config) => {
  store.configure(config);
  chat.resume();
});
import('./storage/offline.js').then(
  ({ installWorker }) => installWorker(conversations.open),
  () => {}, // offline: with the next visit
);

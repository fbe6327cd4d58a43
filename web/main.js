/**
 * Wires the page together. Data moves one way: the view reports an action, the action changes the store, the store
 * tells the view and those who keep things.
 */

import { MOST_FILES, Unfit, attach } from './attachments.js';
import { createChat } from './chat.js';
import { Failure, checkKey, loadConfig } from './client.js';
import { openHistory } from './history.js';
import { forgetKey, keepKey, looksLikeKey, readKey } from './key.js';
import { keepDraft, keepPreferences, readDraft, readPreferences } from './preferences.js';
import { createStore } from './store.js';
import { languageOf, say } from './strings.js';
import { createView } from './view/view.js';

const SAVE_PAUSE = 700; // ms between two writes of a growing answer
const TOAST_SECONDS = 8;

const store = createStore({ preferences: readPreferences(), hasKey: Boolean(readKey()), online: navigator.onLine });
const { state } = store;
const chat = createChat(store, { readKey, forgetKey });
/** @type {import('./history.js').History | undefined} */
let archive;

// the key

/** @param {string} key @param {boolean} onDevice */
async function useKey(key, onDevice) {
  if (!looksLikeKey(key)) return store.set({ keyNotice: { key: 'keyShape' } });
  if (!state.config) return undefined;
  store.set({ checkingKey: true, keyNotice: null });
  try {
    await checkKey(state.config, key);
    keepKey(key, onDevice);
    return store.set({ hasKey: true, checkingKey: false });
  } catch (error) {
    return store.set({ checkingKey: false, keyNotice: keyProblem(error) });
  }
}

/** @param {unknown} error @returns {import('./strings.js').Phrase} */
function keyProblem(error) {
  const kind = error instanceof Failure ? error.kind : 'ours';
  if (kind === 'wrongKey') return { key: 'keyWrong' };
  const key = /** @type {import('./strings.js').Key} */ (`failed${kind[0]?.toUpperCase()}${kind.slice(1)}`);
  const language = languageOf(state.preferences.language, navigator.language);
  return { key: 'keyUnchecked', values: { reason: say(language, { key }) } };
}

function forget() {
  forgetKey();
  store.set({ hasKey: false, keyNotice: null });
}

// conversations

/** Opens what the address names; a new one where it names none. */
async function openFromAddress() {
  const id = location.hash.slice(1);
  if (id === state.conversation.id) return;
  const conversation = id ? await find(id) : undefined;
  store.open(conversation, { text: readDraft(conversation?.id ?? ''), files: [] });
  fitModel();
}

/** In memory while an answer to it is on its way; else as it was kept, with what has changed since. @param {string} id */
async function find(id) {
  if (id === state.conversation.id) return state.conversation;
  for (const changed of store.takeUnsaved()) archive?.save(changed); // reads wait for writes that came before them
  return chat.running(id) ?? (await archive?.read(id));
}

/** @param {string} id '' for a new one */
function open(id) {
  history.pushState(null, '', id ? `#${id}` : location.pathname);
  return openFromAddress();
}

function create() {
  if (isKept()) open('');
}

/** @param {string} id @param {string} title */
async function rename(id, title) {
  store.rename(id, title);
  const conversation = await find(id);
  if (conversation) await archive?.save(Object.assign(conversation, { title }));
}

/** @param {string} id */
async function remove(id) {
  chat.abandon(id);
  const shown = id === state.conversation.id;
  const conversation = await find(id);
  if (!conversation) return;
  if (shown) create();
  store.remove(id);
  await archive?.remove(id);
  const undo = async () => {
    store.set({ toast: null });
    await archive?.save(conversation);
    store.restore(conversation);
    if (shown) open(id);
  };
  pass({ phrase: { key: 'removed', values: { title: conversation.title } }, undo });
}

/** @param {import('./store.js').Toast} toast */
function pass(toast) {
  store.set({ toast });
  setTimeout(() => state.toast === toast && store.set({ toast: null }), TOAST_SECONDS * 1000);
}

/** A model that was chosen once may no longer be on offer. */
function fitModel() {
  const { config, conversation } = state;
  if (config && !config.models.includes(conversation.model)) store.choose({ model: config.model });
}

// attachments

/** @param {File[]} files */
async function attachAll(files) {
  for (const file of files) {
    try {
      if (state.draft.files.length >= MOST_FILES) throw new Unfit('fileCount', file.name);
      const attachment = await attach(file);
      store.write({ files: [...state.draft.files, attachment] });
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      store.set({ draftNotice: { key: error.reason, values: { name: error.fileName } } });
      return;
    }
  }
}

// what is kept

/** What was written last: hundreds of pieces a second change neither. */
let kept = { preferences: state.preferences, draft: state.draft };

function keepAll() {
  const { preferences, draft, editing } = state;
  if (preferences !== kept.preferences) keepPreferences(preferences);
  if (draft !== kept.draft && !editing) keepDraft(isKept() ? state.conversation.id : '', draft.text);
  kept = { preferences, draft };
}

function isKept() {
  return state.conversation.turns.length > 0;
}

let saving = false;
/** Writes what has changed, one write at a time. */
async function save() {
  if (saving || !archive) return;
  saving = true;
  for (let changed = store.takeUnsaved(); changed.size > 0; changed = store.takeUnsaved()) {
    for (const conversation of changed) if (conversation.turns.length > 0) await archive.save(conversation);
    await new Promise((resolve) => setTimeout(resolve, SAVE_PAUSE));
  }
  saving = false;
}

/** A new conversation has an address, and a draft of its own, from its first prompt on. */
function address() {
  const { id } = state.conversation;
  if (!isKept() || location.hash === `#${id}`) return;
  history.replaceState(null, '', `#${id}`);
  keepDraft('', '');
}

const view = createView({
  ...chat,
  write: (text) => store.write({ text }),
  attach: attachAll,
  detach: (file) => store.write({ files: state.draft.files.filter((one) => one !== file) }),
  edit: (turn) => store.edit(turn),
  editLast() {
    const last = state.conversation.turns.at(-1);
    if (last && last.status !== 'working') store.edit(last);
  },
  leaveEditing: store.leaveEditing,
  bringBack: store.bringBack,
  create,
  open,
  rename,
  remove,
  search: (query) => store.set({ query }),
  chooseModel: (model) => store.choose({ model }),
  chooseSystem: (system) => store.choose({ system }),
  prefer: store.prefer,
  useKey,
  forget,
  undo: () => state.toast?.undo?.(),
});
store.subscribe(view);

addEventListener('online', () => store.set({ online: true }));
addEventListener('offline', () => store.set({ online: false }));
addEventListener('popstate', openFromAddress);

/** What was kept, and then what the address names. */
async function begin() {
  try {
    archive = await openHistory();
    store.set({ summaries: await archive.list() });
  } catch {
    pass({ phrase: { key: 'noHistory' } });
  }
  if (location.hash) await openFromAddress();
  store.subscribe(() => {
    keepAll();
    address();
    save();
  });
}

store.write({ text: location.hash ? '' : readDraft('') });
const loading = loadConfig().catch(() => null);
await begin();
const config = await loading;
// Only now can anything be sent: not into a conversation that is about to be replaced.
store.set(config ? { config } : { trouble: { key: 'noConfig' } });
fitModel();

/**
 * Wires the page together, and follows one prompt from Send to the end of its answer.
 *
 * Data moves one way: the view reports an action, the action changes the store, the store tells the view.
 */

import { Failure, loadConfig, streamMessage } from './client.js';
import { forgetKey, keepKey, looksLikeKey, readKey } from './key.js';
import { createStore, isWorking, toMessages } from './store.js';
import { createView } from './view.js';

/** How an answer can end early though all went well, by stop reason. */
const ENDINGS = new Map([
  ['max_tokens', 'The answer reached its length limit. Ask Claude to go on.'],
  ['model_context_window_exceeded', 'The conversation has become too long. Reload the page to start a new one.'],
  ['refusal', 'Claude declined to answer this.'],
]);

const store = createStore(Boolean(readKey()));
/** @type {import('./client.js').Config | undefined} */
let config;
let running = new AbortController();

async function send() {
  if (!config || isWorking(store.state) || !store.state.draft.trim()) return;
  if (!store.state.hasKey) {
    store.set({ keyNotice: 'Enter the key first; your message stays here.' });
    return;
  }
  running = new AbortController();
  const turn = store.ask();
  try {
    await follow(turn, config, running.signal);
  } catch (error) {
    fail(turn, error);
  }
}

/** @param {import('./store.js').Turn} turn @param {import('./client.js').Config} config @param {AbortSignal} signal */
async function follow(turn, config, signal) {
  const request = { config, key: readKey(), messages: toMessages(store.state.turns), signal };
  let ending = '';
  for await (const { delta } of streamMessage(request)) {
    if (delta?.type === 'text_delta' && delta.text) store.addText(turn, delta.text);
    ending = ENDINGS.get(delta?.stop_reason ?? '') ?? ending;
  }
  store.finish(turn, 'done', ending);
}

/** @param {import('./store.js').Turn} turn @param {unknown} error */
function fail(turn, error) {
  if (running.signal.aborted) {
    store.finish(turn, 'stopped', 'Stopped.');
  } else if (error instanceof Failure && error.status === 401) {
    forgetKey();
    store.refuseKey(turn, 'That key was not accepted. Enter it again; your message is still here.');
  } else if (error instanceof Failure) {
    store.finish(turn, 'failed', error.message);
  } else {
    store.finish(turn, 'failed', 'Something in this page went wrong. Reload it, then send again.');
    throw error; // a mistake of ours: leave its trace in the console
  }
}

/** @param {string} key */
function useKey(key) {
  if (!looksLikeKey(key)) {
    store.set({ keyNotice: 'A key is made of plain letters, digits and signs, without spaces. Paste it again.' });
    return;
  }
  keepKey(key);
  store.set({ hasKey: true, keyNotice: '' });
}

function forget() {
  forgetKey();
  store.set({ hasKey: false, keyNotice: '' });
}

store.subscribe(
  createView({ send, stop: () => running.abort(), write: (draft) => store.set({ draft }), useKey, forget }),
);

try {
  config = await loadConfig();
  store.set({ model: config.model });
} catch {
  store.set({ trouble: 'This page could not read its config.json. Check your connection, then reload.' });
}

/** What the page asks and says about a key's limits, over a simulated fetch. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { createChat } from '../../web/actions/chat.js';
import { loadLimits, streamMessage } from '../../web/api/client.js';
import { createStore } from '../../web/state/store.js';

if (!globalThis.navigator)
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en', onLine: true } });
const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

const CONFIG = { functionUrl: 'https://f.example/', model: 'm', models: ['m'], maxTokens: 9 };
const LIMIT = { name: 'usd_per_day', limit: 5, used: 1.25, remaining: 3.75, resets_at: '2026-11-28T00:00:00Z' };
const ANSWER = ['message_start', 'message_stop'].map((type) => `data: ${JSON.stringify({ type })}\n\n`).join('');

/** A person with a key whose limits the function tells; `asked` counts the questions for them. @param {() => Response} usage */
function person(usage) {
  const store = createStore({
    preferences: { language: 'en', theme: '', model: 'm', system: '' },
    hasKey: true,
    online: true,
  });
  const chat = createChat(store, { readKey: () => 'key', forgetKey: () => {} });
  store.configure(CONFIG);
  let asked = 0;
  globalThis.fetch = async (url) => {
    if (!String(url).endsWith('v1/usage')) return new Response(ANSWER);
    asked += 1;
    return usage();
  };
  const ask = async () => {
    store.writeDraft({ text: 'hello' });
    chat.send();
    while (store.state.conversation.turns.at(-1)?.status === 'working') await new Promise(setImmediate);
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
  };
  return { store, ask, asked: () => asked };
}

test('a key with limits is asked about after each answer, and not before the first', async () => {
  const { store, ask, asked } = person(() => Response.json({ key: 'alice', limits: [LIMIT] }));
  assert.equal(asked(), 0);
  assert.equal(store.state.limits, null);
  await ask();
  assert.deepEqual(store.state.limits, [LIMIT]);
  await ask();
  assert.equal(asked(), 2);
});

test('a key without limits is asked about once, and another key again', async () => {
  const { store, ask, asked } = person(() => Response.json({ key: 'default', limits: [] }));
  await ask();
  await ask();
  assert.deepEqual([store.state.limits, asked()], [[], 1]);
  store.acceptKey();
  await ask();
  assert.equal(asked(), 2);
});

test('a function that cannot say what is left is not asked again, and the answer is there', async () => {
  const { store, ask, asked } = person(() => new Response('', { status: 404 }));
  await ask();
  await ask();
  assert.deepEqual([store.state.conversation.turns.at(-1)?.status, asked()], ['done', 1]);
});

test('what was left stays shown while the function cannot say it', async () => {
  const answers = [Response.json({ limits: [LIMIT] }), new Response('', { status: 503 })];
  const { store, ask } = person(() => answers.shift() ?? new Response('', { status: 500 }));
  await ask();
  await ask();
  assert.deepEqual(store.state.limits, [LIMIT]);
});

test('the limits are asked with the key', async () => {
  /** @type {[string, string][]} */
  const calls = [];
  globalThis.fetch = async (url, { headers }) => {
    calls.push([String(url), headers['x-api-key']]);
    return Response.json({ limits: [] });
  };
  assert.deepEqual(await loadLimits(CONFIG, 'secret'), []);
  assert.deepEqual(calls, [['https://f.example/v1/usage', 'secret']]);
});

test('a limit that is used up is another failure than a burst, and than one that leaves no room', async () => {
  const cases = [
    [{ 'retry-after': '40' }, 'throttled'],
    [{ 'retry-after': '62000', 'x-should-retry': 'false' }, 'limited'],
    [{ 'x-should-retry': 'false' }, 'noRoom'],
  ];
  for (const [headers, kind] of cases) {
    globalThis.fetch = async () => new Response('{}', { status: 429, headers });
    const events = streamMessage({ config: CONFIG, key: 'k', body: '{}', signal: new AbortController().signal });
    await assert.rejects(events.next(), { kind, retryAfterSeconds: Number(headers['retry-after'] ?? 0) });
  }
});

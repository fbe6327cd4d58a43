/** answers.js over lines that are cut at every byte: each event comes once, and the answer is asked for once. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { streamAnswer } from '../../web/api/answers.js';

const EVENTS = [
  { type: 'message_start', message: {} },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: '你好, 👋\n\nid: 7' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
  { type: 'message_stop' },
];
const NUMBERED = EVENTS.map((event, index) => ({ ...event, number: index + 1 }));
const config = {
  functionUrl: 'https://abc.example',
  model: 'claude',
  models: ['claude'],
  maxTokens: 99,
  keepAnswersMinutes: 60,
};

/** @param {number} after */
function wire(after) {
  const events = NUMBERED.slice(after).map(
    ({ number, ...event }) => `id: ${number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return new TextEncoder().encode(`: ping\n\n${events.join('')}`);
}

/** A body that ends, or breaks, after `bytes`. @param {Uint8Array} whole @param {number} bytes @param {boolean} breaks */
function cut(whole, bytes, breaks) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(whole.slice(0, bytes));
      if (!breaks) controller.close();
    },
    pull(controller) {
      if (breaks) controller.error(new TypeError('network error'));
    },
  });
}

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout };
/** @type {string[]} */
let calls;
/** What each request after the first gets. @type {(after: number) => Response | Promise<Response>} */
let rest;
/** @type {ReadableStream} */
let first;
beforeEach(() => {
  calls = [];
  globalThis.fetch = async (url, { method = 'GET', headers }) => {
    calls.push(method);
    if (method === 'POST') return (assert.equal(headers['x-answer-id'], 'u'), new Response(first));
    return rest(Number(new URL(url).searchParams.get('after')));
  };
  globalThis.setTimeout = (callback) => real.setTimeout(callback, 0); // pauses take no time
});
afterEach(() => Object.assign(globalThis, real));

/** @param {string | null} body @param {object[]} into */
async function all(body, into = [], onBreak = () => {}, settings = config) {
  const { signal } = new AbortController();
  const request = { config: settings, key: 'k', body, signal, id: 'u', onBreak };
  for await (const event of streamAnswer(request)) into.push(event);
  return into;
}

for (const breaks of [true, false]) {
  test(`whatever byte the line ${breaks ? 'breaks' : 'ends'} after, the answer is whole`, async () => {
    const whole = wire(0);
    const begun = wire(0).length - wire(1).length + ': ping\n\n'.length;
    for (let bytes = 0; bytes <= whole.length; bytes++) {
      calls = [];
      first = cut(whole, bytes, breaks);
      rest = (after) => new Response(wire(after));
      const again = () => (first = cut(whole, whole.length, false));
      assert.deepEqual(await all('{}', [], again), NUMBERED, `cut after ${bytes} bytes`);
      assert.equal(calls.filter((method) => method === 'POST').length, bytes < begun ? 2 : 1);
    }
  });
}

test('the line may break again and again, while something comes each time', async () => {
  const one = (after) => wire(after).length - wire(after + 1).length + ': ping\n\n'.length;
  first = cut(wire(0), one(0), true);
  rest = (after) => new Response(cut(wire(after), one(after), true));
  let breaks = 0;
  assert.deepEqual(await all('{}', [], () => (breaks += 1)), NUMBERED);
  assert.equal(breaks, EVENTS.length - 1);
});

test('a kept answer is read from its beginning without being asked for', async () => {
  rest = (after) => new Response(wire(after));
  assert.deepEqual(await all(null), NUMBERED);
  assert.deepEqual(calls, ['GET']);
});

test('a break before the first event repeats the request under its id, for which the model is asked once', async () => {
  first = cut(wire(0), 20, true);
  assert.deepEqual(await all('{}', [], () => (first = cut(wire(0), wire(0).length, false))), NUMBERED);
  assert.deepEqual(calls, ['POST', 'POST']);
});

test('a line that never holds is given up soon', async () => {
  const again = () => (first = cut(wire(0), 20, true));
  again();
  await assert.rejects(all('{}', [], again), { kind: 'cutOff' });
  assert.deepEqual(calls, ['POST', 'POST', 'POST', 'POST']);
});

test('where the table has failed, events have no numbers, and a break is the end: the model would be asked twice', async () => {
  const unnumbered = EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  first = cut(new TextEncoder().encode(`event: ping\ndata: {"type":"ping"}\n\n${unnumbered}`), 150, true);
  const received = [];
  await assert.rejects(all('{}', received), { kind: 'cutOff' });
  assert.equal(received.at(-1).type, 'message_start');
  assert.deepEqual(calls, ['POST']);
});

test('where the function keeps nothing, a break is the end', async () => {
  first = cut(wire(0), 20, true);
  await assert.rejects(
    all('{}', [], () => {}, { ...config, keepAnswersMinutes: undefined }),
    { kind: 'cutOff' },
  );
  assert.deepEqual(calls, ['POST']);
});

test('when nothing more can be had, the failure is shown after some attempts', async () => {
  first = cut(wire(0), wire(0).length - wire(2).length + 8, true);
  rest = () => Promise.reject(new TypeError('Failed to fetch'));
  const received = [];
  await assert.rejects(all('{}', received), { kind: 'unreachable' });
  assert.deepEqual(received, NUMBERED.slice(0, 2));
  assert.equal(calls.length, 9);
});

test("an error with a number is the answer's own; one without is the request's, and passes", async () => {
  const error = { type: 'error', error: { type: 'timeout_error', message: 'The time is up.' } };
  const written = (id) => new TextEncoder().encode(`${id}event: error\ndata: ${JSON.stringify(error)}\n\n`);
  first = cut(wire(0), wire(0).length - wire(1).length + 8, true);
  const answers = [() => new Response(written('')), (after) => new Response(wire(after))];
  rest = (after) => answers.shift()(after);
  assert.deepEqual(await all('{}'), NUMBERED);
  first = cut(wire(0), wire(0).length - wire(1).length + 8, true);
  rest = () => new Response(written('id: 2\n'));
  await assert.rejects(all('{}'), { kind: 'timeout', detail: 'The time is up.' });
});

/** client.js against streams cut in every way; the browser tests cover the rest with a real line. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { Failure, streamMessage } from '../../web/client.js';

const EVENTS = [
  { type: 'message_start', message: {} },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '你好, 👋\n\n' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'data: not an event' } },
  { type: 'message_stop' },
];
const WIRE = new TextEncoder().encode(EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));

const config = { functionUrl: 'https://abc.example/', model: 'claude', models: ['claude'], maxTokens: 99 };
const ask = (signal = new AbortController().signal) =>
  streamMessage({ config, key: 'secret', messages: [{ role: 'user', content: 'hi' }], signal });

/** @param {Uint8Array[]} chunks @param {Error} [error] how the body breaks, if it does */
function body(chunks, error) {
  const left = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk) controller.enqueue(chunk);
      else if (error) controller.error(error);
      else controller.close();
    },
  });
}

const all = async (events, into = []) => {
  for await (const event of events) into.push(event);
  return into;
};

const realFetch = globalThis.fetch;
let answer;
let calls;
beforeEach(() => {
  calls = [];
  globalThis.fetch = async (url, options) => (calls.push({ url: String(url), options }), answer());
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

test('events come out whole however the bytes are cut', async () => {
  for (let size = 1; size <= 40; size++) {
    const chunks = Array.from({ length: Math.ceil(WIRE.length / size) }, (_, i) => WIRE.slice(i * size, (i + 1) * size));
    answer = () => new Response(body(chunks));
    assert.deepEqual(await all(ask()), EVENTS, `in pieces of ${size} bytes`);
  }
});

test('the request is the Messages API\'s, with the key in a header alone', async () => {
  answer = () => new Response(body([WIRE]));
  await all(ask());
  const [{ url, options }] = calls;
  assert.equal(url, 'https://abc.example/v1/messages');
  assert.equal(options.headers['x-api-key'], 'secret');
  assert.equal(options.headers['anthropic-version'], '2023-06-01');
  assert.deepEqual(JSON.parse(options.body), {
    model: 'claude',
    max_tokens: 99,
    stream: true,
    messages: [{ role: 'user', content: 'hi' }],
  });
  assert.ok(!options.body.includes('secret'));
});

test('every end but message_stop is a cut, after all that came', async () => {
  const half = WIRE.slice(0, WIRE.length - 20);
  for (const error of [undefined, new TypeError('network error')]) {
    answer = () => new Response(body([half], error));
    const come = [];
    await assert.rejects(all(ask(), come), /cut off/);
    assert.deepEqual(come, EVENTS.slice(0, -1));
  }
});

test('what follows message_stop is not waited for', async () => {
  answer = () => new Response(body([WIRE], new TypeError('network error')));
  assert.deepEqual(await all(ask()), EVENTS);
});

test('an error event ends the stream with its message', async () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } };
  answer = () => new Response(body([new TextEncoder().encode(`event: error\ndata: ${JSON.stringify(error)}\n\n`)]));
  await assert.rejects(all(ask()), new Failure('Busy.'));
});

test('an HTTP error is told by its message, or else by its status', async () => {
  const cases = [
    [JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'Wait.' } }), /^Wait\.$/],
    ['<h1>Bad Gateway</h1>', /answered 429/],
    ['null', /answered 429/],
    ['{"error": {"message": 7}}', /answered 429/],
    ['', /answered 429/],
  ];
  for (const [text, message] of cases) {
    answer = () => new Response(text, { status: 429 });
    await assert.rejects(all(ask()), { message, status: 429 });
  }
});

test('an unreachable server is a sentence with its name', async () => {
  answer = () => {
    throw new TypeError('Failed to fetch');
  };
  await assert.rejects(all(ask()), /Could not reach abc\.example/);
});

test('an abort is no failure of the server', async () => {
  const control = new AbortController();
  answer = () => {
    control.abort();
    throw control.signal.reason;
  };
  await assert.rejects(all(ask(control.signal)), { name: 'AbortError' });
});

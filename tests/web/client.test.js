/** client.js against streams cut in every way; the browser tests cover the rest with a real line. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { Failure, checkKey, streamMessage } from '../../web/api/client.js';

const EVENTS = [
  { type: 'message_start', message: {} },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '你好, 👋\n\n' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'data: not an event' } },
  { type: 'message_stop' },
];
const WIRE = new TextEncoder().encode(
  EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
);

const config = { functionUrl: 'https://abc.example', model: 'claude', models: ['claude'], maxTokens: 99 };
const ask = (signal = new AbortController().signal) =>
  streamMessage({ config, key: 'secret', body: '{"a":1}', signal });

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
    const chunks = Array.from({ length: Math.ceil(WIRE.length / size) }, (_, i) =>
      WIRE.slice(i * size, (i + 1) * size),
    );
    answer = () => new Response(body(chunks));
    assert.deepEqual(await all(ask()), EVENTS, `in pieces of ${size} bytes`);
  }
});

test("the request is the Messages API's, with the key only in a header", async () => {
  answer = () => new Response(body([WIRE]));
  await all(ask());
  const [{ url, options }] = calls;
  assert.equal(url, 'https://abc.example/v1/messages');
  assert.equal(options.headers['x-api-key'], 'secret');
  assert.equal(options.headers['anthropic-version'], '2023-06-01');
  assert.equal(options.body, '{"a":1}');
});

test('a slash at the end of the address changes nothing', async () => {
  for (const functionUrl of ['https://abc.example', 'https://abc.example/']) {
    answer = () => new Response('{}');
    await checkKey({ ...config, functionUrl }, 'secret');
  }
  assert.deepEqual(
    calls.map(({ url }) => url),
    ['https://abc.example/v1/models', 'https://abc.example/v1/models'],
  );
});

test('every end but message_stop is a cut, after all events that arrived', async () => {
  const half = WIRE.slice(0, WIRE.length - 20);
  for (const error of [undefined, new TypeError('network error')]) {
    answer = () => new Response(body([half], error));
    const received = [];
    await assert.rejects(all(ask(), received), { kind: 'cutOff' });
    assert.deepEqual(received, EVENTS.slice(0, -1));
  }
});

test('a connection without even a ping for a minute is dead', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  answer = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(WIRE.slice(0, 60)) }));
  const ended = assert.rejects(all(ask()), { kind: 'cutOff' });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise(setImmediate);
  context.mock.timers.tick(60_000);
  await ended;
});

test('what follows message_stop is not waited for', async () => {
  answer = () => new Response(body([WIRE], new TypeError('network error')));
  assert.deepEqual(await all(ask()), EVENTS);
});

test('an error event ends the stream with its kind and its message', async () => {
  const kinds = {
    overloaded_error: 'overloaded',
    rate_limit_error: 'throttled',
    timeout_error: 'timeout',
    api_error: 'cutOff',
  };
  for (const [type, kind] of Object.entries(kinds)) {
    const error = { type: 'error', error: { type, message: 'Busy.' } };
    answer = () =>
      new Response(body([new TextEncoder().encode(`event: error\ndata: ${JSON.stringify(error)}\n\n`)]));
    await assert.rejects(all(ask()), { kind, detail: 'Busy.' });
  }
});

test('an unreadable event is not taken for a cut', async () => {
  for (const data of ['{not json', 'null', '7', '{}', '{"type": null}']) {
    answer = () => new Response(body([new TextEncoder().encode(`data: ${data}\n\n`)]));
    await assert.rejects(all(ask()), { kind: 'garbled' }, data);
  }
  answer = () => new Response(body([new TextEncoder().encode('data: {"type": "error", "error": null}\n\n')]));
  await assert.rejects(all(ask()), { kind: 'cutOff' });
});

test('an HTTP error has its kind, the time to wait, and its message or else its status', async () => {
  const cases = [
    [JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'Wait.' } }), 'Wait.'],
    ['<h1>Bad Gateway</h1>', 'HTTP 429'],
    ['null', 'HTTP 429'],
    ['{"error": {"message": 7}}', 'HTTP 429'],
    ['', 'HTTP 429'],
  ];
  for (const [text, detail] of cases) {
    answer = () => new Response(text, { status: 429, headers: { 'retry-after': '12' } });
    await assert.rejects(all(ask()), { kind: 'throttled', detail, retryAfterSeconds: 12 });
  }
});

test('the time to wait may be a date, and nonsense is none', async () => {
  const after = async (text) => {
    answer = () => new Response('', { status: 429, headers: { 'retry-after': text } });
    const { retryAfterSeconds } = await all(ask()).catch((error) => error);
    return Math.round(retryAfterSeconds / 60);
  };
  assert.equal(await after(new Date(Date.now() + 3_600_000).toUTCString()), 60);
  assert.equal(await after('soon'), 0);
});

test('every status has a kind', async () => {
  const kinds = {
    400: 'invalid',
    401: 'wrongKey',
    403: 'denied',
    404: 'notFound',
    413: 'tooLarge',
    418: 'server',
    500: 'server',
    503: 'overloaded',
    504: 'timeout',
    529: 'overloaded',
  };
  for (const [status, kind] of Object.entries(kinds)) {
    answer = () => new Response('', { status: Number(status) });
    await assert.rejects(all(ask()), { kind });
  }
});

test('a server out of reach is a failure of its own', async () => {
  answer = () => {
    throw new TypeError('Failed to fetch');
  };
  await assert.rejects(all(ask()), new Failure('unreachable'));
});

test('a key is checked by asking for the models, which costs no tokens', async () => {
  answer = () => new Response('{}');
  await checkKey(config, 'secret');
  assert.equal(calls[0].url, 'https://abc.example/v1/models');
  assert.equal(calls[0].options.headers['x-api-key'], 'secret');
  answer = () => new Response('{}', { status: 401 });
  await assert.rejects(checkKey(config, 'other'), { kind: 'wrongKey' });
});

test('an abort is no failure of the server', async () => {
  const control = new AbortController();
  answer = () => {
    control.abort();
    throw control.signal.reason;
  };
  await assert.rejects(all(ask(control.signal)), { name: 'AbortError' });
});

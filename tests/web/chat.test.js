/** A prompt from Send to the end of its answer, over a simulated fetch. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { createChat } from '../../web/actions/chat.js';
import { canSend, createStore, isWorking } from '../../web/state/store.js';

if (!globalThis.navigator)
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en', onLine: true } });
const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

/** Answers with these events, and then sends nothing more until the request is aborted. @param {...object} events */
function play(...events) {
  globalThis.fetch = (_url, { signal }) => {
    const lines = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(lines));
        signal.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
      },
    });
    return Promise.resolve(new Response(body));
  };
}

/** @param {number} output */
const counted = (output) => ({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: output },
});
const START = {
  type: 'message_start',
  message: { usage: { input_tokens: 7, cache_read_input_tokens: 5, output_tokens: 1 } },
};
const STOP = { type: 'message_stop' };
/** @param {string} words */
const text = (words) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text: words } });

function started() {
  const store = createStore({
    preferences: { language: 'en', theme: '', model: 'm', system: '' },
    hasKey: true,
    online: true,
  });
  const chat = createChat(store, { readKey: () => 'key', forgetKey: () => {} });
  store.configure({ functionUrl: 'https://f/', model: 'm', models: ['m', 'n'], maxTokens: 9, prices: prices() });
  return { store, chat, ended: () => ended(store) };
}

function prices() {
  const band = { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 1.25 };
  return { date: '', source: '', models: { m: [band], n: [{ ...band, output: 100 }] } };
}

/** @param {ReturnType<typeof createStore>} store */
function ended(store) {
  return new Promise((resolve) => {
    store.subscribe(({ conversation }) => {
      const last = conversation.turns.at(-1);
      if (last && last.status !== 'working') resolve(last);
    });
  });
}

test('an answer is counted and priced once it is complete', async () => {
  const { store, chat, ended } = started();
  play(START, text('Hi'), counted(3), STOP);
  store.writeDraft({ text: 'hello' });
  chat.send();
  const { status, blocks, figures } = await ended();
  assert.deepEqual([status, blocks], ['done', [{ type: 'text', text: 'Hi' }]]);
  const { input, output, cacheRead, cost, partial } = figures;
  assert.deepEqual({ input, output, cacheRead, partial }, { input: 7, output: 3, cacheRead: 5, partial: false });
  assert.equal(cost, (7 + 30 + 0.5) / 1e6);
});

for (const nothing of [null, 0]) {
  test(`a later ${nothing} takes no count back`, async () => {
    const { store, chat, ended } = started();
    const usage = { input_tokens: nothing, cache_read_input_tokens: nothing, output_tokens: 3 };
    play(START, text('Hi'), { ...counted(3), usage }, STOP);
    store.writeDraft({ text: 'hello' });
    chat.send();
    const { input, output, cacheRead } = (await ended()).figures;
    assert.deepEqual({ input, output, cacheRead }, { input: 7, output: 3, cacheRead: 5 });
  });
}

test('a stop before the first word stops the model too, where answers are kept', async () => {
  for (const keepAnswersMinutes of [0, 60]) {
    const { store, chat, ended } = started();
    store.configure({ ...store.state.config, keepAnswersMinutes });
    /** @type {string[]} */
    const cancelled = [];
    globalThis.fetch = (url, { signal }) => {
      const { pathname } = new URL(url);
      if (pathname.endsWith('/cancel')) cancelled.push(pathname);
      if (!signal) return Promise.resolve(new Response('{}'));
      return new Promise((_, fail) => {
        signal.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
      });
    };
    store.writeDraft({ text: 'hello' });
    chat.send();
    const { id } = store.state.conversation.turns[0].kept;
    chat.stop();
    assert.equal((await ended()).status, 'stopped');
    assert.deepEqual(cancelled, keepAnswersMinutes ? [`/v1/answers/${id}/cancel`] : []);
  }
});

test('abandoning a conversation ends its answer and waits for that end', async () => {
  const { store, chat } = started();
  play(START, text('Hi'));
  store.writeDraft({ text: 'hello' });
  chat.send();
  const { id, turns } = store.state.conversation;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await chat.abandon(id);
  assert.deepEqual([turns[0]?.status, chat.running(id)], ['stopped', undefined]);
});

test('an answer that goes on after a stop is by the model chosen then, and its tokens are not all known', async () => {
  const { store, chat, ended } = started();
  play(START, text('Half'));
  store.writeDraft({ text: 'hello' });
  chat.send();
  await new Promise((resolve) => setTimeout(resolve, 20));
  chat.stop();
  const turn = await ended();
  store.chooseModel('n');
  play(START, text(' and half'), counted(4), STOP);
  chat.goOn(turn);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([turn.status, turn.model, turn.blocks[0]?.text], ['done', 'n', 'Half and half']);
  assert.ok(turn.figures.partial);
});

test('nothing is asked offline, without a key, or while an answer comes', () => {
  const { store, chat } = started();
  let asked = 0;
  globalThis.fetch = () => {
    asked += 1;
    return new Promise(() => {});
  };
  store.writeDraft({ text: 'hello' });
  store.setOnline(false);
  chat.send();
  store.setOnline(true);
  store.forgetKey();
  chat.send();
  assert.deepEqual([asked, store.state.keyNotice], [0, { key: 'keyFirst' }]);
  store.acceptKey();
  chat.send();
  chat.again(store.state.conversation.turns[0]);
  store.writeDraft({ text: 'more' });
  chat.send();
  assert.equal(asked, 1);
});

/** Asks two models at once. @param {ReturnType<typeof started>} page */
function askBoth({ store, chat }) {
  store.chooseSecond('n');
  store.writeDraft({ text: 'hello' });
  chat.send();
  const { turns, aside } = store.state.conversation;
  return [turns[0], aside[0]];
}

test('two models are asked at once, beside each other, and one stop stops both', async () => {
  const { store, chat } = started();
  play(START, text('Hi'));
  const both = askBoth({ store, chat });
  assert.deepEqual(
    both.map(({ model, prompt, after }) => [model, prompt, after]),
    [
      ['m', 'hello', ''],
      ['n', 'hello', ''],
    ],
  );
  assert.notEqual(both[0].kept.id, both[1].kept.id);
  assert.equal(store.state.conversation.beside, both[1].id);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(both.every(({ blocks }) => blocks[0].text === 'Hi'));
  store.writeDraft({ text: 'next' });
  chat.send();
  chat.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([...both.map(({ status }) => status), isWorking(store.state)], ['stopped', 'stopped', false]);
  assert.deepEqual([store.state.held, store.state.draft.text], [false, 'next']);
});

test('a message waits until both have answered', async () => {
  const { store, chat } = started();
  play(START, text('Hi'), counted(3), STOP);
  const [first, second] = askBoth({ store, chat });
  store.finishAnswer(store.state.conversation, first, { status: 'done' });
  store.writeDraft({ text: 'next' });
  assert.ok(isWorking(store.state) && !canSend(store.state));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([second.status, canSend(store.state)], ['done', true]);
});

test('a key that is refused to both gives the prompt back once', async () => {
  const { store, chat } = started();
  const error = { type: 'error', error: { type: 'authentication_error', message: 'no' } };
  globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify(error), { status: 401 }));
  askBoth({ store, chat });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { conversation, draft, hasKey } = store.state;
  assert.deepEqual([conversation.turns, conversation.aside, draft.text, hasKey], [[], [], 'hello', false]);
});

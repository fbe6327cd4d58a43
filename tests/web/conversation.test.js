/** What is sent, what is exported; and what it costs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toMessages } from '../../web/api/messages.js';
import { cheapestModel } from '../../web/api/cheapest.js';
import { cost } from '../../web/api/prices.js';
import { newConversation, newTurn, revive, summarize, titleFrom } from '../../web/state/conversation.js';
import { toJson, toMarkdown } from '../../web/state/conversation_file.js';

const EMPTY = newConversation({ model: 'm', system: '' });

/** @param {string} prompt @param {...string} pieces */
function turn(prompt, ...pieces) {
  const blocks = pieces.map((text) => ({ type: /** @type {const} */ ('text'), text }));
  return { ...newTurn(EMPTY, { prompt, files: [] }), blocks, status: /** @type {const} */ ('done') };
}

/** The words and files that are sent, without the mark for the cache. */
function sent(...arguments_) {
  return toMessages(...arguments_).map(({ role, content }) => [
    role,
    ...content.map(({ text, type }) => text ?? type),
  ]);
}

const PICTURE = { name: 'a.png', mediaType: 'image/png', data: 'AAAA' };

test('roles alternate whatever failed before', () => {
  assert.deepEqual(sent([turn('one', 'a', 'b'), turn('two'), turn('three', ' ')], turn('four')), [
    ['user', 'one'],
    ['assistant', 'ab'],
    ['user', 'four'],
  ]);
});

test('thinking is not sent back', () => {
  const thought = { ...turn('one', 'a') };
  thought.blocks.unshift({ type: 'thinking', text: 'hm' });
  assert.deepEqual(sent([thought], turn('two'))[1], ['assistant', 'a']);
});

test('to go on, the model gets the text so far, without space at its end, and a request for the rest', () => {
  const asked = sent([turn('one', 'half an ')], { prompt: 'Go on.', files: [] });
  assert.deepEqual(asked, [
    ['user', 'one'],
    ['assistant', 'half an'],
    ['user', 'Go on.'],
  ]);
});

test('the whole prompt is marked for the cache, only by its last block', () => {
  const messages = toMessages([turn('one', 'a')], { prompt: 'two', files: [PICTURE] });
  const marked = messages.flatMap(({ content }) => content).map((block) => block.cache_control);
  assert.deepEqual(marked, [undefined, undefined, undefined, { type: 'ephemeral' }]);
});

test('pictures and documents go before the words', () => {
  const files = [PICTURE, { name: 'b.pdf', mediaType: 'application/pdf', data: 'BBBB' }];
  const [message] = toMessages([], { prompt: 'what?', files });
  assert.deepEqual(message?.content, [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    { type: 'document', title: 'b.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
    { type: 'text', text: 'what?', cache_control: { type: 'ephemeral' } },
  ]);
  assert.deepEqual(sent([], { prompt: '', files: [PICTURE] }), [['user', 'image']]);
});

test('a title is the beginning of the first prompt, or the first file', () => {
  assert.equal(titleFrom({ prompt: '  a\n b ', files: [] }), 'a b');
  assert.equal(titleFrom({ prompt: 'x'.repeat(99), files: [] }).length, 60);
  assert.equal(titleFrom({ prompt: '', files: [PICTURE] }), 'a.png');
});

test('an answer that was on its way when the page was closed has stopped', () => {
  const asked = () => newTurn(EMPTY, { prompt: 'x', files: [] });
  const { turns, aside } = revive({ ...EMPTY, turns: [asked()], aside: [asked()] });
  assert.deepEqual(
    [...turns, ...aside].map(({ status }) => status),
    ['stopped', 'stopped'],
  );
});

test('turns that were saved before there were versions get ids and their order', () => {
  const { aside, turns, ...old } = EMPTY;
  const kept = ['one', 'two'].map((prompt) => {
    const { id, after, created, ...rest } = turn(prompt, 'a');
    return rest;
  });
  const {
    turns: [first, second],
    aside: none,
  } = revive({ ...old, turns: kept });
  assert.deepEqual([first.after, second.after, none], ['', first.id, []]);
});

test('an export has all that was said', () => {
  const conversation = {
    ...newConversation({ model: 'm', system: 'Be brief.' }),
    title: 'T',
    created: Date.parse('2026-11-27T12:00:00'),
    turns: [turn('hi', '**yes**')],
  };
  assert.equal(
    toMarkdown(conversation, { you: 'You' }),
    '# T\n\n*2026-11-27*\n\n> Be brief.\n\n## You\n\nhi\n\n## m\n\n**yes**\n',
  );
  assert.deepEqual(JSON.parse(toJson(conversation)).turns[0].blocks, [{ type: 'text', text: '**yes**' }]);
});

test('in an export a block of code that was cut off ends with its message', () => {
  const turns = [
    turn('`````\nasked', 'so:\n```py\nx'),
    turn('```js\n```', '~~~\n```\n~~~'),
    turn('```a``` b', 'c'),
  ];
  const text = toMarkdown({ ...EMPTY, title: 'T', turns }, { you: 'You' });
  const said = text.split(/\n\n## .+\n\n/).slice(1);
  const cut = ['`````\nasked\n`````', 'so:\n```py\nx\n```'];
  assert.deepEqual(said, [...cut, '```js\n```', '~~~\n```\n~~~', '```a``` b', 'c\n']);
});

test('a cost is tokens by price, by the band that the prompt falls into', () => {
  const bands = [
    { promptUpTo: 100, input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 },
    { input: 5, output: 10, cacheRead: 0.5, cacheWrite: 6 },
  ];
  const table = { date: '', source: '', models: { m: bands } };
  const tokens = { input: 10, output: 20, cacheRead: 90, cacheWrite: 0 };
  assert.equal(cost(table, 'm', tokens), (10 + 40 + 9) / 1e6);
  assert.equal(cost(table, 'm', { ...tokens, cacheWrite: 1 }), (50 + 200 + 45 + 6) / 1e6);
  assert.equal(cost(table, 'another', tokens), null);
  assert.equal(cost(undefined, 'm', tokens), null);
});

test('the cheapest model is the one with the lowest prices; the default where none has one', () => {
  const band = (price) => [{ input: price, output: price, cacheRead: 0, cacheWrite: 0 }];
  const config = { model: 'a', models: ['a', 'b', 'c'], prices: { models: { a: band(3), b: band(1) } } };
  assert.equal(cheapestModel(config), 'b');
  assert.equal(cheapestModel({ ...config, prices: undefined }), 'a');
});

test('what a conversation has cost is known by day, in every version, with its title', () => {
  const day = (text) => new Date(`${text}T12:00`).getTime();
  const asked = (when, cost, input) => {
    const figures = { input, output: 1, cacheRead: 2, cacheWrite: 3, cost };
    return { ...turn('x', 'y'), created: day(when), figures };
  };
  const turns = [asked('2026-11-26', 0.5, 10), asked('2026-11-27', null, 20), turn('cut', '')];
  const aside = [asked('2026-11-26', 0.25, 30)];
  const { spent } = summarize({ ...EMPTY, created: day('2026-11-25'), titleUsd: 0.125, turns, aside });
  assert.deepEqual(spent, {
    '2026-11-25': { usd: 0.125, tokens: 0 },
    '2026-11-26': { usd: 0.75, tokens: 52 },
    '2026-11-27': { usd: 0, tokens: 26 },
  });
});

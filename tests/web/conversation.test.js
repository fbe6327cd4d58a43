/** What is sent, what is found, what is exported; and what it costs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newConversation, newTurn, revived, search, summary, titleFrom, toJson, toMarkdown, toMessages } from '../../web/conversation.js';
import { cost } from '../../web/prices.js';

/** @param {string} prompt @param {...string} pieces */
function turn(prompt, ...pieces) {
  const blocks = pieces.map((text) => ({ type: /** @type {const} */ ('text'), text }));
  return { ...newTurn(prompt, [], 'm'), blocks, status: /** @type {const} */ ('done') };
}

const PICTURE = { name: 'a.png', mediaType: 'image/png', data: 'AAAA' };

test('roles alternate whatever failed before', () => {
  assert.deepEqual(toMessages([turn('one', 'a', 'b'), turn('two'), turn('three', ' '), turn('four')]), [
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'ab' },
    { role: 'user', content: 'four' },
  ]);
});

test('thinking is not sent back', () => {
  const thought = { ...turn('one', 'a') };
  thought.blocks.unshift({ type: 'thinking', text: 'hm' });
  assert.equal(toMessages([thought, turn('two')])[1]?.content, 'a');
});

test('to go on, the model is shown what came and asked for the rest', () => {
  const messages = toMessages([turn('one', 'half an ')], 'Go on.');
  assert.deepEqual(messages.map(({ content }) => content), ['one', 'half an', 'Go on.']);
});

test('pictures and documents go before the words', () => {
  const files = [PICTURE, { name: 'b.pdf', mediaType: 'application/pdf', data: 'BBBB' }];
  const [message] = toMessages([newTurn('what?', files, 'm')]);
  assert.deepEqual(message?.content, [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    { type: 'document', title: 'b.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' } },
    { type: 'text', text: 'what?' },
  ]);
  assert.equal(toMessages([newTurn('', [PICTURE], 'm')])[0]?.content.length, 1);
});

test('a title is the beginning of the first prompt, or the first file', () => {
  assert.equal(titleFrom(newTurn('  a\n b ', [], 'm')), 'a b');
  assert.equal(titleFrom(newTurn('x'.repeat(99), [], 'm')).length, 60);
  assert.equal(titleFrom(newTurn('', [PICTURE], 'm')), 'a.png');
});

test('every word of a search has to occur somewhere in a conversation', () => {
  const conversation = { ...newConversation({ model: 'm', system: '' }), title: 'Rivers', turns: [turn('long?', 'The Nile')] };
  const all = [summary(conversation)];
  for (const found of ['', 'nile', 'RIVERS nile', 'long']) assert.equal(search(all, found).length, 1, found);
  assert.equal(search(all, 'nile amazon').length, 0);
});

test('who was working when the page was closed is no longer', () => {
  const conversation = { ...newConversation({ model: 'm', system: '' }), turns: [newTurn('x', [], 'm')] };
  assert.equal(revived(conversation).turns[0]?.status, 'stopped');
});

test('an export has all that was said', () => {
  const conversation = { ...newConversation({ model: 'm', system: 'Be brief.' }), title: 'T', turns: [turn('hi', '**yes**')] };
  assert.equal(toMarkdown(conversation, { you: 'You' }), '# T\n\n> Be brief.\n\n## You\n\nhi\n\n## Claude\n\n**yes**\n');
  assert.deepEqual(JSON.parse(toJson(conversation)).turns[0].blocks, [{ type: 'text', text: '**yes**' }]);
});

test('a cost is tokens by price, by the band that the prompt falls into', () => {
  const bands = [{ promptUpTo: 100, input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 }, { input: 5, output: 10, cacheRead: 0.5, cacheWrite: 6 }];
  const table = { date: '', source: '', models: { m: bands } };
  const tokens = { input: 10, output: 20, cacheRead: 90, cacheWrite: 0 };
  assert.equal(cost(table, 'm', tokens), (10 + 40 + 9) / 1e6);
  assert.equal(cost(table, 'm', { ...tokens, cacheWrite: 1 }), (50 + 200 + 45 + 6) / 1e6);
  assert.equal(cost(table, 'another', tokens), null);
  assert.equal(cost(undefined, 'm', tokens), null);
});

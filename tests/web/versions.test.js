/** Prompts that were edited or answered again, and the way between their versions. */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { newConversation, newTurn } from '../../web/state/conversation.js';
import { bringBack, putAside, versions } from '../../web/state/versions.js';

mock.timers.enable({ apis: ['Date'] });

/** @param {...string} prompts */
function conversed(...prompts) {
  const conversation = newConversation({ model: 'm', system: '' });
  prompts.forEach((prompt) => ask(conversation, prompt));
  return conversation;
}

/** @param {ReturnType<typeof conversed>} conversation @param {string} prompt */
function ask(conversation, prompt) {
  mock.timers.tick(1000);
  conversation.turns.push(newTurn(conversation, { prompt, files: [] }));
}

/** @param {ReturnType<typeof conversed>} conversation @param {number} index @param {string} prompt */
function edit(conversation, index, prompt) {
  putAside(conversation, conversation.turns[index]);
  ask(conversation, prompt);
}

const words = (turns) => turns.map(({ prompt }) => prompt).join(' ');

test('a turn that was never replaced is its own only version', () => {
  const conversation = conversed('a', 'b');
  assert.deepEqual(versions(conversation, conversation.turns[1]), [conversation.turns[1]]);
});

test('versions of a turn are those in its place, the oldest first', () => {
  const conversation = conversed('a', 'b', 'c');
  edit(conversation, 1, 'B');
  edit(conversation, 1, 'β');
  assert.equal(words(conversation.turns), 'a β');
  assert.equal(words(versions(conversation, conversation.turns[0])), 'a');
  assert.equal(words(versions(conversation, conversation.turns[1])), 'b B β');
});

test('a version comes back with what followed it, and the other goes with what follows that', () => {
  const conversation = conversed('a', 'b', 'c');
  edit(conversation, 0, 'A');
  ask(conversation, 'D');
  const [first, second] = versions(conversation, conversation.turns[0]);
  bringBack(conversation, first);
  assert.equal(words(conversation.turns), 'a b c');
  bringBack(conversation, second);
  assert.equal(words(conversation.turns), 'A D');
  assert.equal(words(conversation.aside), 'a b c');
});

test('of several that followed, the last one comes back too', () => {
  const conversation = conversed('a', 'b');
  edit(conversation, 1, 'B');
  ask(conversation, 'C');
  edit(conversation, 0, 'A');
  bringBack(conversation, versions(conversation, conversation.turns[0])[0]);
  assert.equal(words(conversation.turns), 'a B C');
  assert.equal(words(versions(conversation, conversation.turns[1])), 'b B');
});

test('whatever is edited and brought back, nothing is lost and nothing stands twice', () => {
  const conversation = conversed('0', '1', '2', '3');
  let seed = 7;
  const random = (limit) => (seed = (seed * 1103515245 + 12345) % 2147483648) % limit;
  for (let step = 4; step < 60; step++) {
    edit(conversation, random(conversation.turns.length), String(step));
    while (random(3) > 0) ask(conversation, String((step += 1)));
    const turn = conversation.turns[random(conversation.turns.length)];
    const all = versions(conversation, turn);
    const version = all[random(all.length)];
    if (version !== turn) bringBack(conversation, version);
    conversation.turns.forEach(({ after }, index) => assert.equal(after, conversation.turns[index - 1]?.id ?? ''));
    const said = [...conversation.turns, ...conversation.aside].map(({ prompt }) => Number(prompt));
    assert.deepEqual(
      said.sort((a, b) => a - b),
      Array.from({ length: step + 1 }, (_, index) => index),
    );
  }
});

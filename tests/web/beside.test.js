/** Two versions of a turn beside each other: what the store does with them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { promptIn } from '../../web/state/draft.js';
import { canSend, createStore } from '../../web/state/store.js';

/** Two models have been asked the same. */
function both() {
  const preferences = { language: '', theme: '', model: 'm', system: '' };
  const store = createStore({ preferences, hasKey: true, online: true });
  store.configure({ model: 'm', models: ['m', 'n'] });
  const turn = send(store, 'hello');
  const other = store.startBeside(turn, 'n');
  return { store, turn, other, conversation: store.state.conversation };
}

/** @param {ReturnType<typeof createStore>} store @param {string} text */
function send(store, text) {
  store.writeDraft({ text });
  return store.startAnswer(promptIn(store.state.draft));
}

test('where a key is refused, neither answer stays, whichever hears of it first', () => {
  for (const isFirst of [true, false]) {
    const { store, turn, other, conversation } = both();
    for (const one of isFirst ? [turn, other] : [other, turn])
      store.refuseKey(conversation, one, { key: 'keyRefused' });
    assert.deepEqual([conversation.turns, conversation.aside, store.state.draft.text], [[], [], 'hello']);
  }
});

test('where a key is refused to the second only, the first answer stays', () => {
  const { store, turn, other, conversation } = both();
  store.appendText(conversation, turn, 'text', 'Hi');
  store.refuseKey(conversation, other, { key: 'keyRefused' });
  assert.deepEqual([conversation.turns, conversation.aside, store.state.draft.text], [[turn], [], '']);
});

test('a message waits for both, and goes where the answer in its place ended well', () => {
  const { store, turn, other, conversation } = both();
  store.writeDraft({ text: 'next' });
  store.hold();
  store.finishAnswer(conversation, other, { status: 'failed' });
  assert.ok(store.state.held && !canSend(store.state));
  store.finishAnswer(conversation, turn, { status: 'done', ending: 'end_turn' });
  assert.ok(store.state.held && canSend(store.state));
});

test('the version that one goes on with is no longer beside, nor is one when the next message is sent', () => {
  const { store, turn, other, conversation } = both();
  for (const one of [turn, other]) store.finishAnswer(conversation, one, { status: 'done' });
  store.bringBack(other);
  assert.deepEqual([conversation.turns, store.state.conversation.beside], [[other], '']);
  store.compare(turn.id);
  send(store, 'next');
  assert.equal(store.state.conversation.beside, '');
});

test('an answer by another model stands beside the one that was there, by the same model in its place', () => {
  const { store, turn, other, conversation } = both();
  store.appendText(conversation, turn, 'text', 'Hi');
  for (const one of [turn, other]) store.finishAnswer(conversation, one, { status: 'done' });
  store.restartAnswer(turn, 'n');
  assert.deepEqual([conversation.turns[0].model, store.state.conversation.beside], ['n', turn.id]);
  store.restartAnswer(conversation.turns[0]);
  assert.deepEqual([conversation.turns[0].model, store.state.conversation.beside], ['m', turn.id]);
});

test('asked again beside another, an answer takes its place there, and one that said nothing is gone', () => {
  const { store, turn, other, conversation } = both();
  for (const one of [turn, other]) store.finishAnswer(conversation, one, { status: 'failed' });
  const second = store.startBeside(other, 'n');
  assert.deepEqual([conversation.turns, conversation.aside], [[turn], [second]]);
  store.appendText(conversation, second, 'text', 'Hi');
  const third = store.startBeside(second, 'n');
  assert.deepEqual([conversation.aside, conversation.beside], [[second, third], third.id]);
});

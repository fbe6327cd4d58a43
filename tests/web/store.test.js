/** The store's rules, without a browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createStore, isWorking, toMessages } from '../../web/store.js';

/** @param {string} prompt */
function asked(prompt) {
  const store = createStore(true);
  store.set({ draft: prompt });
  return { store, turn: store.ask() };
}

test('asking turns the draft into a turn that is being worked on', () => {
  const { store, turn } = asked('  hello \n');
  assert.equal(turn.prompt, 'hello');
  assert.equal(store.state.draft, '');
  assert.ok(isWorking(store.state));
});

test('listeners hear the state at once and after every change', () => {
  const { store, turn } = asked('hello');
  const heard = [];
  store.subscribe((state) => heard.push(state.turns[0].pieces.join('')));
  store.addText(turn, 'a');
  store.addText(turn, 'b');
  assert.deepEqual(heard, ['', 'a', 'ab']);
});

test('a prompt without a word in answer comes back', () => {
  for (const status of ['failed', 'stopped']) {
    const { store, turn } = asked('hello');
    store.finish(turn, status, 'Sorry.');
    assert.equal(store.state.draft, 'hello');
    assert.equal(turn.notice, 'Sorry.');
    assert.ok(!isWorking(store.state));
  }
});

test('a prompt with an answer, or beside a new draft, does not come back', () => {
  const answered = asked('hello');
  answered.store.addText(answered.turn, 'Hi');
  answered.store.finish(answered.turn, 'failed', 'Cut off.');
  assert.equal(answered.store.state.draft, '');
  const beside = asked('hello');
  beside.store.set({ draft: 'new' });
  beside.store.finish(beside.turn, 'failed', 'Cut off.');
  assert.equal(beside.store.state.draft, 'new');
});

test('a refused key loses neither the prompt nor what was begun since', () => {
  const { store, turn } = asked('hello');
  store.set({ draft: 'and more' });
  store.refuseKey(turn, 'Wrong.');
  const { draft, hasKey, turns, keyNotice } = store.state;
  assert.deepEqual({ draft, hasKey, turns, keyNotice }, { draft: 'hello\n\nand more', hasKey: false, turns: [], keyNotice: 'Wrong.' });
});

test('roles alternate whatever failed before', () => {
  /** @param {string} prompt @param {...string} pieces */
  const turn = (prompt, ...pieces) => ({ prompt, pieces, status: /** @type {const} */ ('done'), notice: '' });
  const turns = [turn('one', 'a', 'b'), turn('two'), turn('three', ' '), turn('four')];
  assert.deepEqual(toMessages(turns), [
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'ab' },
    { role: 'user', content: 'four' },
  ]);
});

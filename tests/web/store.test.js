/** The store's rules, without a browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canSend, createStore, isWorking } from '../../web/state/store.js';

function started() {
  const preferences = { language: '', theme: '', model: 'm', system: '' };
  const store = createStore({ preferences, hasKey: true, online: true });
  store.configure({ model: 'm', models: ['m'] });
  return store;
}

/** @param {string} prompt */
function asked(prompt, store = started()) {
  store.write({ text: prompt });
  const turn = store.ask();
  return { store, turn, conversation: store.state.conversation };
}

test('asking turns the draft into a turn that is being worked on', () => {
  const { store, turn } = asked('  hello \n');
  assert.equal(turn.prompt, 'hello');
  assert.equal(store.state.draft.text, '');
  assert.equal(store.state.conversation.title, 'hello');
  assert.ok(isWorking(store.state));
});

test('listeners hear the state at once and after every change', () => {
  const { store, turn, conversation } = asked('hello');
  const heard = [];
  store.subscribe((state) => heard.push(state.conversation.turns[0].blocks.map(({ text }) => text).join('|')));
  store.add(conversation, turn, 'thinking', 'hm');
  store.add(conversation, turn, 'text', 'a');
  store.add(conversation, turn, 'text', 'b');
  assert.deepEqual(heard, ['', 'hm', 'hm|a', 'hm|ab']);
});

test('one can send where there is something to send, somewhere to send it, and no answer on its way', () => {
  const store = started();
  assert.ok(!canSend(store.state));
  store.write({ text: 'x' });
  assert.ok(canSend(store.state));
  store.set({ online: false });
  assert.ok(!canSend(store.state));
  store.set({ online: true });
  store.ask();
  store.write({ text: 'y' });
  assert.ok(!canSend(store.state));
});

test('editing puts the prompt aside with all that followed, and gives the draft back', () => {
  const { store, turn, conversation } = asked('one');
  store.finish(conversation, turn, { status: 'done' });
  const second = asked('two', store).turn;
  store.finish(conversation, second, { status: 'done' });
  store.write({ text: 'draft' });
  store.edit(turn);
  assert.equal(store.state.draft.text, 'one');
  store.write({ text: 'other' });
  store.ask();
  assert.deepEqual(conversation.turns.map(({ prompt }) => prompt), ['other']);
  assert.deepEqual(conversation.aside.map(({ prompt }) => prompt), ['one', 'two']);
  assert.equal(store.state.draft.text, 'draft');
});

test('answering again keeps an answer that there was, and nothing where there was none', () => {
  const { store, turn, conversation } = asked('one');
  store.finish(conversation, turn, { status: 'failed' });
  const second = store.again(turn);
  assert.deepEqual([conversation.turns, conversation.aside], [[second], []]);
  store.add(conversation, second, 'text', 'Hi');
  store.finish(conversation, second, { status: 'done' });
  const third = store.again(second);
  assert.deepEqual([conversation.turns, conversation.aside], [[third], [second]]);
  assert.deepEqual([third.prompt, third.status, third.blocks], ['one', 'working', []]);
});

test('another version in place ends the editing', () => {
  const { store, turn, conversation } = asked('one');
  store.finish(conversation, turn, { status: 'done' });
  store.edit(turn);
  store.write({ text: 'other' });
  const second = store.ask();
  store.finish(conversation, second, { status: 'done' });
  store.write({ text: 'draft' });
  store.edit(second);
  store.bringBack(turn);
  assert.deepEqual([conversation.turns, conversation.aside], [[turn], [second]]);
  assert.deepEqual([store.state.editing, store.state.draft.text], [null, 'draft']);
});

test('who leaves the editing has the draft back', () => {
  const { store, turn } = asked('one');
  store.write({ text: 'draft' });
  store.edit(turn);
  store.leaveEditing();
  assert.equal(store.state.draft.text, 'draft');
});

test('a refused key loses neither the prompt nor what was begun since', () => {
  const { store, turn, conversation } = asked('hello');
  store.write({ text: 'and more' });
  store.refuseKey(conversation, turn, { key: 'keyRefused' });
  assert.equal(store.state.draft.text, 'hello\n\nand more');
  assert.equal(conversation.turns.length, 0);
  assert.equal(store.state.hasKey, false);
});

test('a refused key brings back what was to be replaced', () => {
  const { store, turn, conversation } = asked('one');
  store.add(conversation, turn, 'text', 'Hi');
  store.finish(conversation, turn, { status: 'done' });
  store.refuseKey(conversation, store.again(turn), { key: 'keyRefused' });
  assert.deepEqual([conversation.turns, conversation.aside, store.state.draft.text], [[turn], [], '']);
  store.edit(turn);
  store.write({ text: 'other' });
  store.refuseKey(conversation, store.ask(), { key: 'keyRefused' });
  assert.deepEqual([conversation.turns, conversation.aside, store.state.draft.text], [[turn], [], 'other']);
});

test('a key refused in another conversation touches no draft', () => {
  const { store, turn, conversation } = asked('secret');
  store.open(undefined, { text: 'draft', files: [] });
  store.refuseKey(conversation, turn, { key: 'keyRefused' });
  assert.deepEqual([store.state.draft.text, turn.status, conversation.turns], ['draft', 'stopped', [turn]]);
});

test('a key refused while an earlier prompt is edited leaves what is edited alone', () => {
  const { store, turn, conversation } = asked('one');
  store.add(conversation, turn, 'text', 'Hi');
  store.finish(conversation, turn, { status: 'done' });
  const second = asked('two', store).turn;
  store.edit(turn);
  store.refuseKey(conversation, second, { key: 'keyRefused' });
  assert.equal(store.state.draft.text, 'one');
  store.leaveEditing();
  assert.equal(store.state.draft.text, 'two');
});

test('a model that is no longer on offer is replaced, and the choice of it stays', () => {
  const store = started();
  store.configure({ model: 'n', models: ['n', 'o'] });
  assert.deepEqual([store.state.conversation.model, store.state.preferences.model], ['n', 'm']);
});

test('what another tab has changed is shown, and what is edited here goes on being edited', () => {
  const { store, turn, conversation } = asked('one');
  store.finish(conversation, turn, { status: 'done' });
  store.write({ text: 'draft' });
  store.edit(turn);
  const changed = structuredClone(conversation);
  store.renew(changed);
  assert.equal(store.state.editing, changed.turns[0]);
  store.renew({ ...changed, turns: [] });
  assert.deepEqual([store.state.editing, store.state.draft.text], [null, 'draft']);
});

test('a refused key leaves an answer that was to be continued', () => {
  const { store, turn, conversation } = asked('hello');
  store.add(conversation, turn, 'text', 'Hi');
  store.refuseKey(conversation, turn, { key: 'keyRefused' });
  assert.deepEqual([turn.status, conversation.turns.length], ['stopped', 1]);
});

test('what has changed is handed out for saving once', () => {
  const { store, conversation } = asked('hello');
  assert.deepEqual([...store.takeUnsaved()], [conversation]);
  assert.deepEqual([...store.takeUnsaved()], []);
});

test('a conversation that goes is neither listed nor saved, and can come back', () => {
  const { store, conversation } = asked('hello');
  store.remove(conversation.id);
  assert.deepEqual([store.state.summaries.length, store.takeUnsaved().size], [0, 0]);
  store.restore(conversation);
  assert.deepEqual([store.state.summaries.length, store.takeUnsaved().size], [1, 1]);
});

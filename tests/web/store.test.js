/** The store's rules, without a browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { promptIn } from '../../web/state/draft.js';
import { canSend, createStore, isWorking } from '../../web/state/store.js';

function started() {
  const preferences = { language: '', theme: '', model: 'm', system: '' };
  const store = createStore({ preferences, hasKey: true, online: true });
  store.configure({ model: 'm', models: ['m'] });
  return store;
}

/** @param {ReturnType<typeof started>} store */
function send(store) {
  return store.startAnswer(promptIn(store.state.draft));
}

/** @param {string} prompt */
function asked(prompt, store = started()) {
  store.writeDraft({ text: prompt });
  const turn = send(store);
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
  store.appendText(conversation, turn, 'thinking', 'hm');
  store.appendText(conversation, turn, 'text', 'a');
  store.appendText(conversation, turn, 'text', 'b');
  assert.deepEqual(heard, ['', 'hm', 'hm|a', 'hm|ab']);
});

test('only a named change can write the state', () => {
  const { state, subscribe, ...changes } = started();
  assert.ok(!('set' in changes));
});

test('a draft sends its text without the space around it, or its files, or nothing', () => {
  const file = { name: 'a.png', mediaType: 'image/png', data: 'AAAA' };
  assert.deepEqual(promptIn({ text: '  hello \n', files: [] }), { prompt: 'hello', files: [] });
  assert.deepEqual(promptIn({ text: ' ', files: [file] }), { prompt: '', files: [file] });
  assert.equal(promptIn({ text: ' \n', files: [] }), null);
});

test('one can send where there is something to send, somewhere to send it, and no answer on its way', () => {
  const store = started();
  assert.ok(!canSend(store.state));
  store.writeDraft({ text: 'x' });
  assert.ok(canSend(store.state));
  store.setOnline(false);
  assert.ok(!canSend(store.state));
  store.setOnline(true);
  send(store);
  store.writeDraft({ text: 'y' });
  assert.ok(!canSend(store.state));
});

test('editing puts the prompt aside with all that followed, and gives the draft back', () => {
  const { store, turn, conversation } = asked('one');
  store.finishAnswer(conversation, turn, { status: 'done' });
  const second = asked('two', store).turn;
  store.finishAnswer(conversation, second, { status: 'done' });
  store.writeDraft({ text: 'draft' });
  store.startEditing(turn);
  assert.equal(store.state.draft.text, 'one');
  store.writeDraft({ text: 'other' });
  send(store);
  assert.deepEqual(
    conversation.turns.map(({ prompt }) => prompt),
    ['other'],
  );
  assert.deepEqual(
    conversation.aside.map(({ prompt }) => prompt),
    ['one', 'two'],
  );
  assert.equal(store.state.draft.text, 'draft');
});

test('answering again keeps a turn without an answer where something was said after it', () => {
  const { store, turn, conversation } = asked('one');
  store.finishAnswer(conversation, turn, { status: 'failed' });
  store.writeDraft({ text: 'two' });
  const after = store.startAnswer(promptIn(store.state.draft));
  store.finishAnswer(conversation, after, { status: 'done' });
  const again = store.restartAnswer(turn);
  assert.deepEqual([conversation.turns, conversation.aside], [[again], [turn, after]]);
  store.bringBack(turn);
  assert.deepEqual(conversation.turns, [turn, after]);
});

test('answering again keeps the earlier turn if it has an answer, and drops it if not', () => {
  const { store, turn, conversation } = asked('one');
  store.finishAnswer(conversation, turn, { status: 'failed' });
  const second = store.restartAnswer(turn);
  assert.deepEqual([conversation.turns, conversation.aside], [[second], []]);
  store.appendText(conversation, second, 'text', 'Hi');
  store.finishAnswer(conversation, second, { status: 'done' });
  const third = store.restartAnswer(second);
  assert.deepEqual([conversation.turns, conversation.aside], [[third], [second]]);
  assert.deepEqual([third.prompt, third.status, third.blocks], ['one', 'working', []]);
});

test('showing another version ends the editing', () => {
  const { store, turn, conversation } = asked('one');
  store.finishAnswer(conversation, turn, { status: 'done' });
  store.startEditing(turn);
  store.writeDraft({ text: 'other' });
  const second = send(store);
  store.finishAnswer(conversation, second, { status: 'done' });
  store.writeDraft({ text: 'draft' });
  store.startEditing(second);
  store.bringBack(turn);
  assert.deepEqual([conversation.turns, conversation.aside], [[turn], [second]]);
  assert.deepEqual([store.state.editing, store.state.draft.text], [null, 'draft']);
});

test('leaving the editing brings the draft back', () => {
  const { store, turn } = asked('one');
  store.writeDraft({ text: 'draft' });
  store.startEditing(turn);
  store.leaveEditing();
  assert.equal(store.state.draft.text, 'draft');
});

test('a refused key loses neither the prompt nor what was written since', () => {
  const { store, turn, conversation } = asked('hello');
  store.writeDraft({ text: 'and more' });
  store.refuseKey(conversation, turn, { key: 'keyRefused' });
  assert.equal(store.state.draft.text, 'hello\n\nand more');
  assert.equal(conversation.turns.length, 0);
  assert.equal(store.state.hasKey, false);
});

test('a refused key brings back the turn that was to be replaced', () => {
  const { store, turn, conversation } = asked('one');
  store.appendText(conversation, turn, 'text', 'Hi');
  store.finishAnswer(conversation, turn, { status: 'done' });
  store.refuseKey(conversation, store.restartAnswer(turn), { key: 'keyRefused' });
  assert.deepEqual([conversation.turns, conversation.aside, store.state.draft.text], [[turn], [], '']);
  store.startEditing(turn);
  store.writeDraft({ text: 'other' });
  store.refuseKey(conversation, send(store), { key: 'keyRefused' });
  assert.deepEqual([conversation.turns, conversation.aside, store.state.draft.text], [[turn], [], 'other']);
});

test('a key refused in another conversation touches no draft', () => {
  const { store, turn, conversation } = asked('secret');
  store.openConversation(undefined, { text: 'draft', files: [] });
  store.refuseKey(conversation, turn, { key: 'keyRefused' });
  assert.deepEqual([store.state.draft.text, turn.status, conversation.turns], ['draft', 'stopped', [turn]]);
});

test('a key refused while an earlier prompt is edited does not touch the edit', () => {
  const { store, turn, conversation } = asked('one');
  store.appendText(conversation, turn, 'text', 'Hi');
  store.finishAnswer(conversation, turn, { status: 'done' });
  const second = asked('two', store).turn;
  store.startEditing(turn);
  store.refuseKey(conversation, second, { key: 'keyRefused' });
  assert.equal(store.state.draft.text, 'one');
  store.leaveEditing();
  assert.equal(store.state.draft.text, 'two');
});

test('a model that is no longer on offer is replaced, and the preference for it stays', () => {
  const store = started();
  store.configure({ model: 'n', models: ['n', 'o'] });
  assert.deepEqual([store.state.conversation.model, store.state.preferences.model], ['n', 'm']);
});

test('a change made in another tab is shown, and an edit in this tab goes on', () => {
  const { store, turn, conversation } = asked('one');
  store.finishAnswer(conversation, turn, { status: 'done' });
  store.writeDraft({ text: 'draft' });
  store.startEditing(turn);
  const changed = structuredClone(conversation);
  store.replaceConversation(changed);
  assert.equal(store.state.editing, changed.turns[0]);
  store.replaceConversation({ ...changed, turns: [] });
  assert.deepEqual([store.state.editing, store.state.draft.text], [null, 'draft']);
});

test('a refused key leaves an answer that was to be continued', () => {
  const { store, turn, conversation } = asked('hello');
  store.appendText(conversation, turn, 'text', 'Hi');
  store.refuseKey(conversation, turn, { key: 'keyRefused' });
  assert.deepEqual([turn.status, conversation.turns.length], ['stopped', 1]);
});

test('what has changed is handed out for saving once', () => {
  const { store, conversation } = asked('hello');
  assert.deepEqual([...store.takeUnsaved()], [conversation]);
  assert.deepEqual([...store.takeUnsaved()], []);
});

test('a deleted conversation is neither listed nor saved, and can come back', () => {
  const { store, conversation } = asked('hello');
  store.removeConversation(conversation.id);
  assert.deepEqual([store.state.summaries.length, store.takeUnsaved().size], [0, 0]);
  store.restoreConversation(conversation);
  assert.deepEqual([store.state.summaries.length, store.takeUnsaved().size], [1, 1]);
});

for (const ending of ['max_tokens', 'model_context_window_exceeded', 'refusal'])
  test(`a message that is held stays in the box after an answer that ended by ${ending}`, () => {
    const { store, turn, conversation } = asked('hello');
    store.writeDraft({ text: 'next' });
    store.hold();
    store.finishAnswer(conversation, turn, { status: 'done', ending });
    assert.deepEqual([store.state.held, store.state.draft.text], [false, 'next']);
    assert.deepEqual(store.state.draftNotices, [{ key: 'heldBack' }]);
  });

test('a message that is held is still held after an answer that ended well', () => {
  const { store, turn, conversation } = asked('hello');
  store.writeDraft({ text: 'next' });
  store.hold();
  store.finishAnswer(conversation, turn, { status: 'done', ending: 'end_turn' });
  assert.ok(store.state.held && canSend(store.state));
});

test('a file belongs to the draft that it was brought to', () => {
  const store = started();
  const [one, other] = store.startReading([{ name: 'a' }, { name: 'b' }]);
  const file = { name: 'a', mediaType: 'text/plain', data: 'x' };
  assert.ok(!canSend(store.state));
  assert.ok(store.finishReading(one, file));
  assert.deepEqual(store.state.draft.files, [file]);
  store.openConversation();
  assert.ok(!store.finishReading(other, file));
  assert.deepEqual([store.state.draft.files, store.state.reading], [[], []]);
});

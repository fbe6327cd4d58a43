/** An edit that was begun, while what it would replace moves: no word of it is lost, and it goes to its own place. */

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { promptIn } from '../../web/state/draft.js';
import { createStore } from '../../web/state/store.js';

mock.timers.enable({ apis: ['Date'] });

let store;

beforeEach(() => {
  store = createStore({
    preferences: { language: '', theme: '', model: 'm', system: '' },
    hasKey: true,
    online: true,
  });
});

/** @param {string} text */
function say(text) {
  mock.timers.tick(1000);
  store.writeDraft({ text });
  const turn = store.startAnswer(promptIn(store.state.draft));
  store.appendText(store.state.conversation, turn, 'text', `on ${text}`);
  store.finishAnswer(store.state.conversation, turn, { status: 'done' });
  return turn;
}

/** @param {object} turn @param {string} text */
function edit(turn, text) {
  store.startEditing(turn);
  return say(text);
}

const shown = () => store.state.conversation.turns.map(({ prompt }) => prompt);
const box = () => [store.state.editing?.prompt ?? '', store.state.draft.text];

test('an edit of the version that stands beside goes in their place', () => {
  const one = say('one');
  edit(one, 'uno');
  say('two');
  say('three');
  store.compare(one.id);
  edit(one, 'eins');
  assert.deepEqual(shown(), ['eins']);
  assert.deepEqual(store.state.conversation.aside.map(({ prompt }) => prompt).toSorted(), [
    'one',
    'three',
    'two',
    'uno',
  ]);
});

test('where a search leads to another version, an edit whose place is gone stays in the box', () => {
  const [one, two] = [say('one'), say('two')];
  edit(one, 'uno');
  const due = say('due');
  store.writeDraft({ text: 'draft' });
  store.startEditing(due);
  store.writeDraft({ text: 'due, but better' });
  store.look({ turn: two.id, words: ['two'] });
  assert.deepEqual(
    [shown(), box()],
    [
      ['one', 'two'],
      ['', 'due, but better\n\ndraft'],
    ],
  );
});

test('where another tab puts the edited message aside, its words stay', () => {
  const [one, two] = [say('one'), say('two')];
  store.startEditing(two);
  store.writeDraft({ text: 'two, but better' });
  const theirs = structuredClone(store.state.conversation);
  theirs.aside = theirs.turns.splice(1);
  store.replaceConversation(theirs);
  assert.deepEqual([shown(), box()], [['one'], ['', 'two, but better']]);
  store.startEditing(theirs.turns[0]);
  store.writeDraft({ text: 'one, but better' });
  const again = structuredClone(theirs);
  again.aside.push(again.turns.pop());
  again.turns.push({ ...structuredClone(one), id: 'theirs' });
  store.replaceConversation(again);
  assert.deepEqual(box(), ['one', 'one, but better'], 'its place is still there');
});

test('an edit that was saved of a message that has gone aside since is in the box', () => {
  const two = [say('one'), say('two')][1];
  const { conversation } = store.state;
  conversation.aside = conversation.turns.splice(1);
  store.openConversation();
  store.openConversation(
    conversation,
    { text: '', files: [] },
    { turn: two.id, draft: { text: 'better', files: [] } },
  );
  assert.deepEqual(box(), ['', 'better']);
});

test('what was written stays where the answer is asked again or another version is shown, unless nothing was changed', () => {
  const one = say('one');
  store.startEditing(one);
  store.writeDraft({ text: 'one, but better' });
  const again = store.restartAnswer(one);
  assert.deepEqual(box(), ['', 'one, but better']);
  store.finishAnswer(store.state.conversation, again, { status: 'done' });
  store.writeDraft({ text: 'draft' });
  store.startEditing(again);
  store.bringBack(one);
  assert.deepEqual(box(), ['', 'draft']);
});

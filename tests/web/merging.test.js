/** A conversation that two tabs have changed at once: what each takes over of the other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { adoptTurns } from '../../web/state/merging.js';

const turn = (/** @type {string} */ id, text = '', status = 'done') => ({
  id,
  status,
  blocks: [{ type: 'text', text }],
});
const both = (/** @type {object[]} */ turns, /** @type {object[]} */ aside = []) => ({ turns, aside });

test('what only the other one has becomes a version, if it has an answer', () => {
  const own = both([turn('1', 'a'), turn('2', 'b', 'working')]);
  const other = both([turn('1', 'a'), turn('3', 'c')], [turn('4', ' '), turn('5', 'e', 'stopped')]);
  assert.ok(adoptTurns(own, other));
  assert.deepEqual(
    [own.turns, own.aside].map((list) => list.map(({ id }) => id)),
    [
      ['1', '2'],
      ['3', '5'],
    ],
  );
  assert.ok(!adoptTurns(own, other), 'nothing is left to take');
});

test('of one turn the longer answer is kept, unless it comes in here, and of equal ones the one that is whole', () => {
  for (const [ours, theirs, kept] of [
    [turn('1', 'ab', 'stopped'), turn('1', 'abc'), 'abc done'],
    [turn('1', 'abc'), turn('1', 'ab', 'stopped'), 'abc done'],
    [turn('1', 'ab', 'working'), turn('1', 'abc', 'stopped'), 'ab working'],
    [turn('1', 'abc', 'stopped'), turn('1', 'abc'), 'abc done'],
    [turn('1', 'abc'), turn('1', 'abc', 'stopped'), 'abc done'],
  ]) {
    const own = both([ours]);
    adoptTurns(own, both([theirs]));
    assert.equal(`${own.turns[0].blocks[0].text} ${own.turns[0].status}`, kept);
  }
});

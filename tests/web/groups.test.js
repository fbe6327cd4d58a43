/** The groups of the history. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { groupsOf } from '../../web/state/groups.js';

const at = (text) => new Date(text).getTime();
const THURSDAY = at('2026-11-26T12:00');

/** The groups' names with the days in them. @param {string[]} days the newest first */
function grouped(days, now = THURSDAY, pinned = '') {
  const summaries = days.map((day) => ({ id: day, updated: at(`${day}T10:00`), pinned: day === pinned }));
  return groupsOf(summaries, now).map(({ key, month, summaries: all }) => [
    key === 'month' ? new Date(month).toLocaleDateString('en', { month: 'short', year: 'numeric' }) : key,
    ...all.map(({ id }) => id.slice(5)),
  ]);
}

test('days, then the rest of the week, then months', () => {
  const days = ['2026-11-26', '2026-11-25', '2026-11-24', '2026-11-23', '2026-11-22', '2026-10-31', '2025-11-30'];
  assert.deepEqual(grouped(days), [
    ['today', '11-26'],
    ['yesterday', '11-25'],
    ['thisWeek', '11-24', '11-23'],
    ['Nov 2026', '11-22'],
    ['Oct 2026', '10-31'],
    ['Nov 2025', '11-30'],
  ]);
});

test('on a Monday there is no rest of the week', () => {
  const days = ['2026-11-23', '2026-11-22', '2026-11-21'];
  assert.deepEqual(grouped(days, at('2026-11-23T00:30')), [
    ['today', '11-23'],
    ['yesterday', '11-22'],
    ['Nov 2026', '11-21'],
  ]);
});

test('what is pinned comes first, and only there', () => {
  assert.deepEqual(grouped(['2026-11-26', '2026-11-25'], THURSDAY, '2026-11-25'), [
    ['pinned', '11-25'],
    ['today', '11-26'],
  ]);
});

test('a conversation of tomorrow, by a clock that is wrong, is of today', () => {
  assert.deepEqual(grouped(['2026-11-27']), [['today', '11-27']]);
});

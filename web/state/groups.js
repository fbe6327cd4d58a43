/** The history in groups: what is pinned, then by day, then by month. Pure. */

/**
 * @import { Summary } from './types.d.ts'
 *
 * @typedef {{key: 'pinned' | 'today' | 'yesterday' | 'thisWeek' | 'month', month: number, summaries: Summary[]}} Group
 *   `month`: the time at which it begins, for a group of that key
 */

/** @param {Summary[]} summaries the newest first @param {number} now a Date.now() @returns {Group[]} */
export function groupsOf(summaries, now) {
  const days = daysBefore(now);
  /** @type {Map<string | number, Group>} */
  const groups = new Map();
  for (const one of summaries.filter(({ pinned }) => pinned)) enter(groups, 'pinned', 0, one);
  for (const one of summaries.filter(({ pinned }) => !pinned)) {
    const day = days.find(({ from }) => one.updated >= from);
    if (day) enter(groups, day.key, 0, one);
    else enter(groups, 'month', monthOf(one.updated), one);
  }
  return [...groups.values()];
}

/** @param {number} now @returns {{key: 'today' | 'yesterday' | 'thisWeek', from: number}[]} */
function daysBefore(now) {
  const today = new Date(now);
  const midnight = (/** @type {number} */ daysAgo) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysAgo).getTime();
  const sinceMonday = (today.getDay() + 6) % 7;
  return [
    { key: 'today', from: midnight(0) },
    { key: 'yesterday', from: midnight(1) },
    { key: 'thisWeek', from: midnight(sinceMonday) },
  ];
}

/** @param {number} time */
function monthOf(time) {
  const day = new Date(time);
  return new Date(day.getFullYear(), day.getMonth()).getTime();
}

/** @param {Map<string | number, Group>} groups @param {Group['key']} key @param {number} month @param {Summary} summary */
function enter(groups, key, month, summary) {
  const name = month || key;
  const group = groups.get(name) ?? { key, month, summaries: [] };
  group.summaries.push(summary);
  groups.set(name, group);
}

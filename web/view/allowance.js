/** What is left of the key's limits on a day and a month, where it has any. */

import { find, tell } from './dom.js';

/**
 * @import { Limit } from '../api/types.d.ts'
 * @import { Part } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @returns {Part} */
export function allowanceView() {
  const element = find(document, '[data-allowance]', HTMLElement);
  return ({ limits }, words) => {
    const parts = (limits ?? []).map((limit) => left(limit, words));
    tell(element, parts.filter(Boolean).join(' · '));
  };
}

/** '' for a limit on a minute, which begins again before anybody reads it. @param {Limit} limit @param {Words} words */
function left({ name, remaining }, { word, number }) {
  const amount = name.startsWith('usd')
    ? word('dollars', { amount: (Math.floor(remaining * 100) / 100).toFixed(2) })
    : word('someTokens', { count: number(remaining) });
  if (name.endsWith('_day')) return word('leftToday', { amount });
  return name.endsWith('_month') ? word('leftThisMonth', { amount }) : '';
}

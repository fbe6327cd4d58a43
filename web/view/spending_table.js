/** What was spent, by day and by month; what is left; what a title costs. */

import { modelName } from '../strings.js';
import { allLeft } from './allowance.js';
import { find, tell } from './dom.js';

/**
 * @import { Spent, State } from '../state/types.d.ts'
 * @import { PanelActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

const MAX_DAYS_SHOWN = { days: 7, months: 12 };
/** @param {HTMLElement} root @param {Readonly<State>} state @param {PanelActions} actions @param {Words} words */
export async function showSpending(root, { limits }, actions, words) {
  tell(find(root, '[data-limits]', HTMLElement), allLeft(limits, words));
  const { days, titleModel, titleUsd } = await actions.spending();
  const values = { model: modelName(titleModel), amount: dollarsOf(titleUsd ?? 0) };
  const hint = words.word(titleUsd === null ? 'titlesHint' : 'titlesHintPriced', values);
  tell(find(root, '[data-titles-hint]', HTMLElement), titleModel && hint);
  const table = find(root, '[data-spending]', HTMLTableElement);
  find(root, '[data-nothing-spent]', HTMLElement).hidden = days.size > 0;
  table.hidden = days.size === 0;
  table.replaceChildren(
    group(days, MAX_DAYS_SHOWN.days, (day, spent) => row(dayName(day, words), spent, words)),
    group(byMonth(days), MAX_DAYS_SHOWN.months, (month, spent) => row(monthName(month, words), spent, words)),
  );
}

/** @param {Map<string, Spent>} spans @param {number} count @param {(span: string, spent: Spent) => HTMLElement} rowOf */
function group(spans, count, rowOf) {
  const body = document.createElement('tbody');
  body.append(...[...spans].slice(0, count).map(([span, spent]) => rowOf(span, spent)));
  return body;
}

/** @param {Map<string, Spent>} days @returns {Map<string, Spent>} by month, 2026-11 */
function byMonth(days) {
  /** @type {Map<string, Spent>} */
  const months = new Map();
  for (const [day, { usd, tokens }] of days) {
    const sum = months.get(day.slice(0, 7)) ?? { usd: 0, tokens: 0 };
    months.set(day.slice(0, 7), { usd: sum.usd + usd, tokens: sum.tokens + tokens });
  }
  return months;
}

/** @param {string} name @param {Spent} spent @param {Words} words */
function row(name, { usd, tokens }, { word, number }) {
  const element = document.createElement('tr');
  const heading = document.createElement('th');
  heading.scope = 'row';
  heading.textContent = name;
  element.append(
    heading,
    cell(word('dollars', { amount: dollarsOf(usd) })),
    cell(word('someTokens', { count: number(tokens) })),
  );
  return element;
}

/** @param {string} text */
function cell(text) {
  const element = document.createElement('td');
  element.textContent = text;
  return element;
}

/** @param {string} day 2026-11-27 @param {Words} words */
function dayName(day, { language }) {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(`${day}T12:00`));
}

/** @param {string} month 2026-11 @param {Words} words */
function monthName(month, { language }) {
  return new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric' }).format(
    new Date(`${month}-15T12:00`),
  );
}

/** @param {number} usd */
function dollarsOf(usd) {
  return usd > 0 && usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2);
}

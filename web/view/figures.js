/** Which model an answer is by and when it came, in one quiet line; what it took, on demand. */

import { modelName } from '../strings.js';
import { find, tell } from './dom.js';

/**
 * @import { PriceTable } from '../api/types.d.ts'
 * @import { Figures, Turn } from '../state/types.d.ts'
 * @import { Words } from './words.js'
 */

/** What comes faster is not written at that speed: it had been waiting somewhere. */
const MAX_SPEED = { tokensPerSecond: 50_000 };
/** What took less took 0.0 s: it failed at once. */
const MIN_TOOK_MS = 50;

/** @param {HTMLElement} turnElement @param {Words} words */
export function figuresView(turnElement, words) {
  const summary = find(turnElement, '[data-summary]', HTMLElement);
  const figures = find(turnElement, '[data-figures]', HTMLElement);
  return (/** @type {Turn} */ turn, /** @type {PriceTable | undefined} */ prices) => {
    const working = turn.status === 'working';
    tell(summary, working ? '' : summaryOf(turn, words));
    tell(figures, working || !turn.figures ? '' : figuresOf(turn.figures, turn.status === 'done', words));
    const priced = prices && typeof turn.figures?.cost === 'number';
    figures.title = priced ? words.word('costSource', { date: prices.date }) : '';
  };
}

/** The models that wrote an answer. @param {Turn} turn @param {Words} words */
export function authorsOf({ model, models = [] }, { list }) {
  return list([...new Set([...models, model])].map(modelName));
}

/** @param {Turn} turn @param {Words} words */
function summaryOf(turn, words) {
  const { created, figures } = turn;
  const { word, shortMoment } = words;
  const parts = [authorsOf(turn, words), shortMoment(created)];
  const tookMs = figures?.first && !(figures.burst && figures.writing === 0) ? figures.first + figures.writing : 0;
  if (tookMs >= MIN_TOOK_MS) parts.push(word('took', { seconds: (tookMs / 1000).toFixed(tookMs < 9950 ? 1 : 0) }));
  return parts.join(' · ');
}

/** @param {Figures} figures @param {boolean} complete @param {Words} words */
function figuresOf(figures, complete, { word, number }) {
  const { first, writing, burst, input, output, cacheRead, cacheWrite, cost, partial } = figures;
  const parts = first ? [word('firstWord', { seconds: (first / 1000).toFixed(first < 9950 ? 2 : 1) })] : [];
  if (complete && !partial) {
    const speed = Math.round((output / writing) * 1000);
    if (!burst && speed <= MAX_SPEED.tokensPerSecond) parts.push(word('speed', { count: number(speed) }));
    parts.push(word('tokens', { input: number(input + cacheRead + cacheWrite), output: number(output) }));
    if (cacheRead) parts.push(word('cached', { count: number(cacheRead) }));
    if (cost !== null) parts.push(word('cost', { amount: amount(cost) }));
  }
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join('\u00a0· '); // a number stays with its unit, a dot with what is before it
}

/** Two significant digits, however small. @param {number} dollars */
function amount(dollars) {
  if (dollars === 0) return '0';
  return dollars.toFixed(Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(dollars)))));
}

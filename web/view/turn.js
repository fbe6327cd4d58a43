/** One prompt and its answer, with their buttons. */

import { answerOf, isAnswered } from '../state/conversation.js';
import { failureKey } from '../strings.js';
import { answerView } from './answer.js';
import { clone, copy, find, onClick, tell } from './dom.js';
import { showFiles } from './files.js';

/**
 * @import { PriceTable } from '../api/types.d.ts'
 * @import { Turn } from '../state/types.d.ts'
 * @import { Key } from '../strings.js'
 * @import { TurnViewActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** Nobody counts down for longer: then the time is shown. */
const MAX_COUNTDOWN_MS = 120_000;

/** How an answer can end early though all went well, by stop reason. @type {Record<string, Key>} */
const ENDINGS = { max_tokens: 'limit', model_context_window_exceeded: 'contextFull', refusal: 'declined' };

/** @param {Turn} turn @param {TurnViewActions} actions @param {Words} words @param {PriceTable | undefined} prices */
export function turnView(turn, actions, words, prices) {
  const element = words.fill(clone('turn'));
  const part = (/** @type {string} */ name) => find(element, `[data-${name}]`, HTMLElement);
  const [prompt, answer, waiting, silent, tools, figures] = [
    part('prompt'),
    part('answer'),
    part('waiting'),
    part('silent'),
    part('tools'),
    part('figures'),
  ];
  const [edit, goOn, again, regenerate, copyAnswer] = [
    part('edit'),
    part('go-on'),
    part('again'),
    part('regenerate'),
    part('copy'),
  ];
  const notice = noticeView(element, words);
  const showAnswer = answerView(answer, words);
  tell(prompt, turn.prompt);
  showFiles(part('files'), turn.files, words);
  onClick(element, '[data-edit]', () => actions.edit(turn));
  const showVersions = versionsView(element, turn, actions);
  onClick(element, '[data-again], [data-regenerate]', () => actions.again(turn));
  onClick(element, '[data-go-on]', () => actions.goOn(turn));
  onClick(element, '[data-copy]', () => copy(copyAnswer, answerOf(turn), words));

  return {
    element,

    /**
     * @param {{last: boolean, editing: boolean, versions: Turn[]}} place whether no turn follows, whether its prompt is
     *   being edited, and what can be shown in its place, itself included
     * @returns {boolean} whether a countdown is running
     */
    show({ last, editing, versions }) {
      const working = turn.status === 'working';
      const answered = isAnswered(turn);
      const cut = turn.status === 'stopped' || turn.status === 'failed' || turn.ending === 'max_tokens';
      showAnswer(turn);
      element.dataset.status = turn.status;
      element.classList.toggle('edited', editing);
      element.setAttribute('aria-busy', String(working));
      answer.hidden = turn.blocks.length === 0;
      waiting.hidden = !working || turn.blocks.length > 0;
      const wait = turn.reconnecting ? 'reconnecting' : 'stillWorking';
      tell(silent, working && (turn.reconnecting || turn.silent) ? words.word(wait) : '');
      const ticking = notice(turn);
      edit.hidden = working;
      tools.hidden = working;
      goOn.hidden = !(last && cut && answered);
      again.hidden = !(last && cut && !answered);
      if (again instanceof HTMLButtonElement) again.disabled = ticking;
      regenerate.hidden = !(last && answered);
      copyAnswer.hidden = !answered;
      showVersions(versions);
      tell(figures, working ? '' : figuresOf(turn, words));
      const priced = prices && typeof turn.figures?.cost === 'number';
      figures.title = priced ? words.word('costSource', { date: prices.date }) : '';
      return ticking;
    },

    /** @param {string} button of its versions; where that is disabled, the other gets the focus */
    focus(button) {
      const buttons = [button, '[data-versions] button'].map((one) => element.querySelector(`${one}:enabled`));
      buttons.find((one) => one instanceof HTMLElement)?.focus();
    },
  };
}

/** Shows which of its versions a turn is, and the way to the others. @param {HTMLElement} element @param {Turn} turn @param {TurnViewActions} actions */
function versionsView(element, turn, { bringBack }) {
  const place = find(element, '[data-versions]', HTMLElement);
  const number = find(place, '[data-version]', HTMLElement);
  /** @type {Turn[]} */
  let all = [];
  const steps = /** @type {const} */ ([
    ['[data-older]', -1],
    ['[data-newer]', 1],
  ]).map(([selector, step]) => {
    const there = () => all[all.indexOf(turn) + step];
    onClick(place, selector, () => {
      const version = there();
      if (version) bringBack(version, selector);
    });
    return { button: find(place, selector, HTMLButtonElement), there };
  });
  return (/** @type {Turn[]} */ versions) => {
    all = versions;
    place.hidden = versions.length < 2;
    tell(number, `${versions.indexOf(turn) + 1} / ${versions.length}`);
    for (const { button, there } of steps) button.disabled = !there();
  };
}

/** @param {HTMLElement} element @param {Words} words */
function noticeView(element, words) {
  const notice = find(element, '[data-notice]', HTMLElement);
  const text = find(notice, '[data-notice-text]', HTMLElement);
  const countdown = find(notice, '[data-countdown]', HTMLElement);
  const details = find(notice, '[data-details]', HTMLElement);
  const detail = find(notice, '[data-detail]', HTMLElement);
  /** @returns {boolean} whether the countdown is running */
  return (/** @type {Turn} */ turn) => {
    const key = noticeOf(turn);
    const { detail: more = '', retryAt = 0 } = turn.problem ?? {};
    const waitMs = retryAt - Date.now();
    const counting = waitMs > 0 && waitMs <= MAX_COUNTDOWN_MS;
    tell(text, key ? words.word(key) : '');
    notice.hidden = !key;
    tell(detail, more);
    details.hidden = !more;
    tell(countdown, retryAt ? waitOf(waitMs, retryAt, words) : '');
    return counting;
  };
}

/** @param {number} waitMs @param {number} retryAt @param {Words} words */
function waitOf(waitMs, retryAt, { word, moment }) {
  if (waitMs <= 0) return word('mayTryNow');
  if (waitMs > MAX_COUNTDOWN_MS) return word('waitUntil', { time: moment(retryAt) });
  return word('waitSeconds', { seconds: Math.ceil(waitMs / 1000) });
}

/** @param {Turn} turn @returns {Key | undefined} */
function noticeOf({ status, ending, problem }) {
  if (status === 'stopped') return 'stopped';
  if (status === 'done') return ENDINGS[ending];
  return problem ? failureKey(problem.kind) : undefined;
}

/** @param {Turn} turn @param {Words} words */
function figuresOf({ figures, status }, { word, number }) {
  if (!figures?.first) return '';
  const { first, writing, input, output, cacheRead, cacheWrite, cost, partial } = figures;
  const parts = [word('firstWord', { seconds: (first / 1000).toFixed(first < 9950 ? 2 : 1) })];
  if (status === 'done' && !partial) {
    if (writing > 0) parts.push(word('speed', { count: number(Math.round((output / writing) * 1000)) }));
    parts.push(word('tokens', { input: number(input + cacheRead + cacheWrite), output: number(output) }));
    if (cacheRead) parts.push(word('cached', { count: number(cacheRead) }));
    if (cost !== null) parts.push(word('cost', { amount: amount(cost) }));
  }
  return parts.join(' · ');
}

/** Two significant digits, however small. @param {number} dollars */
function amount(dollars) {
  if (dollars === 0) return '0';
  return dollars.toFixed(Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(dollars)))));
}

/** What went wrong with an answer, and from when on one may try again. */

import { isAnswered } from '../state/conversation.js';
import { failureKey } from '../strings.js';
import { find, tell } from './dom.js';

/**
 * @import { Turn } from '../state/types.d.ts'
 * @import { Key } from '../strings.js'
 * @import { Words } from './words.js'
 */

/** Nobody counts down for longer: then the time is shown. */
const MAX_COUNTDOWN_MS = 120_000;
/** Since 1970; no date is later. */
const LAST_TIME_MS = 8.64e15;

/** How an answer can end early though all went well, by stop reason. @type {Record<string, Key>} */
const ENDINGS = { max_tokens: 'limit', model_context_window_exceeded: 'contextFull', refusal: 'declined' };

/** @param {HTMLElement} element @param {Words} words */
export function noticeView(element, words) {
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
    if (detail.textContent !== more) details.toggleAttribute('open', turn.problem?.kind === 'noRoom'); // what to do stands there
    tell(detail, more);
    details.hidden = !more;
    tell(countdown, retryAt ? waitOf(waitMs, retryAt, words) : '');
    return counting;
  };
}

/** @param {number} waitMs @param {number} retryAt @param {Words} words */
function waitOf(waitMs, retryAt, { word, moment }) {
  if (waitMs <= 0) return word('mayTryNow');
  if (retryAt > LAST_TIME_MS) return '';
  if (waitMs > MAX_COUNTDOWN_MS) return word('waitUntil', { time: moment(retryAt) });
  return word('waitSeconds', { seconds: Math.ceil(waitMs / 1000) });
}

/** @param {Turn} turn @returns {Key | undefined} */
function noticeOf(turn) {
  const { status, ending, problem } = turn;
  if (status === 'stopped') return 'stopped';
  if (status === 'done') return ENDINGS[ending] ?? (isAnswered(turn) ? undefined : 'nothingSaid');
  return problem ? failureKey(problem.kind) : undefined;
}

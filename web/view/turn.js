/** One prompt and its answer, with their buttons. */

import { answerOf, isAnswered } from '../state/conversation.js';
import { answerView } from './answer.js';
import { modelName } from '../strings.js';
import { copy } from './copy.js';
import { find, onClick, tell } from './dom.js';
import { figuresView } from './figures.js';
import { fillMenu } from './menu.js';
import { noticeView } from './notice.js';
import { showPrompt } from './prompt.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Turn } from '../state/types.d.ts'
 * @import { TurnViewActions } from './types.d.ts'
 * @import { Words } from './words.js'
 *
 * @typedef {{last: boolean, idle: boolean, editing: boolean, versions: Turn[], beside: Turn | undefined, config: Config | null}} TurnPlace
 *   whether no turn follows, whether no answer is on its way, whether its prompt is being edited, what can be shown in its
 *   place, itself included, and which of these is shown beside it
 * @typedef {ReturnType<typeof turnView>} TurnView
 */

/**
 * @param {HTMLElement} element a copy of the template @param {Turn} first
 * @param {TurnViewActions} actions @param {Words} words
 */
export function turnView(element, first, actions, words) {
  let turn = first; // another object once another tab has saved it
  const part = (/** @type {string} */ name) => find(element, `[data-${name}]`, HTMLElement);
  const [answer, waiting, silent] = [part('answer'), part('waiting'), part('silent')];
  const [tools, edit, goOn, again] = [part('tools'), part('edit'), part('go-on'), part('again')];
  const [regenerate, againWith] = [part('regenerate'), part('again-with')];
  const [copyAnswer, copyAs] = [part('copy'), part('copy-as')];
  const showFigures = figuresView(element, words);
  const showNotice = noticeView(element, words);
  const showVersions = versionsView(element, actions);
  const answers = answerView(answer, words, actions.changed);
  let ticking = false;
  /** @type {string[]} */
  let otherModels = [];
  showPrompt(element, turn, words);
  onClick(element, '[data-edit]', () => actions.edit(turn));
  onClick(element, '[data-again], [data-regenerate]', () => actions.again(turn));
  onClick(element, '[data-go-on]', () => actions.goOn(turn));
  onClick(element, '[data-again-with]', () => {
    actions.prepare();
    fillMenu(
      againWith,
      otherModels.map((id) => ({ label: modelName(id), act: () => actions.again(turn, id) })),
    );
  });
  const copyMarkdown = () => copy(copyAnswer, answerOf(turn), words);
  const copyRich = () => copy(copyAnswer, answerOf(turn), words, asHtml(answer));
  onClick(element, '[data-copy]', copyMarkdown);
  onClick(element, '[data-copy-as]', () =>
    fillMenu(copyAs, [
      { label: words.word('copyMarkdown'), act: copyMarkdown },
      { label: words.word('copyRich'), act: copyRich },
    ]),
  );

  return {
    /** Shows all but the answer's text. @param {Turn} next @param {TurnPlace} place */
    show(next, { last, idle, editing, versions, beside, config }) {
      turn = next;
      otherModels = (config?.models ?? []).filter((id) => id !== turn.model);
      const working = turn.status === 'working';
      const answered = isAnswered(turn);
      const cut = turn.status === 'stopped' || turn.status === 'failed' || turn.ending === 'max_tokens';
      element.dataset.status = turn.status;
      element.classList.toggle('edited', editing);
      element.setAttribute('aria-busy', String(working));
      answer.hidden = turn.blocks.length === 0;
      waiting.hidden = !working || turn.blocks.length > 0;
      const wait = turn.reconnecting ? 'reconnecting' : 'stillWorking';
      tell(silent, working && (turn.reconnecting || turn.silent) ? words.word(wait) : '');
      ticking = showNotice(turn);
      edit.hidden = working;
      tools.hidden = working;
      goOn.hidden = !(last && idle && cut && answered);
      again.hidden = !(idle && cut && !answered);
      if (again instanceof HTMLButtonElement) again.disabled = ticking;
      regenerate.hidden = !(idle && answered);
      againWith.hidden = !idle || otherModels.length === 0;
      copyAnswer.hidden = !answered;
      copyAs.hidden = !answered;
      showVersions(versions, turn, beside);
      showFigures(turn, config?.prices);
    },

    /** @param {number} room in characters, as in answerView */
    draw: (room) => answers.draw(turn, room),

    /** Whether a countdown is running. */
    isTicking: () => ticking,

    /** @param {string} button of its tools; where that is disabled, the other of its versions gets the focus */
    focus(button) {
      const buttons = [button, '[data-versions] button'].map((one) => tools.querySelector(`${one}:enabled`));
      buttons.find((one) => one instanceof HTMLElement)?.focus();
    },
  };
}

/** @param {HTMLElement} answer */
async function asHtml(answer) {
  const { richText } = await import('./rich_text.js');
  return richText(answer);
}

/** Shows which of its versions a turn is, and the way to the others. @param {HTMLElement} element @param {TurnViewActions} actions */
function versionsView(element, { bringBack, compare }) {
  const toggle = find(element, '[data-compare]', HTMLElement);
  const place = find(element, '[data-versions]', HTMLElement);
  const number = find(place, '[data-version]', HTMLElement);
  /** @type {Turn[]} */
  let all = [];
  let shown = 0;
  /** @type {Turn | undefined} */
  let other;
  const steps = /** @type {const} */ ([
    ['[data-older]', -1],
    ['[data-newer]', 1],
  ]).map(([selector, step]) => {
    const there = () => all[shown + step * (other && all[shown + step] === other ? 2 : 1)];
    onClick(place, selector, () => {
      const version = there();
      if (version) bringBack(version, selector);
    });
    return { button: find(place, selector, HTMLButtonElement), there };
  });
  onClick(element, '[data-compare]', () => compare(other ? '' : ((all[shown - 1] ?? all[shown + 1])?.id ?? '')));
  return (/** @type {Turn[]} */ versions, /** @type {Turn} */ turn, /** @type {Turn | undefined} */ beside) => {
    [all, shown, other] = [versions, versions.indexOf(turn), beside];
    toggle.hidden = versions.length < 2;
    toggle.ariaPressed = String(Boolean(beside));
    place.hidden = versions.length < 2;
    tell(number, `${shown + 1} / ${versions.length}`);
    for (const { button, there } of steps) button.disabled = !there();
  };
}

/** Tells whether an answer has changed. @param {Turn} turn */
export function extent({ blocks, status }) {
  return `${status} ${blocks.map(({ text }) => text.length)}`;
}

/** How high a turn will be, roughly, until it is drawn. @param {Turn} turn */
export function estimatedLines({ prompt, blocks }) {
  const texts = [prompt, ...blocks.filter(({ type }) => type === 'text').map(({ text }) => text)];
  return 6 + texts.reduce((sum, text) => sum + text.length / 60, 0);
}

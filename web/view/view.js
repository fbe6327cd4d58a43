/**
 * Shows the state, and reports what the person does. The modules of this folder are the only ones that touch the DOM.
 *
 * What a person does is drawn with the next frame. An answer that grows waits: after a frame of n ms for 3n, so that
 * a slow machine draws it less often and stays usable.
 */

import { isWorking } from '../state/store.js';
import { languageOf } from '../strings.js';
import { barView } from './bar.js';
import { composerView, composes } from './composer.js';
import { find, onClick, onDemand, tell } from './dom.js';
import { keyView } from './key_form.js';
import { panelsView } from './panels.js';
import { sideView } from './side.js';
import { topView } from './top.js';
import { wordsIn } from './words.js';

/**
 * @import { State } from '../state/types.d.ts'
 * @import { Actions, Part } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** How long growth waits after a frame: at least this, and this many times what drawing took. Twenty a second are enough for text to flow. */
const MIN_IDLE_MS = 42;
const IDLE_RATIO = 3;

/** @param {Actions} actions @returns {(state: Readonly<State>, grown?: boolean) => void} `grown`: an answer, and nothing else */
export function createView(actions) {
  const draw = drawing(actions);
  /** @type {Readonly<State>} */
  let latest;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let requested = false;
  let onlyGrown = true;
  let notBefore = 0;

  const frame = () => {
    const began = performance.now();
    const growing = onlyGrown;
    clearTimeout(timer);
    [requested, onlyGrown, timer] = [false, true, undefined];
    draw(latest, growing);
    const ended = performance.now();
    notBefore = ended + Math.max(MIN_IDLE_MS, IDLE_RATIO * (ended - began));
  };
  const request = () => {
    if (!requested) requestAnimationFrame(frame);
    requested = true;
  };
  return (state, grown = false) => {
    latest = state;
    onlyGrown &&= grown;
    const waitMs = onlyGrown ? notBefore - performance.now() : 0;
    if (waitMs <= 0) request();
    else timer ??= setTimeout(request, waitMs);
  };
}

/** @param {Actions} actions */
function drawing(actions) {
  const conversation = conversationView(actions);
  const show = [
    topView(),
    sideView(actions),
    conversation.show,
    barView(actions),
    composerView(actions),
    keyView(actions),
    panelsView(actions),
  ];
  const welcome = find(document, '[data-welcome]', HTMLElement);
  const trouble = find(document, '[data-trouble]', HTMLElement);
  const retry = find(document, '[data-retry]', HTMLElement);
  const offline = find(document, '[data-offline]', HTMLElement);
  const prompt = find(document, '#prompt', HTMLElement);
  const key = find(document, '#key', HTMLElement);
  const showToast = toastView(actions);
  /** @type {ReturnType<typeof wordsIn> | undefined} */
  let words;
  /** @type {Readonly<State> | undefined} */
  let latest;
  onClick(document, '[data-retry]', actions.retry);
  onClick(document, '[data-skip]', (event) => {
    event.preventDefault(); // in the address, # is followed by a conversation's id
    prompt.focus();
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && latest && !event.defaultPrevented && !composes(event)) leave(latest, actions);
  });
  return (/** @type {Readonly<State>} */ state, /** @type {boolean} */ growing) => {
    latest = state;
    if (growing && words) return conversation.grow();
    const focused = document.activeElement;
    const language = languageOf(state.preferences.language, navigator.language);
    if (words?.language !== language) {
      words = wordsIn(language);
      words.fill(document);
      document.documentElement.lang = language;
    }
    document.documentElement.dataset.theme = state.preferences.theme;
    welcome.hidden = state.conversation.turns.length > 0;
    tell(trouble, words.phrase(state.trouble));
    retry.hidden = !state.trouble;
    tell(offline, state.online ? '' : words.word('offline'));
    showToast(state.toast, words);
    document.documentElement.dataset.ready = ''; // before the parts: what is invisible takes no focus
    for (const part of show) part(state, words);
    if (focused && focused !== prompt && isLost(focused)) (state.hasKey ? prompt : key).focus();
    return undefined;
  };
}

/** The conversation and what it uses, whose views come with the first turn or the first letter that is typed. @param {Actions} actions */
function conversationView(actions) {
  /** @type {ReturnType<typeof import('./turns.js').turnsView> | undefined} */
  let turns;
  /** @type {Part} */
  let allowance;
  /** @type {[Readonly<State>, Words]} */
  let latest;

  const load = onDemand(async () => {
    const [{ turnsView }, { createFollower }, { allowanceView }] = await Promise.all([
      import('./turns.js'),
      import('./scroll.js'),
      import('./allowance.js'),
      import('./turn.js'), // else it would come after turns.js
      import('../strings_later.js'),
    ]);
    turns = turnsView(actions, createFollower());
    allowance = allowanceView();
    show(...latest);
  });

  function show(/** @type {Readonly<State>} */ state, /** @type {Words} */ words) {
    latest = [state, words];
    if (turns) {
      turns.show(state, words);
      allowance(state, words);
    } else if (state.conversation.turns.length > 0 || state.draft.text) {
      load().catch(() => {}); // the network: with the next change
    }
  }

  return { show, grow: () => turns?.grow() };
}

/** Whether the focus is gone with its element: by keyboard one would have to begin at the top. @param {Element} focused */
function isLost(focused) {
  const { activeElement, body } = document;
  return focused !== body && !focused.checkVisibility() && (activeElement === focused || activeElement === body);
}

/** Esc, where no dialog and no menu takes it. @param {Readonly<State>} state @param {Actions} actions */
function leave(state, actions) {
  if (document.querySelector('dialog[open], :popover-open')) return;
  if (state.editing) actions.leaveEditing();
  else if (isWorking(state)) actions.stop();
  else if (state.conversation.beside) actions.compare('');
}

/** @param {Actions} actions */
function toastView(actions) {
  const toast = find(document, '[data-toast]', HTMLElement);
  const text = find(toast, '[data-toast-text]', HTMLElement);
  const undo = find(toast, '[data-undo]', HTMLButtonElement);
  onClick(toast, '[data-undo]', actions.undo);
  onClick(toast, '[data-close-toast]', actions.hideToast);
  return (/** @type {State['toast']} */ shown, /** @type {Words} */ words) => {
    toast.hidden = !shown;
    tell(text, words.phrase(shown?.phrase ?? null));
    undo.hidden = !shown?.undo;
  };
}

/**
 * Shows the state, and reports what the person does. The modules of this folder are the only ones that touch the DOM.
 *
 * Changes are batched into one frame; after a frame of n ms the page idles for 3n, so a slow machine draws less often
 * and stays usable.
 */

import { isWorking } from '../state/store.js';
import { languageOf } from '../strings.js';
import { allowanceView } from './allowance.js';
import { barView } from './bar.js';
import { composerView, composes } from './composer.js';
import { find, onClick, tell } from './dom.js';
import { keyView } from './key_form.js';
import { panelsView } from './panels.js';
import { createFollower } from './scroll.js';
import { sideView } from './side.js';
import { topView } from './top.js';
import { turnsView } from './turns.js';
import { wordsIn } from './words.js';

/**
 * @import { State } from '../state/types.d.ts'
 * @import { Actions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** After a frame: at least this, and this many times what drawing took. Twenty a second are enough for text to flow. */
const MIN_IDLE_MS = 42;
const IDLE_RATIO = 3;

/** @param {Actions} actions @returns {(state: Readonly<State>) => void} */
export function createView(actions) {
  const draw = drawing(actions);
  let scheduled = false;
  let notBefore = 0;
  return (state) => {
    if (scheduled) return;
    scheduled = true;
    const frame = () => {
      scheduled = false;
      const began = performance.now();
      draw(state);
      const ended = performance.now();
      notBefore = ended + Math.max(MIN_IDLE_MS, IDLE_RATIO * (ended - began));
    };
    const waitMs = notBefore - performance.now();
    if (waitMs <= 0) requestAnimationFrame(frame);
    else setTimeout(() => requestAnimationFrame(frame), waitMs);
  };
}

/** @param {Actions} actions */
function drawing(actions) {
  const show = [
    topView(),
    sideView(actions),
    turnsView(actions, createFollower()),
    barView(actions),
    composerView(actions),
    keyView(actions),
    allowanceView(),
    panelsView(actions),
  ];
  const welcome = find(document, '[data-welcome]', HTMLElement);
  const trouble = find(document, '[data-trouble]', HTMLElement);
  const retry = find(document, '[data-retry]', HTMLElement);
  const offline = find(document, '[data-offline]', HTMLElement);
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
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
  return (/** @type {Readonly<State>} */ state) => {
    latest = state;
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
    if (focused && focused !== prompt && isLost(focused)) prompt.focus();
  };
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
}

/** @param {Actions} actions */
function toastView(actions) {
  const toast = find(document, '[data-toast]', HTMLElement);
  const text = find(toast, '[data-toast-text]', HTMLElement);
  const undo = find(toast, '[data-undo]', HTMLButtonElement);
  onClick(toast, '[data-undo]', actions.undo);
  return (/** @type {State['toast']} */ shown, /** @type {Words} */ words) => {
    toast.hidden = !shown;
    tell(text, words.phrase(shown?.phrase ?? null));
    undo.hidden = !shown?.undo;
  };
}

/**
 * Shows the state, and reports what the person does. The modules of this folder are the only ones that touch the DOM.
 *
 * However often the store speaks, a frame is drawn once, and what drawing took is left free three times over: a slow
 * machine draws less often and stays usable.
 */

import { isWorking } from '../state/store.js';
import { languageOf } from '../strings.js';
import { composerView, composes } from './composer.js';
import { find, onClick, tell } from './dom.js';
import { keyView } from './key_form.js';
import { createFollower } from './scroll.js';
import { sideView } from './side.js';
import { topView } from './top.js';
import { turnsView } from './turns.js';
import { wordsIn } from './words.js';

/**
 * @typedef {import('../state/store.js').State} State
 * @typedef {import('./composer.js').ComposerActions & import('./turn.js').TurnActions & import('./side.js').SideActions &
 *   import('./top.js').TopActions & {useKey(key: string, onDevice: boolean): void, forget(): void, undo(): void}} Actions
 */

const FREE = 3;
/** Between two frames that are drawn (ms). Twenty a second are enough for text to flow. */
const PAUSE = 42;

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
      notBefore = ended + Math.max(PAUSE, FREE * (ended - began));
    };
    const wait = notBefore - performance.now();
    if (wait <= 0) requestAnimationFrame(frame);
    else setTimeout(() => requestAnimationFrame(frame), wait);
  };
}

/** @param {Actions} actions */
function drawing(actions) {
  const show = [
    topView(actions),
    sideView(actions),
    turnsView(actions, createFollower()),
    composerView(actions),
    keyView(actions),
  ];
  const welcome = find(document, '[data-welcome]', HTMLElement);
  const trouble = find(document, '[data-trouble]', HTMLElement);
  const offline = find(document, '[data-offline]', HTMLElement);
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
  const showToast = toastView(actions);
  /** @type {ReturnType<typeof wordsIn> | undefined} */
  let words;
  /** @type {Readonly<State> | undefined} */
  let known;
  onClick(document, '[data-skip]', (event) => {
    event.preventDefault(); // what stands behind # names a conversation
    prompt.focus();
  });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && known && !event.defaultPrevented && !composes(event)) leave(known, actions);
  });
  return (/** @type {Readonly<State>} */ state) => {
    known = state;
    const held = document.activeElement;
    const language = languageOf(state.preferences.language, navigator.language);
    if (words?.language !== language) {
      words = wordsIn(language);
      words.fill(document);
      document.documentElement.lang = language;
    }
    document.documentElement.dataset.theme = state.preferences.theme;
    welcome.hidden = state.conversation.turns.length > 0;
    tell(trouble, words.phrase(state.trouble));
    tell(offline, state.online ? '' : words.word('offline'));
    showToast(state.toast, words);
    document.documentElement.dataset.ready = ''; // before the parts: what is invisible takes no focus
    for (const part of show) part(state, words);
    if (held && held !== prompt && isLost(held)) prompt.focus();
  };
}

/** Whether the focus is gone with its element, and whoever works by keyboard would have to begin at the top. @param {Element} held */
function isLost(held) {
  const { activeElement, body } = document;
  return held !== body && !held.checkVisibility() && (activeElement === held || activeElement === body);
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
  return (/** @type {State['toast']} */ shown, /** @type {import('./words.js').Words} */ words) => {
    toast.hidden = !shown;
    tell(text, words.phrase(shown?.phrase ?? null));
    undo.hidden = !shown?.undo;
  };
}

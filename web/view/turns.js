/** The conversation that is shown: a view for each turn, made when it comes and taken away when it goes. */

import { isWorking } from '../state/store.js';
import { versions } from '../state/versions.js';
import { find } from './dom.js';
import { turnView } from './turn.js';

/**
 * @import { Conversation, State, Turn } from '../state/types.d.ts'
 * @import { Part, TurnActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

const TICK_MS = 250; // between two steps of a countdown
const QUIET_MS = 300; // until what was brought back has been drawn

/** @param {TurnActions} actions @param {{again(): void}} follower */
export function turnsView(actions, follower) {
  const list = find(document, '[data-turns]', HTMLElement);
  /** @type {Map<Turn, ReturnType<typeof turnView>>} */
  let views = new Map();
  /** @type {Words | undefined} */
  let lastWords;
  /** @type {Conversation | undefined} */
  let conversation;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let tick;
  /** @type {{version: Turn, button: string} | undefined} */
  let step;
  const turnActions = {
    ...actions,
    /** @param {Turn} version @param {string} button the one that was pressed */
    bringBack(version, button) {
      step = { version, button };
      actions.bringBack(version);
    },
  };

  /** @type {Part} */
  const show = (state, words) => {
    const { turns } = state.conversation;
    const opened = conversation !== state.conversation;
    if (opened || lastWords !== words) {
      list.replaceChildren();
      views = new Map();
    }
    if (opened || step) quietly();
    [conversation, lastWords] = [state.conversation, words];
    const working = isWorking(state);
    const added = turns.some((turn) => turn.status === 'working' && !views.has(turn));
    for (const [turn, view] of views) {
      if (turns.includes(turn)) continue;
      view.element.remove();
      views.delete(turn);
    }
    let ticking = false;
    turns.forEach((turn, index) => {
      const view = views.get(turn) ?? add(turn, state, words);
      const place = {
        last: index === turns.length - 1,
        editing: turn === state.editing,
        versions: working ? [turn] : versions(state.conversation, turn),
      };
      ticking = view.show(place) || ticking;
    });
    if (opened || added) follower.again();
    if (step) views.get(step.version)?.focus(step.button);
    step = undefined;
    clearTimeout(tick);
    if (ticking) tick = setTimeout(() => show(state, words), TICK_MS);
  };

  /** Keeps assistive technology from reading aloud again what comes back from the history. */
  function quietly() {
    list.setAttribute('aria-live', 'off');
    setTimeout(() => list.setAttribute('aria-live', 'polite'), QUIET_MS);
  }

  /** @param {Turn} turn @param {Readonly<State>} state @param {Words} words */
  function add(turn, state, words) {
    const view = turnView(turn, turnActions, words, state.config?.prices);
    views.set(turn, view);
    list.append(view.element);
    return view;
  }

  return show;
}

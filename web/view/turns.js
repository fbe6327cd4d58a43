/** The conversation that is shown: a view for each turn, made when it comes and taken away when it goes. */

import { isWorking } from '../state/store.js';
import { versions } from '../state/versions.js';
import { find } from './dom.js';
import { turnView } from './turn.js';

/**
 * @typedef {import('../state/conversation.js').Turn} Turn
 * @typedef {import('../state/store.js').State} State
 */

/** @param {import('./turn.js').TurnActions} actions @param {{again(): void}} follower */
export function turnsView(actions, follower) {
  const list = find(document, '[data-turns]', HTMLElement);
  /** @type {Map<Turn, ReturnType<typeof turnView>>} */
  let shown = new Map();
  /** @type {import('./words.js').Words | undefined} */
  let spoken;
  /** @type {import('../state/conversation.js').Conversation | undefined} */
  let conversation;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let tick;
  /** @type {{version: Turn, button: string} | undefined} */
  let stepped;
  const known = {
    ...actions,
    /** @param {Turn} version @param {string} button the one that was pressed */
    bringBack(version, button) {
      stepped = { version, button };
      actions.bringBack(version);
    },
  };

  const show = (/** @type {Readonly<State>} */ state, /** @type {import('./words.js').Words} */ words) => {
    const { turns } = state.conversation;
    const opened = conversation !== state.conversation;
    if (opened || spoken !== words) {
      list.replaceChildren();
      shown = new Map();
    }
    if (opened || stepped) quietly();
    [conversation, spoken] = [state.conversation, words];
    const working = isWorking(state);
    const asked = turns.some((turn) => turn.status === 'working' && !shown.has(turn));
    for (const [turn, view] of shown) {
      if (turns.includes(turn)) continue;
      view.element.remove();
      shown.delete(turn);
    }
    let ticking = false;
    turns.forEach((turn, index) => {
      const view = shown.get(turn) ?? add(turn, state, words);
      const place = {
        last: index === turns.length - 1,
        editing: turn === state.editing,
        versions: working ? [turn] : versions(state.conversation, turn),
      };
      ticking = view.show(place) || ticking;
    });
    if (opened || asked) follower.again();
    if (stepped) shown.get(stepped.version)?.focus(stepped.button);
    stepped = undefined;
    clearTimeout(tick);
    if (ticking) tick = setTimeout(() => show(state, words), 250);
  };

  /** What is brought back from the history was heard before. */
  function quietly() {
    list.setAttribute('aria-live', 'off');
    setTimeout(() => list.setAttribute('aria-live', 'polite'), 300);
  }

  /** @param {Turn} turn @param {Readonly<State>} state @param {import('./words.js').Words} words */
  function add(turn, state, words) {
    const view = turnView(turn, known, words, state.config?.prices);
    shown.set(turn, view);
    list.append(view.element);
    return view;
  }

  return show;
}

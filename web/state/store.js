/**
 * What the page knows, and every way to change it. Only these can write the state: each change has a name, and is
 * with those of its subject (settings.js, draft.js, answering.js, history.js). Every change calls the listeners.
 * No DOM, no disk, no network: this runs without a browser.
 */

import { answerChanges } from './answering.js';
import { isUnderWay, newConversation } from './conversation.js';
import { draftChanges, EMPTY_DRAFT, promptIn, readingHere } from './draft.js';
import { historyChanges } from './history.js';
import { settingsChanges } from './settings.js';

/** @import { Core, State, Toast } from './types.d.ts' */

const TOAST_MS = 8000;

/** @param {Pick<State, 'preferences' | 'hasKey' | 'online'>} initial */
export function createStore(initial) {
  /** @type {State} */
  const state = {
    ...initial,
    config: null,
    trouble: null,
    checkingKey: false,
    limits: null,
    keyNotice: null,
    conversation: newConversation(initial.preferences),
    revision: 0,
    summaries: [],
    query: '',
    hits: new Map(),
    place: null,
    draft: EMPTY_DRAFT,
    editing: null,
    interrupted: EMPTY_DRAFT,
    reading: [],
    held: false,
    draftNotices: [],
    toast: null,
  };
  /** @type {((state: Readonly<State>, grown: boolean) => void)[]} */
  const listeners = [];

  /** @type {Core} */
  const core = {
    state,
    set(change, grown = false) {
      Object.assign(state, change);
      listeners.forEach((listener) => listener(state, grown));
    },
    touch(conversation, change = {}, grown = false) {
      conversation.updated = Date.now();
      state.revision += 1;
      core.unsaved.add(conversation);
      core.set(change, grown);
    },
    unsaved: new Set(),
  };

  function hideToast() {
    core.set({ toast: null });
  }

  return {
    state: /** @type {Readonly<State>} */ (state),

    /**
     * Calls `listener` now and after every change.
     * @param {(state: Readonly<State>, grown: boolean) => void} listener `grown` says that an answer has got more text, and
     *   nothing else has changed
     */
    subscribe(listener) {
      listeners.push(listener);
      listener(state, false);
    },

    ...settingsChanges(core),
    ...draftChanges(core),
    ...answerChanges(core),
    ...historyChanges(core),

    /** Shows it for a while. @param {Toast} toast */
    showToast(toast) {
      core.set({ toast });
      setTimeout(() => state.toast === toast && hideToast(), TOAST_MS);
    },

    hideToast,
  };
}

/** @param {Readonly<State>} state @returns {boolean} whether an answer to what is shown is on its way */
export function isWorking({ conversation }) {
  return isUnderWay(conversation);
}

/** @param {Readonly<State>} state @returns {boolean} whether there is something to send, or soon will be */
export function hasMessage(state) {
  return promptIn(state.draft) !== null || readingHere(state).length > 0;
}

/** @param {Readonly<State>} state @returns {boolean} whether all of it is there, and somewhere to send it */
export function canSend(state) {
  const ready = Boolean(state.config) && state.online && !isWorking(state);
  return ready && promptIn(state.draft) !== null && readingHere(state).length === 0;
}

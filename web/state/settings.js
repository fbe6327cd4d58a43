/** Changes of what holds for the whole page: the key, the connection, the configuration, a person's choices. */

import { isEmpty } from './conversation.js';

/**
 * @import { Config, Limit } from '../api/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Core, Instructions, Level, Preferences } from './types.d.ts'
 */

/** @param {Core} core */
export function settingsChanges({ state, set, unsaved }) {
  /** For this conversation and new ones. @param {{model: string} | {system: string} | {thinking: Level}} choice */
  function choose(choice) {
    Object.assign(state.conversation, choice);
    if (!isEmpty(state.conversation)) unsaved.add(state.conversation);
    prefer(choice);
  }

  /** @param {Partial<Preferences>} change */
  function prefer(change) {
    set({ preferences: { ...state.preferences, ...change } });
  }

  return {
    prefer,

    /** @param {string} model */
    chooseModel(model) {
      choose({ model });
    },

    /** @param {string} second */
    chooseSecond(second) {
      state.conversation.second = second;
      if (!isEmpty(state.conversation)) unsaved.add(state.conversation);
      set({});
    },

    /** @param {Level} thinking */
    chooseThinking(thinking) {
      choose({ thinking });
    },

    /** For this conversation and new ones; with a name they are kept. @param {Instructions} one */
    useInstructions({ model, ...one }) {
      const { id, name, system } = one;
      const others = (state.preferences.instructions ?? []).filter((other) => other.id !== id);
      if (name) prefer({ instructions: [...others, { ...one, model }] });
      state.conversation.instructions = id;
      prefer({ chosen: id });
      choose({ system });
      if (state.config?.models.includes(model)) choose({ model });
    },

    /** Conversations that use them keep their text. @param {string} id */
    removeInstructions(id) {
      prefer({ instructions: (state.preferences.instructions ?? []).filter((other) => other.id !== id) });
    },

    /** @param {Config} config */
    configure(config) {
      set({ config });
      offerModel({ state, set });
    },

    /** Why the page cannot work; null where it can. @param {Phrase | null} trouble */
    reportTrouble(trouble) {
      set({ trouble });
    },

    /** @param {boolean} online */
    setOnline(online) {
      set({ online });
    },

    /** @param {Phrase} keyNotice */
    askForKey(keyNotice) {
      set({ keyNotice });
    },

    startKeyCheck() {
      set({ checkingKey: true, keyNotice: null });
    },

    acceptKey() {
      set({ checkingKey: false, hasKey: true, limits: null });
    },

    /** @param {Limit[]} limits */
    showLimits(limits) {
      set({ limits });
    },

    /** @param {Phrase} keyNotice */
    rejectKey(keyNotice) {
      set({ checkingKey: false, keyNotice });
    },

    forgetKey() {
      set({ hasKey: false, keyNotice: null, limits: null });
    },
  };
}

/**
 * A model that was chosen once may no longer be on offer. The conversation then gets the default model; the person's
 * preference stays.
 * @param {Pick<Core, 'state' | 'set'>} core
 */
export function offerModel({ state, set }) {
  const { config, conversation } = state;
  if (!config || config.models.includes(conversation.model)) return;
  conversation.model = config.model;
  set({});
}

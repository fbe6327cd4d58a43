/**
 * What the page knows, and the only ways to change it. Every change tells the listeners; nobody else's
 * business is touched here, so this runs without a browser.
 */

/**
 * @typedef {'working' | 'done' | 'stopped' | 'failed'} Status
 * @typedef {{prompt: string, pieces: string[], status: Status, notice: string}} Turn one prompt and its answer
 * @typedef {{turns: Turn[], draft: string, model: string, hasKey: boolean, keyNotice: string, trouble: string}} State
 *   `draft` is the text being written; `trouble` is what keeps the page from working at all
 */

/** @param {boolean} hasKey */
export function createStore(hasKey) {
  /** @type {State} */
  const state = { turns: [], draft: '', model: '', hasKey, keyNotice: '', trouble: '' };
  /** @type {((state: Readonly<State>) => void)[]} */
  const listeners = [];

  const emit = () => listeners.forEach((listener) => listener(state));
  /** @param {Partial<State>} change */
  const set = (change) => {
    Object.assign(state, change);
    emit();
  };

  return {
    state: /** @type {Readonly<State>} */ (state),

    /** Tells `listener` the state now and after every change. @param {(state: Readonly<State>) => void} listener */
    subscribe(listener) {
      listeners.push(listener);
      listener(state);
    },

    set,

    /** Starts a turn from the draft. @returns {Turn} */
    ask() {
      /** @type {Turn} */
      const turn = { prompt: state.draft.trim(), pieces: [], status: 'working', notice: '' };
      state.turns.push(turn);
      set({ draft: '' });
      return turn;
    },

    /** @param {Turn} turn @param {string} text */
    addText(turn, text) {
      turn.pieces.push(text);
      emit();
    },

    /**
     * Ends a turn. A prompt that got no word in answer goes back to be sent again by hand, unless a new
     * one has been begun meanwhile.
     * @param {Turn} turn @param {Status} status @param {string} notice
     */
    finish(turn, status, notice = '') {
      Object.assign(turn, { status, notice });
      const unanswered = status !== 'done' && turn.pieces.length === 0;
      set(unanswered && !state.draft.trim() ? { draft: turn.prompt } : {});
    },

    /** The key was refused: as if the turn had never been sent. @param {Turn} turn @param {string} keyNotice */
    refuseKey(turn, keyNotice) {
      state.turns.splice(state.turns.indexOf(turn), 1);
      const draft = [turn.prompt, state.draft].filter((text) => text.trim()).join('\n\n');
      set({ draft, hasKey: false, keyNotice });
    },
  };
}

/**
 * The conversation as the API wants it: a turn without an answer would leave two user messages in a row.
 * @param {Turn[]} turns ending with the one to be answered
 * @returns {import('./client.js').Message[]}
 */
export function toMessages(turns) {
  const answered = turns.slice(0, -1).filter(({ pieces }) => pieces.join('').trim());
  /** @type {import('./client.js').Message[]} */
  const past = answered.flatMap(({ prompt, pieces }) => [
    { role: 'user', content: prompt },
    { role: 'assistant', content: pieces.join('') },
  ]);
  return [...past, ...turns.slice(-1).map(({ prompt }) => ({ role: /** @type {const} */ ('user'), content: prompt }))];
}

/** @param {Readonly<State>} state @returns {boolean} whether an answer is on its way */
export function isWorking(state) {
  return state.turns.at(-1)?.status === 'working';
}

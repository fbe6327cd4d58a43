/**
 * What the page knows, and the only ways to change it. Every change tells the listeners; nobody else's business is
 * touched here (no DOM, no disk, no network), so this runs without a browser.
 */

import { isAnswered, newConversation, newTurn, summary, titleFrom } from './conversation.js';
import { bringBack, putAside } from './versions.js';

/**
 * @typedef {import('./conversation.js').Attachment} Attachment
 * @typedef {import('./conversation.js').Conversation} Conversation
 * @typedef {import('./conversation.js').Turn} Turn
 * @typedef {import('../strings.js').Phrase} Phrase
 * @typedef {import('../storage/preferences.js').Preferences} Preferences
 * @typedef {{text: string, files: Attachment[]}} Draft
 * @typedef {{turn: string, draft: Draft}} Edit a turn's id, and what is going to be its prompt
 * @typedef {{phrase: Phrase, undo?: () => void}} Toast a sentence that passes by
 * @typedef {object} State
 * @property {import('../api/client.js').Config | null} config null until it has come
 * @property {Phrase | null} trouble what keeps the page from working at all
 * @property {Preferences} preferences
 * @property {boolean} online
 * @property {boolean} hasKey
 * @property {boolean} checkingKey
 * @property {Phrase | null} keyNotice
 * @property {Conversation} conversation the one that is shown
 * @property {import('./conversation.js').Summary[]} summaries all that are kept, the newest first
 * @property {string} query what the history is searched for
 * @property {Draft} draft
 * @property {Turn | null} editing whose prompt the draft is going to replace
 * @property {Phrase[]} draftNotices why something could not be attached or sent
 * @property {Toast | null} toast
 */

/** @type {Draft} */
export const NOTHING = { text: '', files: [] };

/** @param {Pick<State, 'preferences' | 'hasKey' | 'online'>} known */
export function createStore(known) {
  /** @type {State} */
  const state = {
    ...known,
    config: null,
    trouble: null,
    checkingKey: false,
    keyNotice: null,
    conversation: newConversation({ model: known.preferences.model, system: known.preferences.system }),
    summaries: [],
    query: '',
    draft: NOTHING,
    editing: null,
    draftNotices: [],
    toast: null,
  };
  /** @type {((state: Readonly<State>) => void)[]} */
  const listeners = [];
  /** @type {Set<Conversation>} */
  let unsaved = new Set();
  /** @type {Draft} what stood in the draft before the editing began */
  let before = NOTHING;

  /** @param {Partial<State>} change */
  const set = (change) => {
    Object.assign(state, change);
    listeners.forEach((listener) => listener(state));
  };
  /** A conversation has changed. @param {Conversation} conversation @param {Partial<State>} [change] */
  const touch = (conversation, change = {}) => {
    conversation.updated = Date.now();
    unsaved.add(conversation);
    set(change);
  };
  /** The model or the system prompt, of this conversation and of those to come. @param {{model?: string, system?: string}} choice */
  const choose = (choice) => {
    Object.assign(state.conversation, choice);
    if (state.conversation.turns.length > 0) unsaved.add(state.conversation);
    set({ preferences: { ...state.preferences, ...choice } });
  };
  /** A model that was chosen once may no longer be on offer. */
  const fitModel = () => {
    const { config, conversation } = state;
    if (!config || config.models.includes(conversation.model)) return;
    conversation.model = config.model; // and not the person's choice
    set({});
  };
  /** Nothing is edited any more, and the draft is what it was before. */
  const unedited = () => (state.editing ? { editing: null, draft: before, draftNotices: [] } : {});
  /** Into the draft, before what has been begun since. @param {Turn} turn */
  const giveBack = ({ prompt, files }) => {
    const draft = state.editing ? before : state.draft;
    const text = [prompt, draft.text].filter((part) => part.trim()).join('\n\n');
    const whole = { text, files: [...files, ...draft.files] };
    if (state.editing) before = whole;
    else state.draft = whole;
  };
  /** The list with a conversation as it is now, or without it. @param {string} id @param {import('./conversation.js').Summary} [one] */
  const list = (id, one) => {
    const others = state.summaries.filter((other) => other.id !== id);
    return { summaries: (one ? [one, ...others] : others).toSorted((a, b) => b.updated - a.updated) };
  };
  /** @param {Conversation} conversation */
  const listed = (conversation) =>
    list(conversation.id, conversation.turns.length > 0 ? summary(conversation) : undefined);

  return {
    state: /** @type {Readonly<State>} */ (state),

    /** Tells `listener` the state now and after every change. @param {(state: Readonly<State>) => void} listener */
    subscribe(listener) {
      listeners.push(listener);
      listener(state);
    },

    set,

    /** @param {Partial<Draft>} change */
    write(change) {
      set({ draft: { ...state.draft, ...change }, draftNotices: [] });
    },

    /** @param {Partial<Preferences>} change */
    prefer(change) {
      set({ preferences: { ...state.preferences, ...change } });
    },

    choose,

    /** @param {import('../api/client.js').Config} config */
    configure(config) {
      set({ config });
      fitModel();
    },

    /** They could not be saved. @param {Iterable<Conversation>} conversations */
    leaveUnsaved(conversations) {
      unsaved = new Set([...conversations, ...unsaved]);
    },

    /** The conversations that have changed since this was last asked. */
    takeUnsaved() {
      const taken = unsaved;
      unsaved = new Set();
      return taken;
    },

    /** @param {Conversation} [conversation] a new one without it @param {Draft} [draft] @param {Edit} [edit] that was begun */
    open(conversation, draft = NOTHING, edit) {
      const { model, system } = state.preferences;
      const editing = conversation?.turns.find(({ id }) => id === edit?.turn) ?? null;
      before = draft;
      set({
        conversation: conversation ?? newConversation({ model, system }),
        draft: editing && edit ? edit.draft : draft,
        editing,
        draftNotices: [],
      });
      fitModel();
    },

    /** Starts a turn from the draft; what is edited becomes its other version. @returns {Turn} */
    ask() {
      const { conversation, draft, editing } = state;
      if (editing) putAside(conversation, editing);
      const turn = newTurn(conversation, { prompt: draft.text.trim(), files: draft.files });
      conversation.turns.push(turn);
      conversation.title ||= titleFrom(turn);
      touch(conversation, { draft: editing ? before : NOTHING, editing: null, draftNotices: [] });
      set(listed(conversation));
      return turn;
    },

    /** A prompt once more; an answer that it has becomes its other version. @param {Turn} asked @returns {Turn} */
    again(asked) {
      const { conversation } = state;
      putAside(conversation, asked);
      if (!isAnswered(asked)) conversation.aside.splice(conversation.aside.indexOf(asked), 1);
      const turn = newTurn(conversation, asked);
      conversation.turns.push(turn);
      touch(conversation, unedited());
      return turn;
    },

    /** The rest of an answer: what came stays. @param {Turn} turn */
    goOn(turn) {
      Object.assign(turn, { model: state.conversation.model, status: 'working', ending: '', problem: null });
      touch(state.conversation);
      return turn;
    },

    /** Another version of a turn, in its place. @param {Turn} version */
    bringBack(version) {
      bringBack(state.conversation, version);
      touch(state.conversation, unedited());
    },

    /** @param {Turn} turn */
    edit(turn) {
      if (!state.editing) before = state.draft;
      set({ editing: turn, draft: { text: turn.prompt, files: turn.files }, draftNotices: [] });
    },

    leaveEditing() {
      set(unedited());
    },

    /** @param {Conversation} conversation @param {Turn} turn @param {import('./conversation.js').Block['type']} type @param {string} text */
    add(conversation, turn, type, text) {
      const last = turn.blocks.at(-1);
      if (last?.type === type) last.text += text;
      else turn.blocks.push({ type, text });
      turn.silent = false;
      touch(conversation);
    },

    /** Something about a turn other than its text. @param {Conversation} conversation @param {Turn} turn @param {Partial<Turn>} change */
    note(conversation, turn, change) {
      Object.assign(turn, change);
      touch(conversation);
    },

    /** @param {Conversation} conversation @param {Turn} turn @param {Partial<Turn> & {status: Turn['status']}} how */
    finish(conversation, turn, how) {
      Object.assign(turn, { silent: false }, how);
      touch(conversation, listed(conversation));
    },

    /** The key was refused: as if the turn had never been sent. @param {Conversation} conversation @param {Turn} turn @param {Phrase} keyNotice */
    refuseKey(conversation, turn, keyNotice) {
      if (isAnswered(turn) || conversation !== state.conversation) {
        Object.assign(turn, { status: 'stopped', silent: false }); // to be continued; or the draft is not its own
      } else {
        conversation.turns.splice(conversation.turns.indexOf(turn), 1);
        const replaced = conversation.aside.findLast(({ after }) => after === turn.after);
        if (replaced) bringBack(conversation, replaced);
        if (replaced?.prompt !== turn.prompt) giveBack(turn);
      }
      touch(conversation, { hasKey: false, keyNotice });
      set(listed(conversation));
    },

    /** Changed in another tab: what is shown is read anew. @param {Conversation} conversation */
    renew(conversation) {
      const editing = conversation.turns.find(({ id }) => id === state.editing?.id);
      set({ conversation, ...(editing ? { editing } : unedited()) });
    },

    /** Another tab's. @param {import('./conversation.js').Summary} one */
    list(one) {
      set(list(one.id, one));
    },

    /** @param {Conversation} conversation @param {string} title */
    rename(conversation, title) {
      conversation.title = title;
      unsaved.add(conversation);
      set(listed(conversation));
    },

    /** @param {string} id */
    remove(id) {
      unsaved = new Set([...unsaved].filter((conversation) => conversation.id !== id));
      set(list(id));
    },

    /** Back in the list. @param {Conversation} conversation */
    restore(conversation) {
      unsaved.add(conversation);
      set(listed(conversation));
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */

/** @param {Readonly<State>} state @returns {boolean} whether an answer to what is shown is on its way */
export function isWorking({ conversation }) {
  return conversation.turns.at(-1)?.status === 'working';
}

/** @param {Readonly<State>} state @returns {boolean} whether there is something to send, and somewhere to */
export function canSend(state) {
  const { text, files } = state.draft;
  return Boolean(state.config) && state.online && !isWorking(state) && (text.trim() !== '' || files.length > 0);
}

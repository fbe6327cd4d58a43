/** Changes of a turn: how its answer starts, grows and ends. Each names the conversation, which need not be shown. */

import { isAnswered, newTurn, titleFrom } from './conversation.js';
import { EMPTY_DRAFT, withEdit, withPrompt } from './draft.js';
import { listed } from './history.js';
import { bringBack, putAside } from './versions.js';

/** @import { Block, Conversation, Core, Prompt, State, Turn } from './types.d.ts' */

/** Stop reasons of an answer that is not all that was asked for. */
const CUT_SHORT = ['max_tokens', 'model_context_window_exceeded', 'refusal'];

/** @param {Core} core */
export function answerChanges({ state, set, touch, unsaved }) {
  /** A model answers the same prompt beside a turn, or in its place there. @param {Turn} turn @param {string} model @returns {Turn} */
  function startBeside(turn, model) {
    const { conversation } = state;
    const other = { ...newTurn(conversation, turn), after: turn.after, model };
    dropUnanswered(conversation, turn);
    conversation.aside.push(other);
    conversation.beside = other.id;
    touch(conversation);
    set(listed(state, conversation));
    return other;
  }

  return {
    /** Makes a turn of the draft, as `prompt` has it; it replaces the turn that is edited. @param {Prompt} prompt @returns {Turn} */
    startAnswer(prompt) {
      const { conversation, editing, interrupted } = state;
      if (editing) putAside(conversation, editing);
      const turn = newTurn(conversation, prompt);
      conversation.turns.push(turn);
      conversation.title ||= titleFrom(turn);
      const draft = editing ? interrupted : EMPTY_DRAFT;
      conversation.beside = '';
      touch(conversation, { draft, editing: null, held: false, draftNotices: [] });
      set(listed(state, conversation));
      return turn;
    },

    startBeside,

    /** Asks the same prompt again; an answer that it has stays as another version, beside that of another `model`. @param {Turn} earlier @param {string} [model] @returns {Turn} */
    restartAnswer(earlier, model) {
      const { conversation } = state;
      if (earlier.id === conversation.beside) return startBeside(earlier, model ?? earlier.model);
      putAside(conversation, earlier);
      dropUnanswered(conversation, earlier);
      const turn = { ...newTurn(conversation, earlier), ...(model && { model }) };
      conversation.turns.push(turn);
      if (model) conversation.beside = earlier.id;
      touch(conversation, withEdit(state));
      set(listed(state, conversation));
      return turn;
    },

    /** Continues an answer; its text stays. @param {Turn} turn @param {string} model @returns {Turn} */
    resumeAnswer(turn, model) {
      if (model !== turn.model) turn.models = [...(turn.models ?? []), turn.model];
      Object.assign(turn, { model, status: 'working', ending: '', problem: null });
      touch(state.conversation);
      set(listed(state, state.conversation));
      return turn;
    },

    /** The answer comes, and the function keeps it under `id`. @param {Turn} turn @param {string} id */
    keepUnder(turn, id) {
      turn.kept = { id, before: structuredClone(turn.blocks), figures: turn.figures };
    },

    /** An answer that had broken off is read from its beginning. @param {Conversation} conversation @param {Turn} turn */
    readAgain(conversation, turn) {
      Object.assign(turn, { status: 'working', problem: null, reconnecting: true });
      touch(conversation);
      set(listed(state, conversation));
    },

    /** Its first event is here, and takes the place of what was shown. @param {Conversation} conversation @param {Turn} turn */
    beginAgain(conversation, turn) {
      turn.blocks = structuredClone(turn.kept?.before ?? []);
      turn.reconnecting = false;
      touch(conversation);
    },

    /** The connection has broken. @param {Conversation} conversation @param {Turn} turn */
    markReconnecting(conversation, turn) {
      turn.reconnecting = true;
      touch(conversation);
    },

    /** @param {Conversation} conversation @param {Turn} turn @param {Block['type']} type @param {string} text */
    appendText(conversation, turn, type, text) {
      const last = turn.blocks.at(-1);
      const grown = last?.type === type && !turn.silent && !turn.reconnecting;
      if (last?.type === type) last.text += text;
      else turn.blocks.push({ type, text });
      Object.assign(turn, { silent: false, reconnecting: false });
      touch(conversation, {}, grown);
    },

    /** Some models send none of it: all that can be shown is how long it takes. @param {Conversation} conversation @param {Turn} turn */
    startThinking(conversation, turn) {
      turn.blocks.push({ type: 'thinking', text: '', began: Date.now() });
      touch(conversation);
    },

    /** @param {Conversation} conversation @param {Turn} turn */
    finishThinking(conversation, turn) {
      const last = turn.blocks.at(-1);
      if (last?.type !== 'thinking' || !last.began) return;
      last.took = Date.now() - last.began;
      touch(conversation);
    },

    /** The connection is alive, but silent. @param {Conversation} conversation @param {Turn} turn */
    markSilent(conversation, turn) {
      turn.silent = true;
      touch(conversation);
    },

    /** @param {Conversation} conversation @param {Turn} turn @param {Partial<Turn> & {status: Turn['status']}} outcome */
    finishAnswer(conversation, turn, outcome) {
      Object.assign(turn, { silent: false, reconnecting: false, kept: null }, outcome);
      conversation.unseen = conversation !== state.conversation;
      touch(conversation, { ...listed(state, conversation), ...heldBack(state, turn) });
    },

    /** Undoes the turn, since the key was refused. @param {Conversation} conversation @param {Turn} turn @param {State['keyNotice']} keyNotice */
    refuseKey(conversation, turn, keyNotice) {
      /** @type {Partial<State>} */
      let change = {};
      if (isAnswered(turn) || conversation !== state.conversation) {
        Object.assign(turn, { status: 'stopped', silent: false, kept: null }); // it can go on; or the draft is another conversation's
      } else {
        const replaced = takeBack(conversation, turn);
        if (replaced?.prompt !== turn.prompt) change = withPrompt(state, turn);
      }
      touch(conversation, { ...change, hasKey: false, keyNotice, held: false });
      set(listed(state, conversation));
    },

    /** Shows another version of a turn in its place. @param {Turn} version */
    bringBack(version) {
      const { conversation } = state;
      bringBack(conversation, version);
      if (version.id === conversation.beside) conversation.beside = '';
      touch(conversation, withEdit(state));
    },

    /** Shows a version beside the one in its place. @param {string} beside its id, or '' */
    compare(beside) {
      state.conversation.beside = beside;
      unsaved.add(state.conversation);
      set({});
    },
  };
}

/**
 * The message that waited for this answer stays in the box where the answer did not end well: it may no longer fit.
 * @param {State} state @param {Turn} turn @returns {Partial<State>}
 */
function heldBack({ held, conversation }, turn) {
  const { status, ending } = turn;
  if (!held || !conversation.turns.includes(turn) || (status === 'done' && !CUT_SHORT.includes(ending))) return {};
  return { held: false, draftNotices: [{ key: 'heldBack' }] };
}

/** A version without an answer is of no use once it is asked again, unless something was said after it. @param {Conversation} conversation @param {Turn} turn */
function dropUnanswered({ aside }, turn) {
  const isNeeded = isAnswered(turn) || aside.some(({ after }) => after === turn.id);
  if (aside.includes(turn) && !isNeeded) aside.splice(aside.indexOf(turn), 1);
}

/** Takes a turn out again. @param {Conversation} conversation @param {Turn} turn @returns {Turn | undefined} what stands in its place: the version that it replaced */
function takeBack(conversation, turn) {
  const { turns, aside } = conversation;
  const list = turns.includes(turn) ? turns : aside;
  list.splice(list.indexOf(turn), 1);
  const isVersion = (/** @type {Turn} */ { after }) => after === turn.after;
  const replaced = aside.findLast(isVersion);
  if (list === turns && replaced) bringBack(conversation, replaced);
  return turns.find(isVersion);
}

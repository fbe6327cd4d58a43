/** Changes of a turn: how its answer starts, grows and ends. Each names the conversation, which need not be shown. */

import { isAnswered, newTurn, titleFrom } from './conversation.js';
import { EMPTY_DRAFT, withPrompt, withoutEditing } from './draft.js';
import { listed } from './history.js';
import { bringBack, putAside } from './versions.js';

/** @import { Block, Conversation, Core, Prompt, State, Turn } from './types.d.ts' */

/** @param {Core} core */
export function answerChanges({ state, set, touch }) {
  return {
    /** Sends the draft, as `prompt` has it; a turn that is edited gives place to the new one. @param {Prompt} prompt @returns {Turn} */
    startAnswer(prompt) {
      const { conversation, editing, interrupted } = state;
      if (editing) putAside(conversation, editing);
      const turn = newTurn(conversation, prompt);
      conversation.turns.push(turn);
      conversation.title ||= titleFrom(turn);
      touch(conversation, { draft: editing ? interrupted : EMPTY_DRAFT, editing: null, draftNotices: [] });
      set(listed(state, conversation));
      return turn;
    },

    /** The same prompt once more; an answer that it has becomes its other version. @param {Turn} earlier @returns {Turn} */
    restartAnswer(earlier) {
      const { conversation } = state;
      putAside(conversation, earlier);
      if (!isAnswered(earlier)) conversation.aside.splice(conversation.aside.indexOf(earlier), 1);
      const turn = newTurn(conversation, earlier);
      conversation.turns.push(turn);
      touch(conversation, withoutEditing(state));
      return turn;
    },

    /** The rest of an answer: what it has stays. @param {Turn} turn @returns {Turn} */
    resumeAnswer(turn) {
      Object.assign(turn, { model: state.conversation.model, status: 'working', ending: '', problem: null });
      touch(state.conversation);
      return turn;
    },

    /** @param {Conversation} conversation @param {Turn} turn @param {Block['type']} type @param {string} text */
    appendText(conversation, turn, type, text) {
      const last = turn.blocks.at(-1);
      if (last?.type === type) last.text += text;
      else turn.blocks.push({ type, text });
      turn.silent = false;
      touch(conversation);
    },

    /** Alive, but nothing has come for a while. @param {Conversation} conversation @param {Turn} turn */
    markSilent(conversation, turn) {
      turn.silent = true;
      touch(conversation);
    },

    /** @param {Conversation} conversation @param {Turn} turn @param {Partial<Turn> & {status: Turn['status']}} outcome */
    finishAnswer(conversation, turn, outcome) {
      Object.assign(turn, { silent: false }, outcome);
      touch(conversation, listed(state, conversation));
    },

    /** The key was refused: as if the turn had never been sent. @param {Conversation} conversation @param {Turn} turn @param {State['keyNotice']} keyNotice */
    refuseKey(conversation, turn, keyNotice) {
      /** @type {Partial<State>} */
      let change = {};
      if (isAnswered(turn) || conversation !== state.conversation) {
        Object.assign(turn, { status: 'stopped', silent: false }); // to be continued; or the draft is not its own
      } else {
        const replaced = takeBack(conversation, turn);
        if (replaced?.prompt !== turn.prompt) change = withPrompt(state, turn);
      }
      touch(conversation, { ...change, hasKey: false, keyNotice });
      set(listed(state, conversation));
    },

    /** Another version of a turn, in its place. @param {Turn} version */
    bringBack(version) {
      bringBack(state.conversation, version);
      touch(state.conversation, withoutEditing(state));
    },
  };
}

/** Takes a turn out again. @param {Conversation} conversation @param {Turn} turn @returns {Turn | undefined} the version that it had replaced, which is back */
function takeBack(conversation, turn) {
  conversation.turns.splice(conversation.turns.indexOf(turn), 1);
  const replaced = conversation.aside.findLast(({ after }) => after === turn.after);
  if (replaced) bringBack(conversation, replaced);
  return replaced;
}

/** What a person is writing, and its changes: a new message, or another version of one that was sent. */

/** @import { Attachment, Core, Draft, Prompt, State, Turn } from './types.d.ts' */

/** @type {Draft} */
export const EMPTY_DRAFT = { text: '', files: [] };

/** What a draft would send; null where there is nothing to send. @param {Draft} draft @returns {Prompt | null} */
export function promptIn({ text, files }) {
  const prompt = text.trim();
  return prompt || files.length > 0 ? { prompt, files } : null;
}

/** @param {Core} core */
export function draftChanges({ state, set }) {
  return {
    /** @param {Partial<Draft>} change */
    writeDraft(change) {
      set({ draft: { ...state.draft, ...change }, draftNotices: [] });
    },

    /** @param {Attachment} file */
    attachFile(file) {
      set({ draft: { ...state.draft, files: [...state.draft.files, file] }, draftNotices: [] });
    },

    /** @param {Attachment} file */
    detachFile(file) {
      const files = state.draft.files.filter((other) => other !== file);
      set({ draft: { ...state.draft, files }, draftNotices: [] });
    },

    /** Why something could not be attached or sent. @param {State['draftNotices']} draftNotices */
    noticeDraft(draftNotices) {
      set({ draftNotices });
    },

    /** @param {Turn} turn */
    startEditing(turn) {
      const interrupted = state.editing ? state.interrupted : state.draft;
      set({ editing: turn, interrupted, draft: { text: turn.prompt, files: turn.files }, draftNotices: [] });
    },

    leaveEditing() {
      set(withoutEditing(state));
    },
  };
}

/** Ends the editing; the draft is what it was before. @param {State} state @returns {Partial<State>} */
export function withoutEditing({ editing, interrupted }) {
  return editing ? { editing: null, draft: interrupted, draftNotices: [] } : {};
}

/** Puts a prompt back into the draft, before what was written since. @param {State} state @param {Prompt} prompt @returns {Partial<State>} */
export function withPrompt({ editing, interrupted, draft }, { prompt, files }) {
  const own = editing ? interrupted : draft;
  const text = [prompt, own.text].filter((part) => part.trim()).join('\n\n');
  const whole = { text, files: [...files, ...own.files] };
  return editing ? { interrupted: whole } : { draft: whole };
}

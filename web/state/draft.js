/** What a person is writing, and its changes: a new message, or another version of one that was sent. */

/** @import { Attachment, Core, Draft, Prompt, Reading, State, Turn } from './types.d.ts' */

/** @type {Draft} */
export const EMPTY_DRAFT = { text: '', files: [] };

/** What a draft would send; null where there is nothing to send. @param {Draft} draft @returns {Prompt | null} */
export function promptIn({ text, files }) {
  const prompt = text.trim();
  return prompt || files.length > 0 ? { prompt, files } : null;
}

/** Which draft is in the box: of this conversation, or of an edit in it. @param {Readonly<State>} state */
function placeOf({ conversation, editing }) {
  return `${conversation.id}/${editing?.id ?? ''}`;
}

/** The files that are being read for the draft in the box. @param {Readonly<State>} state @returns {Reading[]} */
export function readingHere(state) {
  if (state.reading.length === 0) return [];
  const here = placeOf(state);
  return state.reading.filter(({ place }) => place === here);
}

/** @param {Core} core */
export function draftChanges({ state, set }) {
  return {
    /** A message that is changed no longer waits to be sent: who types on has not finished. @param {string} text */
    typeText(text) {
      set({ draft: { ...state.draft, text }, draftNotices: [], held: false });
    },

    /** The draft goes as soon as it can. */
    hold() {
      set({ held: true, draftNotices: [] });
    },

    release() {
      set({ held: false });
    },

    /** @param {Reading['file'][]} files @returns {Reading[]} */
    startReading(files) {
      const started = files.map((file) => ({ file, place: placeOf(state) }));
      set({ reading: [...state.reading, ...started], draftNotices: [], held: false });
      return started;
    },

    /**
     * Attaches what has been read, where there is something, if its draft is in the box and the person still wants it.
     * @param {Reading} one @param {Attachment} [attachment] @returns {boolean} false where another draft is in the box
     */
    finishReading(one, attachment) {
      const isWanted = state.reading.includes(one);
      const isHere = one.place === placeOf(state);
      const reading = state.reading.filter((other) => other !== one);
      const files = attachment && isWanted && isHere ? [...state.draft.files, attachment] : state.draft.files;
      set({ reading, ...(files === state.draft.files ? {} : { draft: { ...state.draft, files } }) });
      return isHere || !isWanted;
    },

    /** @param {Reading} one */
    cancelReading(one) {
      set({ reading: state.reading.filter((other) => other !== one), held: false });
    },

    /** The draft in the box takes over what is being read: its conversation has come. */
    adoptReading() {
      set({ reading: state.reading.map((one) => Object.assign(one, { place: placeOf(state) })) });
    },

    /** @param {Partial<Draft>} change */
    writeDraft(change) {
      set({ draft: { ...state.draft, ...change }, draftNotices: [] });
    },

    /** @param {Attachment} file */
    attachFile(file) {
      set({ draft: { ...state.draft, files: [...state.draft.files, file] }, draftNotices: [], held: false });
    },

    /** @param {Attachment} file */
    detachFile(file) {
      const files = state.draft.files.filter((other) => other !== file);
      set({ draft: { ...state.draft, files }, draftNotices: [], held: false });
    },

    /** Why something could not be attached or sent. @param {State['draftNotices']} draftNotices */
    noticeDraft(draftNotices) {
      set({ draftNotices });
    },

    /** @param {Turn} turn */
    startEditing(turn) {
      const interrupted = state.editing ? state.interrupted : state.draft;
      const draft = { text: turn.prompt, files: turn.files };
      set({ editing: turn, interrupted, draft, draftNotices: [], held: false });
    },

    leaveEditing() {
      set(withoutEditing(state));
    },
  };
}

/** Ends the editing; the draft is what it was before. @param {State} state @returns {Partial<State>} */
export function withoutEditing({ editing, interrupted }) {
  return editing ? { editing: null, draft: interrupted, draftNotices: [], held: false } : {};
}

/** Ends it, and what was written stays in the box. @param {State} state @returns {Partial<State>} */
export function withEdit(state) {
  const { editing, interrupted, draft } = state;
  const rest = { ...state, editing: null, draft: interrupted };
  const isChanged = editing && draft.text !== editing.prompt;
  return { ...withoutEditing(state), ...(isChanged && withPrompt(rest, { ...draft, prompt: draft.text })) };
}

/** Puts a prompt back into the draft, before what was written since. @param {State} state @param {Prompt} prompt @returns {Partial<State>} */
export function withPrompt({ editing, interrupted, draft }, { prompt, files }) {
  const own = editing ? interrupted : draft;
  const text = [prompt, own.text].filter((part) => part.trim()).join('\n\n');
  const whole = { text, files: [...files, ...own.files] };
  return editing ? { interrupted: whole } : { draft: whole };
}

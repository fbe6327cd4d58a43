/** What a back-up has besides conversations: gathered here, and taken over where this browser has nothing of its own. */

import { personalFrom } from '../import/personal.js';
import { promptIn } from '../state/draft.js';
import { languageOf, loadWords } from '../strings.js';

/**
 * @import { State, Store } from '../state/types.d.ts'
 * @import { Autosave, Drafts } from '../storage/types.d.ts'
 */

/** @param {Readonly<State>} state @param {Drafts} drafts */
export async function gatherPersonal({ preferences, summaries }, drafts) {
  /** @type {Record<string, object>} */
  const found = {};
  for (const id of ['', ...summaries.map((one) => one.id)]) {
    const { draft } = await drafts.readWriting(id);
    if (promptIn(draft)) found[id] = draft;
  }
  return { preferences, drafts: found };
}

/**
 * @param {Store} store @param {{drafts: Drafts, autosave: Autosave}} parts @param {Record<string, unknown>} value of a back-up
 * @returns {Promise<{instructions: number, drafts: number}>} how many were new here
 */
export async function takePersonal(store, { drafts, autosave }, value) {
  const { choices, instructions, drafts: theirs } = personalFrom(value);
  const { preferences } = store.state;
  const here = preferences.instructions ?? [];
  const added = instructions.filter(({ id }) => !here.some((one) => one.id === id));
  const chosen = Object.entries(preferences).filter(([, choice]) => choice);
  const next = { ...preferences, ...choices, ...Object.fromEntries(chosen), instructions: [...here, ...added] };
  await loadWords(languageOf(next.language, navigator.language));
  store.prefer(next);
  let count = 0;
  for (const [id, draft] of theirs) {
    if (promptIn(inBox(store.state, id) ?? (await drafts.readWriting(id)).draft)) continue;
    if (inBox(store.state, id)) store.writeDraft(draft);
    else await autosave.keepDraft(id, draft);
    count += 1;
  }
  return { instructions: added.length, drafts: count };
}

/** The draft that is shown, where it is this one: the box has it, or an edit that interrupts it. @param {Readonly<State>} state @param {string} id */
function inBox({ conversation, draft, editing, interrupted }, id) {
  const shown = conversation.turns.length > 0 ? conversation.id : '';
  if (id !== shown) return undefined;
  return editing ? interrupted : draft;
}

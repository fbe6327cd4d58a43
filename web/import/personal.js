/** What a back-up has besides conversations: choices, saved instructions and drafts. It may have been changed by anybody since. */

import { filesOf } from './own.js';
import { choice, id, items, record, text, title } from './untrusted.js';

/**
 * @import { Draft, Instructions, Preferences } from '../state/types.d.ts'
 *
 * @typedef {{choices: Partial<Preferences>, instructions: Instructions[], drafts: [id: string, draft: Draft][]}} Personal
 *   drafts by conversation, '' for a new one
 */

/** @param {Record<string, unknown>} value @returns {Personal} */
export function personalFrom(value) {
  const { language, theme, model, system, thinking, chosen, titles, instructions } = record(value.preferences);
  return {
    choices: {
      language: choice(language, ['', 'en', 'zh-CN']),
      theme: choice(theme, ['', 'light', 'dark']),
      model: text(model),
      system: text(system),
      thinking: choice(thinking, ['', 'off', 'low', 'medium', 'high']),
      chosen: id(chosen),
      titles: titles === true,
    },
    instructions: items(instructions).map(record).flatMap(instructionsOf),
    drafts: Object.entries(record(value.drafts)).flatMap(([name, draft]) => draftOf(name, record(draft))),
  };
}

/** @param {Record<string, unknown>} one @returns {Instructions[]} none where they lack a name */
function instructionsOf(one) {
  const [name, known] = [title(one.name), id(one.id)];
  if (!name || !known) return [];
  const starters = items(one.starters).map(title).filter(Boolean);
  return [{ id: known, name, system: text(one.system), model: text(one.model), starters }];
}

/** @param {string} name @param {Record<string, unknown>} draft @returns {[string, Draft][]} none where nothing is in it */
function draftOf(name, draft) {
  const [words, files] = [text(draft.text), filesOf(draft.files)];
  return name === id(name) && (words || files.length > 0) ? [[name, { text: words, files }]] : [];
}

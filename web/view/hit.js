/** What a search found, with the words around it. */

/** @import { Hit } from '../state/types.d.ts' */

/** @param {Hit} hit @returns {(string | Node)[]} */
export function snippetOf({ before, found, after }) {
  const mark = document.createElement('mark');
  mark.textContent = found;
  return [before, mark, after];
}

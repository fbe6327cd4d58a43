/** A table in a frame that scrolls sideways, with a button that copies it as CSV. */

import { copy } from './copy.js';
import { clone, find, onClick } from './dom.js';

/** @import { Words } from './words.js' */

/** What a spreadsheet would take for a formula; a number may begin with a sign. */
const FORMULA = /^(?:[=@\t]|[+-](?![\d.,\s%]*$))/;

/** @param {HTMLElement} scroller with the table @param {Words} words @returns {HTMLElement} the frame around it */
export function tableFrame(scroller, words) {
  const frame = words.fill(clone('table'));
  const button = find(frame, 'button', HTMLElement);
  // Its title names it: what stands in an answer has as few attributes as can be.
  for (const name of ['data-label', 'aria-label']) button.removeAttribute(name);
  frame.prepend(scroller);
  onClick(frame, 'button', () => copy(button, csvOf(scroller), words));
  return frame;
}

/** RFC 4180. @param {HTMLElement} scroller */
function csvOf(scroller) {
  const rows = [...scroller.querySelectorAll('tr')].map((row) => [...row.children].map(field).join(','));
  return rows.map((row) => `${row}\r\n`).join('');
}

/** @param {Element} cell */
function field({ textContent }) {
  const text = textContent?.trim() ?? '';
  const safe = FORMULA.test(text) ? `'${text}` : text; // the model wrote it: no spreadsheet shall run it
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

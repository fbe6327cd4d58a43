/**
 * Completes the end of Markdown that is still being written, so that what is half open already looks finished:
 * `**bold` is bold, `[a link](https://exa` is its words, a table is a table from its first line on.
 */

import remend from '../vendor/remend/index.js';

// A line that has only begun, and may turn out to be a list, a heading, a fence, a rule or an underline.
const BEGUN = /(^|\n)[ \t>]*(?:[-*+#>`~=_|]{1,6}|\d{1,9}[.)]?|\$\$?|\\)[ \t]*$/;
const TABLE = /(^|\n[ \t]*\n)(\|[^\n]*)(\n[|:\- \t]*)?$/;
const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})/gm;
/** A fence that opens, whose language is still being written. */
const OPENING = /(^|\n)[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:`{3,}|~{3,})[^\n]*$/;
/** A fence that begins to close. */
const CLOSING = /\n[ \t>]*(?:`{1,2}|~{1,2})$/;

const OPTIONS = /** @type {const} */ ({
  linkMode: 'text-only',
  // these would change what stands before the end, or hide it
  comparisonOperators: false,
  singleTilde: false,
  htmlTags: false,
});

/** @param {string} tail from the beginning of the block that is open */
export function complete(tail) {
  const opening = OPENING.exec(tail);
  if (opening && !inFence(tail.slice(0, opening.index + 1))) return complete(tail.slice(0, opening.index));
  if (inFence(tail)) return tail.replace(CLOSING, '');
  return remend(completeTable(tail.replace(BEGUN, '$1')), OPTIONS);
}

/** @param {string} text @returns {boolean} whether it ends inside a block of code */
function inFence(text) {
  let open = '';
  for (const [, fence = ''] of text.matchAll(FENCE)) open = afterFence(open, fence);
  return open !== '';
}

/** @param {string} text @param {RegExp} line begins with ^, captures nothing @returns {RegExpMatchArray | undefined} the first one outside code */
export function firstOutsideCode(text, line) {
  let open = '';
  for (const found of text.matchAll(new RegExp(`${FENCE.source}|${line.source}`, 'gm'))) {
    const fence = found[1];
    if (fence) open = afterFence(open, fence);
    else if (!open) return found;
  }
  return undefined;
}

/** The fence that is open once `fence` has followed `open`; '' for none. @param {string} open @param {string} fence */
function afterFence(open, fence) {
  if (!open) return fence;
  return fence[0] === open[0] && fence.length >= open.length ? '' : open;
}

/** Adds the delimiter row that a table's header still lacks. @param {string} text */
function completeTable(text) {
  const found = TABLE.exec(text);
  if (!found) return text;
  const header = /** @type {string} */ (found[2]).replace(/\|?[ \t]*$/, '|');
  const columns = header.split(/(?<!\\)\|/).length - 2;
  if (columns < 1) return text;
  return `${text.slice(0, found.index)}${found[1]}${header}\n|${'---|'.repeat(columns)}`;
}

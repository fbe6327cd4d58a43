/**
 * Formulas: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, in a line or on lines of their own, never across an empty line. They are only
 * found here, with what encloses them; math.js draws them.
 */

import { lineText } from './block_rules.js';

/** @import { BlockRule, InlineRule, MarkdownIt, StateBlock, StateInline } from './types.d.ts' */

const CLOSE = new Map([
  ['$$', '$$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
]);
// As Pandoc has it: no space inside the dollars, no digit after them, so that $5 and $6 stay prices. Nor are they a
// formula where they are the shell's ($HOME/$USER), an amount with words behind it ($10 per month, US$), or hold code.
const DOLLARS =
  /\$(?![\s$]|\d[\d.,]*\s+[A-Za-z]{2})(?:\\[^\n]|(?!\*\*)[^\\$`\n])*?(?<![\s\\])\$(?=(?:st|nd|rd|th|s)?(?![A-Za-z\d]))/y;

/** @param {MarkdownIt} md */
export function addMathRules(md) {
  md.block.ruler.before('fence', 'formula', formulaBlock, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  });
  md.inline.ruler.before('escape', 'formula', inlineFormula);
}

/** @type {BlockRule} */
function formulaBlock(state, start, end, silent) {
  if (state.sCount[start] - state.blkIndent >= 4) return false;
  const from = state.bMarks[start] + state.tShift[start];
  const open = state.src.slice(from, from + 2);
  const close = open === '\\(' ? undefined : CLOSE.get(open);
  const searched = (state.env.searched ??= {}); // the line before which nothing closes: each line is searched once
  if (!close || start < (searched[close] ?? 0)) return false;
  if (silent && state.parentType === 'paragraph' && endsFormula(state, start)) return false;
  let line = start;
  while (line < end && !isOver(state, start, line)) {
    const text = lineText(state, line).slice(line === start ? 2 : 0);
    const found = text.indexOf(close);
    const empty = line === start && !text.slice(0, Math.max(0, found)).trim();
    if (found >= 0 && !empty && found === text.length - 2) return pushFormula(state, start, line + 1, silent);
    if (found >= 0 && !empty) break; // a sentence goes on: the formula is in its line
    line++;
  }
  if (state.env.open && line === end && state.level === 0) return pushFormula(state, start, line, silent, true);
  searched[close] = line;
  return false;
}

/** Whether `$$` closes in this line what a line of the paragraph above opened. @param {StateBlock} state @param {number} line */
function endsFormula(state, line) {
  const { env, line: from } = state;
  if (env.dollars?.from !== from || env.dollars.to > line) env.dollars = { from, to: from, count: 0 };
  for (; env.dollars.to < line; env.dollars.to++)
    env.dollars.count += lineText(state, env.dollars.to).split('$$').length - 1;
  return env.dollars.count % 2 === 1;
}

/** @param {StateBlock} state @param {number} start @param {number} line */
function isOver(state, start, line) {
  return state.isEmpty(line) || (line > start && state.sCount[line] < state.blkIndent);
}

/** @param {StateBlock} state @param {number} start @param {number} end @param {boolean} silent @param {boolean} [unfinished] */
function pushFormula(state, start, end, silent, unfinished = false) {
  if (silent) return true;
  const token = state.push('formula', '', 0);
  token.content = state.getLines(start, end, state.blkIndent, false).trim();
  token.block = true;
  token.map = [start, end];
  token.meta = { display: true, unfinished };
  state.line = end;
  return true;
}

/** @type {InlineRule} */
function inlineFormula(state, silent) {
  const { src, pos, posMax } = state;
  if (src[pos] !== '$' && src[pos] !== '\\') return false;
  const end = endOf(state);
  if (end < 0) return false;
  if (!silent) {
    const token = state.push('formula', '', 0);
    token.content = src.slice(pos, end);
    token.meta = { display: /^\\\[|^\$\$[^]*(?:\n|\\tag|\\begin)/.test(token.content) };
  }
  state.pos = Math.min(end, posMax);
  return true;
}

/** Where the formula ends that begins here; -1 where none does. @param {StateInline} state */
function endOf({ src, pos, posMax, cache, env }) {
  const close = CLOSE.get(src.slice(pos, pos + 2));
  if (!close) {
    if (src[pos] !== '$' || /[A-Za-z\d]/.test(src[pos - 1] ?? '')) return -1;
    DOLLARS.lastIndex = pos;
    const found = DOLLARS.exec(src);
    return found && DOLLARS.lastIndex <= posMax ? DOLLARS.lastIndex : -1;
  }
  const found = pos + 2 < (cache[close] ?? Infinity) ? src.indexOf(close, pos + 2) : -1;
  if (found < 0) cache[close] = Math.min(pos + 2, cache[close] ?? Infinity);
  if (found < 0 || found >= posMax) return env.unfinished && found < 0 ? posMax : -1;
  const isLink = close === '\\]' && src[found + 2] === '('; // \[no link\](…)
  return src.slice(pos + 2, found).trim() && !isLink ? found + 2 : -1;
}

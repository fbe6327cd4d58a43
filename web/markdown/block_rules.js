/** Blocks that CommonMark does not have, or has otherwise. */

/** @import { BlockRule, MarkdownIt, State, StateBlock } from './types.d.ts' */

/** No answer nests deeper; ten thousand `>` would exhaust the stack. The parser's own limit drops what is below it. */
const MAX_LEVELS = 40;
/** Stands for a `|` in code or in a formula, which divides no cells. */
const HIDDEN_PIPE = '\ue000';
/** Not between prices, nor between names in two cells: no digit follows the dollar, and no bare ` |`. */
const FORMULA =
  /(?<![\w\\$])\$(?![\s$\d]|[^\\({[$]* \|)(?:\\.|[^\\$])+(?<!\s)\$(?![\w$])|\$\$[^$]+\$\$|\\\((?:(?!\\[()]).)+\\\)|\\\[(?:(?!\\[[\]]).)+\\\]/g;
const OPEN_FORMULA = /(?<![\w\\$])\$(?=[a-z\\])[^$\s]*$|\\\((?:(?!\\[()]).)*$/gi;
const MARKDOWN = /^(?:md|markdown|mdx|[qr]md)\b/i;
/** So many blocks of code may be looked through to their end in vain. */
const MAX_SEARCHES = 20;
const FENCE = /^(`{3,}|~{3,})[ \t]*([^`]*)$/;
const FOOTNOTE = /\[\^([^\s[\]]{1,40})\]:/y;

/** @param {MarkdownIt} md */
export function addBlockRules(md) {
  const { ruler } = md.block;
  const alt = ['paragraph', 'reference', 'blockquote', 'list'];
  const fence = ruleOf(md, 'fence');
  const paragraph = ruleOf(md, 'paragraph');
  ruler.before('table', 'deepest', deepest);
  ruler.at('fence', (...given) => nestedFence(...given) || closable(fence, ...given), { alt });
  ruler.before('reference', 'footnote', (...given) => footnoteText(paragraph, ...given), { alt });
  ruler.before('paragraph', 'comment', commentBlock, { alt });
  md.core.ruler.before('block', 'hide_pipes', hidePipes);
  md.core.ruler.after('block', 'show_pipes', showPipes);
}

/** @param {MarkdownIt} md @param {string} name @returns {BlockRule} */
function ruleOf(md, name) {
  // oxlint-disable-next-line no-underscore-dangle -- the library's only way to a rule of its own
  const found = md.block.ruler.__rules__.find((rule) => rule.name === name);
  return /** @type {{fn: BlockRule}} */ (found).fn;
}

/** What is nested deepest is shown as it was written. @type {BlockRule} */
function deepest(state, start, end) {
  if (state.level < MAX_LEVELS) return false;
  let line = start + 1;
  while (line < end && (state.isEmpty(line) || state.sCount[line] >= state.blkIndent)) line++;
  const token = state.push('code_block', 'code', 0);
  token.content = state.getLines(start, line, state.blkIndent, true);
  token.map = [start, line];
  state.line = line;
  return true;
}

/** @param {StateBlock} state @param {number} line */
export function lineText(state, line) {
  return state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]).trimEnd();
}

/**
 * A block of code that holds others: a fence with a language opens one, and so does one that stands deeper; a bare one closes the
 * innermost. Where they do not balance, CommonMark holds: the first bare fence ends it.
 * @type {BlockRule}
 */
function nestedFence(state, start, end, silent) {
  const [, marker = '', info = ''] = FENCE.exec(lineText(state, start)) ?? [];
  const indent = state.sCount[start];
  if (!marker || indent - state.blkIndent >= 4 || (state.env.searches ?? 0) > MAX_SEARCHES) return false;
  const deeper = indent + (MARKDOWN.test(info) ? 2 : 4);
  const depths = [marker.length];
  let nested = false;
  let line = start + 1;
  for (; line < end && depths.length > 0; line++) {
    if (!state.isEmpty(line) && state.sCount[line] < state.blkIndent) break;
    const [, inner = '', language = ''] = FENCE.exec(lineText(state, line)) ?? [];
    if (inner[0] !== marker[0]) continue;
    const opens = language || (depths.length === 1 && state.sCount[line] >= deeper);
    nested ||= Boolean(opens);
    if (opens) depths.push(inner.length);
    else if (inner.length >= /** @type {number} */ (depths.at(-1))) depths.pop();
  }
  const closed = depths.length === 0;
  if (!nested) return false;
  if (!closed) state.env.searches = (state.env.searches ?? 0) + 1;
  if (!closed && !(state.env.open && line === end)) return false;
  if (silent) return true;
  const token = state.push('fence', 'code', 0);
  [token.info, token.markup] = [info, marker];
  token.content = state.getLines(start + 1, closed ? line - 1 : line, indent, true);
  token.map = [start, line];
  token.meta = { closed, nested: true };
  state.line = line;
  return true;
}

/** Notes whether a fence was closed. @param {BlockRule} fence @param {Parameters<BlockRule>} given */
function closable(fence, ...given) {
  const [state, start, , silent] = given;
  if (!fence(...given)) return false;
  const token = state.tokens.at(-1);
  if (silent || !token) return true;
  const last = state.line - 1;
  const [, marker = '', info] = FENCE.exec(lineText(state, last)) ?? [];
  token.meta = { closed: last > start && !info && marker.startsWith(token.markup) };
  return true;
}

/** `[^1]: words` is a paragraph that begins with its mark, and what is indented below: its words stay where they were written. @param {BlockRule} paragraph @param {Parameters<BlockRule>} given */
function footnoteText(paragraph, ...given) {
  const [state, start, end, silent] = given;
  if (state.sCount[start] - state.blkIndent >= 4) return false;
  FOOTNOTE.lastIndex = state.bMarks[start] + state.tShift[start];
  const label = FOOTNOTE.exec(state.src)?.[1];
  if (label === undefined || silent) return label !== undefined;
  const note = state.push('footnote_open', '', 1);
  if (!/^\d+$/.test(label)) {
    const name = footnoteLabel(label);
    state.push('reference_definition', '', 0).meta = { label: name };
    state.env.references[name] = undefined; // it is known, but leads nowhere
  }
  paragraph(...given);
  state.blkIndent += 4;
  state.md.block.tokenize(state, state.line, end);
  state.blkIndent -= 4;
  state.push('footnote_close', '', -1);
  note.map = [start, state.line];
  return true;
}

/** @param {string} label */
export function footnoteLabel(label) {
  return `^${label.toUpperCase()}`;
}

/** `<!-- … -->` on lines of its own is not shown. @type {BlockRule} */
function commentBlock(state, start, end, silent) {
  const from = state.bMarks[start] + state.tShift[start];
  if (!state.src.startsWith('<!--', from) || from >= (state.env.noComment ?? Infinity)) return false;
  const close = state.src.indexOf('-->', from + 4);
  let line = start;
  while (line < end && state.eMarks[line] < close) line++;
  if (close < 0 || line === end) {
    if (close < 0) state.env.noComment = Math.min(from, state.env.noComment ?? Infinity);
    if (!state.env.open || state.level > 0) return false;
    line = end - 1;
  } else if (state.src.slice(close + 3, state.eMarks[line]).trim()) {
    return false;
  }
  if (silent) return true;
  state.push('comment', '', 0).map = [start, line + 1];
  state.line = line + 1;
  return true;
}

/** @param {State} state */
function hidePipes(state) {
  if (!state.src.includes('|') || !/[`$\\]/.test(state.src)) return;
  const lines = state.src.split('\n');
  lines.forEach((line, index) => {
    if (line.includes('|')) lines[index] = withoutPipesInside(line, state.env.open && index === lines.length - 1);
  });
  state.src = lines.join('\n');
}

/** @param {string} line @param {boolean} open whether its last code or formula may still close */
function withoutPipesInside(line, open) {
  const parts = line.split(/(`+)/); // every second one is a run of backticks
  for (let at = 0; at < parts.length; at += 2) {
    const text = (parts[at] ?? '').replace(FORMULA, hide);
    parts[at] = open && at === parts.length - 1 ? text.replace(OPEN_FORMULA, hide) : text;
    const close = at + 1 < parts.length ? parts.indexOf(/** @type {string} */ (parts[at + 1]), at + 3) : -1;
    if (close < 0 && !open) continue;
    const end = close < 0 ? parts.length : close;
    for (let code = at + 2; code < end; code++) parts[code] = hide(parts[code] ?? '');
    at = end - 1;
  }
  return parts.join('');
}

/** @param {string} text */
function hide(text) {
  return text.replace(/(?<!\\)\|/g, HIDDEN_PIPE);
}

/** @param {State} state */
function showPipes({ tokens }) {
  for (const token of tokens) {
    if (token.content.includes(HIDDEN_PIPE)) token.content = token.content.replaceAll(HIDDEN_PIPE, '|');
    if (token.info.includes(HIDDEN_PIPE)) token.info = token.info.replaceAll(HIDDEN_PIPE, '|');
  }
}

/**
 * Markdown that is still being written: what is half open already looks finished, and no sign shows that will be gone a moment
 * later. `**bold` is bold, `[a link](https://exa` is its words, a table is a table from its first line on.
 */

import { lineText } from './block_rules.js';
import { TAGS } from './inline_rules.js';

/** @import { BlockRule, Delimiter, InlineRule, MarkdownIt, State, StateInline, Token } from './types.d.ts' */

// A line that has only begun, and may turn out to be a list, a heading, a rule, an underline or a fence with its language.
const BEGUN = /^[ \t>]*(?:[-*+#>`~=_|]{1,6}|\d{1,9}[.)]?|\$\$?|\\[[(]?)[ \t]*$/;
const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:`{3,}|~{3,})[^`]*$/;
/** The last signs of a text, where they may belong to what comes. */
const HALF = new RegExp(
  `(?:[*_~\`]+|\\\\[[(]?|\\$+|</?(?:${TAGS})\\s[^<>]*|<[!/]?-{0,2}[a-z]*[^\\s<>]*|&#?\\w{0,10}|!?\\[\\^?)$`,
  'i',
);
const HALF_CHARACTERS = 80; // more than any of them has
const LINK_CHARACTERS = 300; // a bracket that is open for longer begins no link
const MAX_OPEN_CHARACTERS = 6;
/** What may have come of a delimiter row. */
const REST_OF_HEADER = /(?:\n[ \t>|:-]*)?$/y;

/** @param {string} line the last one @returns {boolean} whether it is not shown yet */
export function isBegun(line) {
  return BEGUN.test(line) || FENCE.test(line);
}

/** @param {MarkdownIt} md */
export function addUnfinishedRules(md) {
  md.core.ruler.at('inline', inlines);
  md.block.ruler.before('code', 'half_table', halfTable, { alt: ['paragraph'] });
  md.inline.ruler.before('backticks', 'half_code', halfCode);
  md.inline.ruler.before('link', 'half_link', halfLink);
  md.inline.ruler2.before('strikethrough', 'half_pairs', pairs);
}

/** A table's header, whose delimiter row is still to come. @type {BlockRule} */
function halfTable(state, start, end, silent) {
  const { md, env, level } = state;
  const header = lineText(state, start);
  REST_OF_HEADER.lastIndex = state.eMarks[start];
  const begins = header[0] === '|' && !(start > 0 && lineText(state, start - 1)[0] === '|');
  if (!env.open || !begins || state.sCount[start] - state.blkIndent >= 4 || !REST_OF_HEADER.test(state.src))
    return false;
  if (silent) return true;
  state.line = end;
  const whole = `${header.replace(/(?<!\\)\|$|\\$/, '')}|`;
  const columns = whole.split(/(?<!\\)\|/).length - 2;
  /** @type {Token[]} */
  const tokens = [];
  md.block.parse(`${whole}\n|${'---|'.repeat(columns)}`, md, { ...env, open: false }, tokens);
  const [table] = tokens;
  if (columns < 1 || table?.type !== 'table_open') return columns < 1;
  [table.map, table.meta] = [[start, end], { unfinished: true }];
  for (const token of tokens) state.tokens.push(Object.assign(token, { level: token.level + level }));
  return true;
}

/** In place of the parser's own: the last text of an open answer is unfinished. @param {State} state */
function inlines({ tokens, md, env }) {
  const open = env.open ? lastText(tokens) : -1;
  const last = env.open ? tokens.findLastIndex(({ nesting }) => nesting >= 0) : -1;
  tokens.forEach((token, index) => {
    if (token.type === 'fence' && index === last) token.content = withoutHalfFence(token);
    if (token.type !== 'inline') return;
    env.unfinished = index === open;
    if (env.unfinished) {
      token.content = withoutHalf(token.content);
      token.meta = { unfinished: true };
    }
    md.inline.parse(token.content, md, env, /** @type {Token[]} */ (token.children));
  });
}

/** The index of the text that goes on with the next piece; -1 where none does. @param {Token[]} tokens */
function lastText(tokens) {
  const last = tokens.findLastIndex(({ type, nesting, content }) =>
    nesting === 0 ? type !== 'inline' || content : nesting > 0 && type !== 'td_open',
  );
  return tokens[last]?.type === 'inline' ? last : -1;
}

/** @param {string} text */
function withoutHalf(text) {
  if (/^\[[ x]?\]?$/i.test(text)) return ''; // a task, or a link
  let end = text.slice(-HALF_CHARACTERS);
  while (HALF.test(end)) end = end.replace(HALF, '');
  return text.slice(0, -HALF_CHARACTERS) + end;
}

/** @param {Token} token */
function withoutHalfFence({ content, meta }) {
  return meta?.closed ? content : content.replace(/(^|\n)[ \t]*(?:`{1,2}|~{1,2})\n?$/, '$1');
}

/** @type {InlineRule} */
function halfCode(state, silent) {
  const { src, pos, posMax, env } = state;
  if (!env.unfinished || silent || src[pos] !== '`') return false;
  const marker = /** @type {string} */ (/`+/y.exec(src.slice(pos))?.[0]);
  if (src.includes(marker, pos + marker.length)) return false;
  const token = state.push('code_inline', 'code', 0);
  token.content = src
    .slice(pos + marker.length, posMax)
    .replaceAll('\n', ' ')
    .trimStart();
  state.pos = posMax;
  return true;
}

/** A link that has not ended is its words, a picture its sign. @type {InlineRule} */
function halfLink(state, silent) {
  const { src, pos, posMax, env } = state;
  if (!env.unfinished || silent || posMax - pos > LINK_CHARACTERS || posMax !== src.length) return false;
  if (src[pos] === ']' && pos === env.labelEnd) {
    state.pos = posMax;
    return true;
  }
  const picture = src.startsWith('![', pos);
  if (!picture && src[pos] !== '[') return false;
  const start = picture ? pos + 1 : pos;
  const end = state.md.helpers.parseLinkLabel(state, start);
  if (end >= 0 && !/^(?:\([^()]*(?:\([^()]*\)?[^()]*)?|\[[^\]]*)?$/.test(src.slice(end + 1))) return false;
  env.labelEnd = end;
  if (picture) state.pending += '🖼 ';
  state.pos = src[start + 1] === '^' ? posMax : start + 1;
  return true;
}

/** Closes what is open at the end: emphasis, and what is struck. @param {StateInline} state */
function pairs(state) {
  if (!state.env.unfinished) return;
  const { delimiters } = state;
  for (const opener of openers(delimiters).slice(-MAX_OPEN_CHARACTERS).toReversed()) {
    state.push('text', '', 0).meta = { unfinished: true };
    opener.end = delimiters.length;
    delimiters.push({ ...opener, token: state.tokens.length - 1, end: -1, open: false, close: true });
  }
}

/** Those that nothing closes, and that stand in no pair that is closed. @param {Delimiter[]} delimiters */
function openers(delimiters) {
  let enclosed = 0; // up to here
  return delimiters.filter((delimiter, index) => {
    const free = delimiter.open && delimiter.end < 0 && index >= enclosed;
    enclosed = Math.max(enclosed, delimiter.end);
    return free;
  });
}

/**
 * Markdown -> tokens, by markdown-it: CommonMark, GFM's tables and strikethrough, a line break where one was written,
 * emphasis beside Chinese, and what block_rules.js, inline_rules.js and math_rules.js add. No HTML is parsed as HTML.
 */

import cjkFriendly from '../vendor/markdown-it-cjk-friendly/index.js';
import MarkdownIt from '../vendor/markdown-it/markdown-it.js';
import { addBlockRules } from './block_rules.js';
import { addInlineRules } from './inline_rules.js';
import { addMathRules } from './math_rules.js';
import { isBegun, addUnfinishedRules } from './unfinished.js';

/** @import { References, Token } from './types.d.ts' */

const md = new MarkdownIt({ breaks: true }).use(cjkFriendly);
md.normalizeLink = (address) => address; // render.js lets through what is safe, and writes it in full
md.normalizeLinkText = (address) => address;
md.validateLink = () => true;
md.core.ruler.disable(['linkify', 'replacements', 'smartquotes', 'strip_references']);
addBlockRules(md);
addInlineRules(md);
addMathRules(md);
addUnfinishedRules(md);

/**
 * @param {string} text @param {References} references those defined before; those of this text are added
 * @param {boolean} open whether more is to come: what is half written then looks finished
 * @returns {Token[]}
 */
export function tokenize(text, references, open) {
  if (!open) return md.parse(text, { references, open });
  const last = text.lastIndexOf('\n') + 1;
  if (!isBegun(text.slice(last))) return md.parse(text, { references, open });
  const tokens = md.parse(text, { references, open });
  const fence = unclosedFence(tokens);
  if (fence?.map && linesOf(text) - 1 > fence.map[0]) return tokens; // a line of code, whatever it says
  return md.parse(text.slice(0, last), { references, open });
}

/** The block of code that the text ends in. @param {Token[]} tokens */
function unclosedFence(tokens) {
  const last = tokens.findLast(({ nesting }) => nesting >= 0);
  return last?.type === 'fence' && last.meta?.closed === false ? last : undefined;
}

/** @param {string} text */
function linesOf(text) {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/**
 * Markdown that is still being written -> blocks. A block that another has followed is settled: it is never parsed,
 * compared or drawn again, so a piece costs the same at the end of a long answer as at its beginning.
 *
 * Pure: no DOM, no clock.
 */

import { Marked } from '../vendor/marked/marked.js';
import { MATH_TOKENS } from './math_tokens.js';
import { mend } from './mend.js';
import { blocks, headings } from './render.js';

/** @typedef {import('./tree.js').Node} Node */

const marked = new Marked({ gfm: true }, { extensions: MATH_TOKENS });

/** Deeper nesting than any answer has; it guards the parser's recursion against a line of ten thousand `>`. */
const DEEPEST = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){30}/m;

export function createMarkdown() {
  const heading = headings();
  /** @type {Node[]} */
  const settled = [];
  let read = 0;
  /** @type {ReturnType<typeof lexer>['tokens']['links']} */
  let links = {};

  /**
   * @param {string} text all that has come so far, without carriage returns
   * @param {boolean} done whether it is complete
   * @returns {{settled: Node[], open: Node[]}} `settled` only ever grows
   */
  return (text, done) => {
    const tail = text.slice(read);
    const tokens = lex(done ? tail : mend(tail), links);
    links = tokens.links;
    const last = tokens.findLastIndex(({ type }) => type !== 'space');
    const closed = done ? tokens : tokens.slice(0, Math.max(0, last));
    const raw = closed.map((token) => token.raw).join('');
    if (done || tail.startsWith(raw)) {
      settled.push(...blocks(closed, heading.name));
      read += raw.length;
      return { settled, open: done ? [] : blocks(tokens.slice(closed.length), heading.preview()) };
    }
    return { settled, open: blocks(tokens, heading.preview()) };
  };
}

function lexer() {
  return new marked.Lexer(marked.defaults);
}

/** @param {string} source @param {ReturnType<typeof lexer>['tokens']['links']} links those defined before */
function lex(source, links) {
  const one = lexer();
  one.tokens.links = links;
  if (!DEEPEST.test(source)) return one.lex(source);
  return Object.assign([{ type: 'code', raw: source, text: source }], { links });
}

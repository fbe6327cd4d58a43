/**
 * Markdown that is still being written -> blocks. A block that another has followed is settled: it is never parsed,
 * compared or drawn again, so a piece costs the same at the end of a long answer as at its beginning.
 *
 * No DOM, no clock.
 */

import cjkFriendly from '../vendor/marked-cjk-friendly/index.js';
import { Marked } from '../vendor/marked/marked.js';
import { MATH_TOKENS } from './math_tokens.js';
import { complete, firstOutsideCode } from './complete.js';
import { blocks, headings } from './render.js';

/**
 * @import { Node } from './elements.js'
 *
 * @typedef {ReturnType<typeof lexer>['tokens']['links']} Links
 */

const marked = new Marked({ gfm: true }, cjkFriendly(), { extensions: MATH_TOKENS });

/** A line that is nested deeper than in any answer; ten thousand `>` would exhaust the parser's recursion. */
const DEEPEST = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])){30}.*\n?/m;

export function createMarkdown() {
  const heading = headings();
  /** @type {Node[]} */
  const settled = [];
  let read = 0;
  /** @type {Links} */
  const links = {};
  let late = false;

  /**
   * @param {string} text all that has come so far, without carriage returns
   * @param {boolean} done whether it is complete
   * @returns {{settled: Node[], open: Node[], outdated: boolean}} `settled` only ever grows; at the end it can be
   *   `outdated`: a link definition arrived after the link was drawn, so the text has to be parsed again
   */
  return (text, done) => {
    const tail = text.slice(read);
    const tokens = lex(done ? tail : complete(tail), links);
    const last = tokens.findLastIndex(({ type }) => type !== 'space');
    const closed = done ? tokens : tokens.slice(0, Math.max(0, last));
    const raw = closed.map((token) => token.raw).join('');
    if (!done && !tail.startsWith(raw))
      return { settled, open: blocks(tokens, heading.preview()), outdated: false };
    const all = /** @type {import('../vendor/marked/marked.js').Tokens.Def[]} */ (
      closed.filter(({ type }) => type === 'def')
    );
    const defined = all.filter(({ tag }) => !(tag in links));
    late ||= settled.length > 0 && defined.length > 0;
    for (const { tag, href, title } of defined) links[tag] ??= { href, title }; // the first of a name counts
    settled.push(...blocks(closed, heading.name));
    read += raw.length;
    if (done) return { settled, open: [], outdated: late };
    return { settled, open: blocks(tokens.slice(closed.length), heading.preview()), outdated: false };
  };
}

function lexer() {
  return new marked.Lexer(marked.defaults);
}

/** @param {string} source @param {Links} links those defined before @returns {ReturnType<typeof lexPlain>} */
function lex(source, links) {
  const deep = DEEPEST.test(source) && firstOutsideCode(source, DEEPEST);
  if (!deep) return lexPlain(source, links);
  const { 0: line, index = 0 } = deep;
  const before = lexPlain(source.slice(0, index), links);
  const after = lex(source.slice(index + line.length), before.links);
  return Object.assign([...before, { type: 'code', raw: line, text: line.trimEnd() }, ...after], {
    links: after.links,
  });
}

/** @param {string} source @param {Links} links */
function lexPlain(source, links) {
  const one = lexer();
  one.tokens.links = { ...links };
  return one.lex(source);
}

/**
 * Markdown that is still being written -> blocks. A block that another has followed is settled: it is never parsed,
 * compared or drawn again. Of one block that grows long, what is settled is held (hold.js). So a piece costs the same at the
 * end of a long answer as at its beginning.
 *
 * No DOM, no clock.
 */

import { goesOn, isLoose, join, loosen, offsetOf, settledPart } from './hold.js';
import { tokenize } from './parser.js';
import { blocks, headings } from './render.js';

/**
 * @import { Node } from './elements.js'
 * @import { Held } from './hold.js'
 * @import { References, Token } from './types.d.ts'
 * @import { Headings } from './render.js'
 *
 * @typedef {{line: number, tokens: Token[]}} Group the tokens of one outermost block, and its first line
 */

/** How much of a block is parsed with each piece, before what is settled of it is held. */
const HOLD_CHARACTERS = 1500;

export function createMarkdown() {
  const heading = headings();
  /** @type {Node[]} */
  const settled = [];
  /** @type {References} */
  const references = Object.create(null);
  let late = false;
  let read = 0; // what is settled or held
  /** @type {Held | undefined} */
  let holding;
  let holdFrom = HOLD_CHARACTERS;

  /**
   * @param {string} text all that has come so far, without carriage returns
   * @param {boolean} done whether it is complete
   * @returns {{settled: Node[], open: Node[], outdated: boolean}} `settled` only ever grows; at the end it can be
   *   `outdated`: a link definition arrived after the link was drawn, so the text has to be parsed again
   */
  function next(text, done) {
    const source = (holding?.prefix ?? '') + text.slice(read);
    const found = Object.create(references);
    const groups = grouped(tokenize(source, found, !done));
    const [first] = groups;
    if (holding && first && !goesOn(holding, first.tokens)) {
      release(isLoose(first.tokens) ? HOLD_CHARACTERS : Infinity);
      return next(text, done);
    }
    if (holding?.loose && first) loosen(first.tokens);
    const closed = done ? groups.length : closedOf(groups, source);
    define(groups.slice(0, closed), found);
    if (closed > 0 || done) {
      for (const node of drawn(groups.slice(0, closed), heading.name)) settled.push(node);
      const end = done ? source.length : offsetOf(source, groups[closed]?.line ?? 0);
      read += end - (holding?.prefix.length ?? 0);
      [holding, holdFrom] = [undefined, HOLD_CHARACTERS];
    }
    if (done) return { settled, open: [], outdated: late };
    const open = drawn(groups.slice(closed), heading.preview());
    if (closed === 0 && first && groups.length === 1 && source.length > holdFrom) hold(source, first.tokens);
    return { settled, open, outdated: false };
  }

  /** @param {Group[]} groups @param {Headings} name @returns {Node[]} */
  function drawn(groups, name) {
    const nodes = groups.flatMap(({ tokens }, index) =>
      blocks(tokens, name, index === 0 ? holding?.node.last : undefined),
    );
    if (!holding) return nodes;
    const [first, ...rest] = nodes;
    return [typeof first === 'object' ? join(holding.node, first) : holding.node, ...rest];
  }

  /** Keeps the links that the groups define: the first of a name counts. @param {Group[]} groups @param {References} found */
  function define(groups, found) {
    for (const { type, meta } of groups.flatMap(({ tokens }) => tokens)) {
      const label = type === 'reference_definition' && String(meta?.label);
      if (!label || label in references) continue;
      references[label] = found[label];
      late ||= settled.length > 0 || holding !== undefined;
    }
  }

  /** @param {string} source @param {Token[]} tokens of the one block that is open */
  function hold(source, tokens) {
    const found = Object.create(references);
    const part = settledPart(source, tokens, (settledSource) => tokenize(settledSource, found, false), holding);
    holdFrom = part ? HOLD_CHARACTERS + part.prefix.length : 2 * source.length;
    if (!part) return;
    if (part.loose) loosen(part.tokens);
    const [node] = blocks(part.tokens, heading.preview(), holding?.node.last);
    if (typeof node !== 'object') return;
    define([{ line: 0, tokens: part.tokens }], found);
    const whole = join(
      holding?.node,
      part.between ? { ...node, children: [...node.children, part.between] } : node,
    );
    const begin = holding?.begin ?? read;
    read += part.end - (holding?.prefix.length ?? 0);
    holding = {
      begin,
      prefix: part.prefix,
      loose: part.loose,
      first: /** @type {Token} */ (part.tokens[0]),
      node: whole,
    };
  }

  /** @param {number} from */
  function release(from) {
    read = holding?.begin ?? read;
    [holding, holdFrom] = [undefined, from];
  }

  return next;
}

/** @param {Token[]} tokens @returns {Group[]} */
function grouped(tokens) {
  /** @type {Group[]} */
  const groups = [];
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0) groups.push({ line: token.map?.[0] ?? 0, tokens: [] });
    groups.at(-1)?.tokens.push(token);
  }
  return groups;
}

/**
 * How many can no longer change. The title of a link's definition may still follow it; what seems to be a formula belongs to
 * the paragraph before it if it never ends, and so may a line that has not ended.
 * @param {Group[]} groups @param {string} source
 */
function closedOf(groups, source) {
  const mayGrow =
    source.lastIndexOf('\n') < offsetOf(source, groups.at(-1)?.line ?? 0) ||
    groups.at(-2)?.tokens[0]?.type === 'reference_definition' ||
    groups.at(-1)?.tokens[0]?.meta?.unfinished;
  return Math.max(0, groups.length - (mayGrow ? 2 : 1));
}

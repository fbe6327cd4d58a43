/**
 * Holding the settled part of a block that is long and still open: the items of a list but for the last, the rows of a table,
 * the lines of code, the sentences of a paragraph. What follows is parsed behind a prefix that makes it the same kind of block.
 */

import { CODE_BLOCK, WIDE, joinTexts } from './elements.js';

/**
 * @import { Element, Node } from './elements.js'
 * @import { Token } from './types.d.ts'
 *
 * @typedef {{end: number, prefix: string, between: string}} Cut `end`: where the settled part ends in the source; `between`: the
 *   text between it and the rest
 * @typedef {Cut & {tokens: Token[], loose: boolean}} Part
 * @typedef {{begin: number, prefix: string, loose: boolean, first: Token, node: Element}} Held `begin`: where the block begins
 */

/** Before a word, or between two signs of Chinese: what stands on one side does not depend on the other, if nothing is open. */
const SEAM = /\S (?=\p{L})|[\p{Script=Han}，。；：！？、](?=\p{Script=Han})/gu;
const SEARCHED_CHARACTERS = 600; // of a paragraph, from its end
const KEPT_CHARACTERS = 100; // behind the seam

/**
 * What is settled of an open block; undefined where nothing is.
 * @param {string} source @param {Token[]} tokens its one block @param {(text: string) => Token[]} parse @param {Held} [held]
 * @returns {Part | undefined}
 */
export function settledPart(source, tokens, parse, held) {
  const cut = cutOf(source, tokens);
  if (!cut || cut.end <= (held?.prefix.length ?? 0)) return undefined;
  const settled = source.slice(0, cut.end);
  const part = parse(settled);
  const outermost = part.filter(({ level, nesting }) => level === 0 && nesting >= 0);
  if (outermost.length !== 1 || part[0]?.type !== tokens[0]?.type) return undefined;
  if (part.some(({ type }) => type === 'heading_open') || !isComplete(part, settled)) return undefined;
  return { ...cut, tokens: part, loose: held?.loose || isLoose(tokens) };
}

/** @param {Held} held @param {Token[]} next what the rest became @returns {boolean} whether it goes on with the block */
export function goesOn({ first, loose }, next) {
  return next[0]?.type === first.type && next[0].markup === first.markup && (loose || !isLoose(next));
}

/** @param {Element | undefined} held @param {Element} node the rest @returns {Element} both */
export function join(held, node) {
  if (!held) return node;
  if (held.tag === CODE_BLOCK) return { ...held, children: joinTexts([...held.children, ...node.children]) };
  if (held.tag === WIDE) return { ...held, children: [joinTables(tableOf(held), tableOf(node))] };
  return { ...held, ...(node.last && { last: node.last }), children: [...held.children, ...node.children] };
}

/** @param {Element} held @param {Element} next under the same header @returns {Element} */
function joinTables(held, next) {
  const [header, ...bodies] = [...held.children, ...next.children.slice(1)];
  const rows = bodies.flatMap((body) => (typeof body === 'string' ? [] : body.children));
  return { ...held, children: [/** @type {Node} */ (header), { tag: 'tbody', attributes: {}, children: rows }] };
}

/** @param {Element} node */
function tableOf({ children }) {
  return /** @type {Element} */ (children[0]);
}

/** @param {Token[]} tokens @returns {boolean} whether they are a list with an empty line between items */
export function isLoose(tokens) {
  return (
    isList(tokens) && tokens.some(({ type, level, hidden }) => type === 'paragraph_open' && level === 2 && !hidden)
  );
}

/** Makes a list one with empty lines between items. @param {Token[]} tokens */
export function loosen(tokens) {
  if (isList(tokens)) for (const token of tokens) if (token.level === 2) token.hidden = false;
}

/** @param {Token[]} tokens */
function isList([token]) {
  return token?.type === 'bullet_list_open' || token?.type === 'ordered_list_open';
}

/** @param {string} source @param {Token[]} tokens @returns {Cut | undefined} */
function cutOf(source, tokens) {
  const token = /** @type {Token} */ (tokens[0]);
  const line = token.map?.[0] ?? 0;
  const head = (/** @type {number} */ lines) =>
    source.slice(offsetOf(source, line), offsetOf(source, line + lines));
  switch (token.type) {
    case 'fence':
      return token.meta?.closed || token.meta?.nested ? undefined : cutAt(lastLineOf(source), head(1), '\n');
    case 'table_open':
      return cutAt(startOf(source, tokens, 'tr_open', 2), head(2), '');
    case 'bullet_list_open':
    case 'ordered_list_open':
      return cutAt(startOf(source, tokens, 'list_item_open', 1), '', '');
    case 'paragraph_open':
      return seamOf(source);
    default:
      return undefined;
  }
}

/** @param {number} end @param {string} prefix @param {string} between */
function cutAt(end, prefix, between) {
  return { end, prefix, between };
}

/** Where the last item or row begins. @param {string} source @param {Token[]} tokens @param {string} type @param {number} level */
function startOf(source, tokens, type, level) {
  const last = tokens.findLast((token) => token.type === type && token.level === level);
  return offsetOf(source, last?.map?.[0] ?? 0);
}

/** Where the last whole line begins that is not empty: the rest then says something. @param {string} source */
function lastLineOf(source) {
  const end = source.slice(0, source.lastIndexOf('\n')).trimEnd().length;
  return source.lastIndexOf('\n', end - 1) + 1;
}

/** @param {string} source @returns {Cut | undefined} */
function seamOf(source) {
  const from = Math.max(0, source.length - SEARCHED_CHARACTERS);
  const seam = [...source.slice(from, -KEPT_CHARACTERS).matchAll(SEAM)].at(-1);
  if (!seam) return undefined;
  const end = from + seam.index + seam[0].length;
  return source.slice(source.lastIndexOf('\n', end) + 1, end).includes('|')
    ? undefined
    : cutAt(end, '', seam[0].endsWith(' ') ? ' ' : '');
}

/** Whether nothing in a paragraph is open that the rest might close. @param {Token[]} tokens @param {string} source */
function isComplete([{ type } = /** @type {Token} */ ({}), inline], source) {
  if (type !== 'paragraph_open') return true;
  const parts = inline?.children ?? [];
  if (hasOpenTag(parts)) return false;
  const text = parts.map((part) => (part.type === 'softbreak' ? '\n' : plainText(part))).join('');
  const literal = text.replace(/\[[^[\]]*\]| \* |\w_+(?=\w)|\$(?=[^\n]*\n)/g, ' ');
  const formulas = parts.filter((part) => part.type === 'formula' && part.content.startsWith('\\'));
  return !/[`*_[\]$]|~~|<[a-z/!]/i.test(literal) && (source.match(/\\[([]/g)?.length ?? 0) === formulas.length;
}

/** @param {Token[]} parts */
function hasOpenTag(parts) {
  /** @type {string[]} */
  const open = [];
  for (const { type, tag, meta } of parts) {
    if (type !== 'tag' || tag === 'br') continue;
    if (!meta?.closing) open.push(tag);
    else if (open.includes(tag)) open.length = open.lastIndexOf(tag);
  }
  return open.length > 0;
}

/** @param {Token} token */
function plainText({ type, content }) {
  return type === 'text' ? content : '';
}

/** @param {string} text @param {number} line @returns {number} where it begins */
export function offsetOf(text, line) {
  let offset = 0;
  for (let at = 0; at < line; at++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

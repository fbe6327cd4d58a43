/** What stands in a line: tokens -> nodes. */

import { FORMULA, element, joinTexts, safeLink } from './elements.js';
import { withAddresses } from './inline_rules.js';

/**
 * @import { Node } from './elements.js'
 * @import { Token } from './types.d.ts'
 *
 * @typedef {{token: Token | undefined, children: Node[]}} Frame
 */

/** What is nested deeper stands in what is above it: a browser lays out by recursion. */
const MAX_NESTED_LEVELS = 30;

const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** @param {Token} token of type inline @returns {Node[]} */
export function inline({ children, meta }) {
  const reader = createReader();
  for (const token of children ?? []) reader.read(token);
  return joinTexts(reader.end(Boolean(meta?.unfinished)));
}

function createReader() {
  /** @type {Frame[]} */
  const open = [{ token: undefined, children: [] }];
  let [links, tooDeep] = [0, 0];
  const top = () => /** @type {Frame} */ (open.at(-1));
  const add = (/** @type {Node} */ node) => void top().children.push(node);

  function openFrame(/** @type {Token} */ token) {
    if (open.length > MAX_NESTED_LEVELS) tooDeep++;
    else open.push({ token, children: [] });
    if (token.type === 'link_open') links++;
  }

  function closeFrame(/** @type {Token} */ { type, meta }) {
    if (type === 'link_close') links--;
    if (tooDeep > 0) return void tooDeep--;
    if (meta?.unfinished) closeTags();
    else dropTags();
    const { token, children } = /** @type {{token: Token, children: Node[]}} */ (open.pop());
    if (type === 'link_close') add(linkTo(String(token.attrGet('href') ?? ''), children));
    else add(element(token.tag === 's' ? 'del' : token.tag, children, { class: emphasisClass(token, children) }));
  }

  /** Tags that nothing closed, above `depth` or the next frame of another kind, are text. */
  function dropTags(depth = 0) {
    while (open.length > Math.max(1, depth) && top().token?.type === 'tag') {
      const { token, children } = /** @type {{token: Token, children: Node[]}} */ (open.pop());
      add(token.content);
      for (const child of children) add(child);
    }
  }

  /** Tags that the rest may close look closed. */
  function closeTags() {
    while (top().token?.type === 'tag') {
      const { token, children } = /** @type {{token: Token, children: Node[]}} */ (open.pop());
      add(element(token.tag, children));
    }
  }

  function readTag(/** @type {Token} */ token) {
    if (token.tag === 'br') return add(element('br', []));
    if (!token.meta?.closing)
      return open.length > MAX_NESTED_LEVELS ? add(token.content) : void open.push({ token, children: [] });
    const from = open.findLastIndex((frame) => frame.token?.type !== 'tag' || frame.token.tag === token.tag);
    const opener = open[from];
    if (opener?.token?.type !== 'tag') return add(token.content);
    dropTags(from + 1);
    open.pop();
    return add(element(token.tag, opener.children));
  }

  function read(/** @type {Token} */ token) {
    if (token.type === 'tag') readTag(token);
    else if (token.nesting > 0) openFrame(token);
    else if (token.nesting < 0) closeFrame(token);
    else if (token.type === 'image') add(picture(token, links > 0));
    else if (token.type === 'text') for (const node of linkedText(token.content, links > 0)) add(node);
    else add(single(token));
  }

  function end(/** @type {boolean} */ unfinished) {
    if (unfinished) closeTags();
    else dropTags();
    return /** @type {Frame} */ (open[0]).children;
  }

  return { read, end };
}

/** Names emphasis in a script that has no italics, wherever in it that stands. @param {Token} token @param {Node[]} children */
function emphasisClass({ tag }, children) {
  return tag === 'em' && CJK.test(textInside(children)) ? 'cjk' : undefined;
}

/** @param {Node[]} nodes @returns {string} */
function textInside(nodes) {
  return nodes.map((node) => (typeof node === 'string' ? node : textInside(node.children))).join('');
}

/** @param {Token} token @returns {Node} */
function single({ type, content, meta }) {
  if (type === 'code_inline') return element('code', [content]);
  if (type === 'softbreak' || type === 'hardbreak') return element('br', []);
  if (type === 'footnote') return element('sup', [content]);
  if (type === 'formula') return element(FORMULA, [content], { display: meta?.display ? 'block' : 'inline' });
  return content;
}

/** @param {string} content @param {boolean} inLink @returns {Node[]} */
function linkedText(content, inLink) {
  if (inLink) return [content];
  return withAddresses(content).map((part) => (typeof part === 'string' ? part : linkTo(part.href, [part.text])));
}

/** @param {Token} token @param {boolean} inLink @returns {Node} */
function picture(token, inLink) {
  const address = String(token.attrGet('src') ?? '');
  const words = (token.children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');
  const label = [`🖼 ${words || address}`];
  return inLink ? element('span', label) : linkTo(address, label);
}

/** @param {string} address @param {Node[]} children */
function linkTo(address, children) {
  const safe = safeLink(address);
  return safe ? element('a', children, { href: safe }) : element('span', children);
}

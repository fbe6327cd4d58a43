/**
 * Tokens of `marked` -> a tree of allowed elements. HTML in the text stays text, a picture becomes a link to it
 * (fetching it would tell its server who reads), and a link goes only where `safeLink` lets it.
 */

import { decodeEntities } from './entities.js';
import { CODE_BLOCK, FORMULA, WIDE, element, safeLink } from './elements.js';

/**
 * @import { Node } from './elements.js'
 *
 * @typedef {import('../vendor/marked/marked.js').Tokens.Generic} Token
 * @typedef {import('../vendor/marked/marked.js').Tokens.Table} Table
 * @typedef {import('../vendor/marked/marked.js').Tokens.ListItem} ListItem
 * @typedef {import('../vendor/marked/marked.js').Tokens.List} List
 * @typedef {(depth: number) => string} Headings names the element of a heading
 */

const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/**
 * Names headings so that no level is skipped, whatever the model wrote, below the page's own two.
 * @param {number[]} open the depths of the headings that the next one stands under
 */
export function headings(open = []) {
  /** @type {Headings} */
  const name = (depth) => {
    while (open.length > 0 && /** @type {number} */ (open.at(-1)) >= depth) open.pop();
    open.push(depth);
    return `h${Math.min(open.length + 2, 6)}`;
  };
  return { name, /** For text that may still change: does not count. */ preview: () => headings([...open]).name };
}

/** @param {Token[]} tokens @param {Headings} heading @returns {Node[]} */
export function blocks(tokens, heading) {
  return tokens.flatMap((token) => block(token, heading));
}

/** @param {Token} token @param {Headings} heading @returns {Node[]} */
function block(token, heading) {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox': // listItem draws it
      return [];
    case 'hr':
      return [element('hr', [])];
    case 'heading':
      return [element(heading(token.depth), inline(token.tokens))];
    case 'code':
      return [codeBlock(token.text, token.lang)];
    case 'blockquote':
      return [element('blockquote', blocks(token.tokens ?? [], heading))];
    case 'list':
      return [list(/** @type {List} */ (token), heading)];
    case 'table':
      return [table(/** @type {Table} */ (token))];
    case 'math':
      return [element('p', [math(token, true)])];
    case 'html':
      return [element('p', [token.text.trimEnd()])];
    case 'text': // a list item's, when nothing stands between its lines
      return inline(token.tokens ?? [token]);
    default:
      return [element('p', inline(token.tokens ?? [token]))];
  }
}

/** @param {string} text @param {string} [info] what stands behind the fence */
function codeBlock(text, info) {
  return element(CODE_BLOCK, [text], { language: info?.trim().split(/\s/)[0]?.toLowerCase() });
}

/** @param {List} token @param {Headings} heading */
function list({ ordered, start, items }, heading) {
  const children = items.map((item) => element('li', listItem(item, heading), { class: taskClass(item) }));
  return element(ordered ? 'ol' : 'ul', children, { start: ordered && start !== 1 ? String(start) : undefined });
}

/** @param {ListItem} item */
function taskClass({ task, checked }) {
  if (!task) return undefined;
  return checked ? 'done' : 'task';
}

/** @param {ListItem} item @param {Headings} heading */
function listItem({ task, checked, tokens }, heading) {
  const content = blocks(tokens, heading);
  return task ? [element('span', [checked ? '☑ ' : '☐ '], { class: 'task' }), ...content] : content;
}

/** @param {Table} token */
function table({ header, rows }) {
  /** @param {string} tag */
  const row = (tag) => (/** @type {Table['header']} */ cells) =>
    element(
      'tr',
      cells.map(({ tokens, align }) => element(tag, inline(tokens), { align: align ?? undefined })),
    );
  return element(WIDE, [
    element('table', [element('thead', [row('th')(header)]), element('tbody', rows.map(row('td')))]),
  ]);
}

/** @param {Token[] | undefined} tokens @returns {Node[]} */
function inline(tokens = []) {
  return tokens.filter(({ type }) => type !== 'checkbox').map(span); // listItem draws it
}

/** Names emphasis in a script that has no italics, wherever in it that stands. @param {Token} token */
function emphasisClass({ type, raw }) {
  return type === 'em' && CJK.test(raw) ? 'cjk' : undefined;
}

/** @param {Token} token @returns {Node} */
function span(token) {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return element(token.type, inline(token.tokens), { class: emphasisClass(token) });
    case 'codespan':
      return element('code', [token.text]);
    case 'br':
      return element('br', []);
    case 'escape':
      return token.text;
    case 'link':
      return link(token.href, inline(token.tokens));
    case 'image':
      return link(token.href, [`🖼 ${token.text || token.href}`]);
    case 'math':
      return math(token, false);
    case 'html':
      return /^<br\s*\/?>$/i.test(token.text) ? element('br', []) : token.text;
    default:
      return token.tokens ? element('span', inline(token.tokens)) : decodeEntities(token.text ?? token.raw);
  }
}

/** @param {string} href @param {Node[]} children */
function link(href, children) {
  const safe = safeLink(decodeEntities(href));
  return safe ? element('a', children.map(withoutLinks), { href: safe }) : element('span', children);
}

/** A link holds no other one: `[![badge](…)](…)`. @param {Node} node @returns {Node} */
function withoutLinks(node) {
  if (typeof node === 'string') return node;
  const { tag, attributes, children } = node;
  return tag === 'a' ? element('span', children) : element(tag, children.map(withoutLinks), attributes);
}

/** @param {Token} token @param {boolean} display on a line of its own */
function math({ text }, display) {
  return element(FORMULA, [text], { display: display ? 'block' : 'inline' });
}

/**
 * Tokens of markdown-it -> a tree of allowed elements. A picture becomes a link to it (fetching it would tell its server who
 * reads), and a link goes only where `safeLink` lets it.
 */

import { CODE_BLOCK, FORMULA, WIDE, element } from './elements.js';
import { inline } from './render_inline.js';
import { numbered } from './lists.js';

/**
 * @import { Element, Node } from './elements.js'
 * @import { Token } from './types.d.ts'
 *
 * @typedef {(depth: number) => string} Headings names the element of a heading
 */

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

/**
 * @param {Token[]} tokens @param {Headings} heading
 * @param {Element['last']} [before] the number of the item before them, where they begin with a list that goes on
 * @returns {Node[]}
 */
export function blocks(tokens, heading, before) {
  /** @type {{token: Token | undefined, children: Node[]}[]} */
  const open = [{ token: undefined, children: [] }];
  const add = (/** @type {Node[]} */ nodes) => {
    const { children } = /** @type {{children: Node[]}} */ (open.at(-1));
    for (const node of nodes) children.push(node);
  };
  for (const token of tokens) {
    if (token.nesting > 0) {
      open.push({ token, children: [] });
    } else if (token.nesting === 0) {
      add(leaf(token));
    } else {
      const { token: opened, children } = /** @type {{token: Token, children: Node[]}} */ (open.pop());
      const list = opened.type === 'ordered_list_open';
      if (list) add([numbered(element('ol', children), opened === tokens[0] ? before : undefined)]);
      else add(block(opened, children, heading));
    }
  }
  return open[0]?.children ?? [];
}

/** @param {Token} token @returns {Node[]} */
function leaf(token) {
  switch (token.type) {
    case 'inline':
      return inline(token);
    case 'fence':
    case 'code_block':
      return [element(CODE_BLOCK, [token.content.replace(/\n$/, '')], { language: language(token.info) })];
    case 'formula':
      return [element('p', [element(FORMULA, [token.content], { display: 'block' })])];
    case 'hr':
      return [element('hr', [])];
    default: // a comment, or the definition of a link
      return [];
  }
}

/** `{python}`, `js:file.js`, `ts {1,3}`, `src/file.js` -> the language. @param {string} info what stands behind the fence */
function language(info) {
  return /^[{.\s]*(?:[\w./-]*[\w-]\.(?=[a-z]+\b))?([\w+#-]+)/.exec(info)?.[1]?.toLowerCase();
}

/** @param {Token} token @param {Node[]} children @param {Headings} heading @returns {Node[]} */
function block(token, children, heading) {
  switch (token.type) {
    case 'paragraph_open':
      return token.hidden ? children : [element('p', children)];
    case 'footnote_open':
      return children;
    case 'heading_open':
      return [element(heading(Number(token.tag.slice(1))), children)];
    case 'table_open':
      return [element(WIDE, [element('table', children)])];
    case 'list_item_open':
      return [item(children, token.info)];
    case 'th_open':
    case 'td_open':
      return [
        element(token.tag, children, { align: String(token.attrGet('style') ?? '').slice('text-align:'.length) }),
      ];
    default:
      return [element(token.tag, children)];
  }
}

/** @param {Node[]} children @param {string} number as it was written; '' in a list without @returns {Node} */
function item(children, number) {
  const [first] = children;
  const own = typeof first === 'object' && first.tag === 'p' ? first.children[0] : first;
  const [mark = '', sign] = typeof own === 'string' ? (/^\[([ xX])\](?:\s+|$)/.exec(own) ?? []) : [];
  const value = number || undefined;
  if (!mark || typeof own !== 'string') return element('li', children, { value });
  const rest =
    typeof first === 'object'
      ? element('p', [own.slice(mark.length), ...first.children.slice(1)])
      : own.slice(mark.length);
  const checked = sign !== ' ';
  const box = element('span', [checked ? '☑ ' : '☐ '], { class: 'task' });
  return element('li', [box, rest, ...children.slice(1)], { value, class: checked ? 'done' : 'task' });
}

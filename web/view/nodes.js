/**
 * Draws nodes of markdown/elements.js: makes them, and updates what is drawn with as few changes as possible, so that
 * selections hold and nothing flickers.
 */

import { ELEMENTS, MATHML_ELEMENTS, WIDE } from '../markdown/elements.js';

/**
 * @import { Element as TreeElement, Node as TreeNode } from '../markdown/elements.js'
 *
 * @typedef {{element: Element, set(text: string): void}} Leaf draws its one text by itself
 * @typedef {Record<string, (attributes: TreeElement['attributes']) => Leaf>} Leaves makes a leaf, by the node's tag
 * @typedef {Record<string, (element: HTMLElement) => HTMLElement>} Frames puts a frame around an element, by the node's tag
 * @typedef {ReturnType<typeof createPainter>} Painter
 */

const MATHML = 'http://www.w3.org/1998/Math/MathML';

/** Outermost elements whose text decides whether they run from left to right or from right to left. */
const DIRECTED = new Set(['p', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'blockquote', WIDE]);

/** @param {Leaves} [leaves] none where the nodes can hold none @param {Frames} [frames] */
export function createPainter(leaves = {}, frames = {}) {
  /** What is drawn inside a frame. @type {WeakMap<globalThis.Node, Element>} */
  const framed = new WeakMap();
  /** @type {WeakMap<globalThis.Node, Leaf>} */
  const leafOf = new WeakMap();

  /** @param {TreeNode} node @returns {globalThis.Node} */
  function create(node) {
    if (typeof node === 'string') return document.createTextNode(node);
    if (!ELEMENTS.has(node.tag)) throw new Error(`${node.tag} is no element of an answer`);
    const makeLeaf = leaves[node.tag];
    if (makeLeaf) return createLeaf(makeLeaf(node.attributes), node);
    const element = elementFor(node);
    element.append(...node.children.map(create));
    const frame = element instanceof HTMLElement && frames[node.tag]?.(element);
    if (frame) framed.set(frame, element);
    return frame || element;
  }

  /** @param {Leaf} leaf @param {TreeElement} node */
  function createLeaf(leaf, node) {
    leafOf.set(leaf.element, leaf);
    leaf.set(textOf(node));
    return leaf.element;
  }

  /**
   * Changes the children of `parent` from `offset` on, which show `before`, so that they show `after`.
   * @param {Element} parent @param {number} offset @param {TreeNode[]} before @param {TreeNode[]} after
   * @param {boolean} [outermost] whether they are in no other node
   */
  function patch(parent, offset, before, after, outermost = false) {
    after.forEach((node, index) => {
      const current = parent.childNodes[offset + index];
      const old = before[index];
      if (current && old !== undefined && update(current, old, node)) return;
      const next = create(node);
      if (outermost) direct(next, node);
      if (current) current.replaceWith(next);
      else parent.append(next);
    });
    while (parent.childNodes.length > offset + after.length) parent.lastChild?.remove();
  }

  /** @param {globalThis.Node} current @param {TreeNode} old @param {TreeNode} node @returns {boolean} whether it could */
  function update(current, old, node) {
    if (old === node) return true;
    if (typeof old === 'string' || typeof node === 'string') {
      return typeof old === 'string' && typeof node === 'string' && updateText(current, old, node);
    }
    if (!alike(old, node) || !(current instanceof Element)) return false;
    const leaf = leafOf.get(current);
    if (leaf) leaf.set(textOf(node));
    else patch(framed.get(current) ?? current, 0, old.children, node.children);
    return true;
  }

  return { create, patch };
}

/** @param {globalThis.Node} current @param {string} old @param {string} text @returns {boolean} whether it could */
function updateText(current, old, text) {
  if (!(current instanceof Text)) return false;
  if (text.startsWith(old)) current.appendData(text.slice(old.length));
  else current.data = text;
  return true;
}

/** @param {TreeElement} a @param {TreeElement} b */
function alike(a, b) {
  if (a.tag !== b.tag) return false;
  const names = Object.keys(a.attributes);
  if (names.length !== Object.keys(b.attributes).length) return false;
  return names.every((name) => a.attributes[name] === b.attributes[name]);
}

/** @param {TreeElement} node */
function elementFor({ tag, attributes }) {
  const element = MATHML_ELEMENTS.has(tag)
    ? document.createElementNS(MATHML, tag)
    : document.createElement(tag === WIDE ? 'div' : tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (tag === WIDE) makeWide(element);
  if (element instanceof HTMLAnchorElement) openElsewhere(element);
  return element;
}

/** @param {TreeElement} node */
function textOf({ children }) {
  return typeof children[0] === 'string' ? children[0] : '';
}

/** @param {globalThis.Node} next @param {TreeNode} node */
function direct(next, node) {
  if (next instanceof HTMLElement && typeof node !== 'string' && DIRECTED.has(node.tag)) next.dir = 'auto';
}

/** Scrolls by itself, so the keyboard has to reach it. @param {Element} element */
function makeWide(element) {
  element.className = 'wide';
  element.setAttribute('tabindex', '0');
}

/** In a tab of its own, which learns nothing of this one. @param {HTMLAnchorElement} link */
function openElsewhere(link) {
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  link.title = link.href;
}

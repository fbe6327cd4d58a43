/**
 * Draws a tree of markdown/tree.js: only what has changed, by appending to what stands. What is settled is never
 * looked at again, so selections hold and nothing flickers.
 */

import { CODE_BLOCK, ELEMENTS, FORMULA, MATHML_ELEMENTS, WIDE } from '../markdown/elements.js';
import { codeView } from './code.js';
import { formulaView } from './formula.js';

/**
 * @typedef {import('../markdown/elements.js').Node} TreeNode
 * @typedef {import('../markdown/elements.js').Element} TreeElement
 * @typedef {{element: Element, set(text: string): void}} Leaf draws its one text by itself
 */

const MATHML = 'http://www.w3.org/1998/Math/MathML';

/** Each of these, where it stands in nothing else, runs from left to right or from right to left by what it says. */
const DIRECTED = new Set(['p', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'blockquote', WIDE]);

/** @type {WeakMap<globalThis.Node, Leaf>} */
const leaves = new WeakMap();

/**
 * Blocks stand in parts of so many, of which the browser skips those out of sight (style.css): it never has to go
 * through all that stands, however long the answer is.
 */
const PART = 12;

/** @param {Element} root @param {import('./words.js').Words} words */
export function createTree(root, words) {
  let part = newPart(root);
  let [fixed, first] = [0, 0]; // settled blocks in all, and before this part
  /** @type {TreeNode[]} */
  let shown = [];
  return (/** @type {{settled: TreeNode[], open: TreeNode[]}} */ { settled, open }) => {
    patch(part, fixed - first, shown, [...settled.slice(fixed), ...open], words, true);
    [fixed, shown] = [settled.length, open];
    if (fixed - first < PART) return;
    patch(part, fixed - first, shown, [], words);
    [part, first] = [newPart(root), fixed];
    patch(part, 0, [], shown, words, true);
  };
}

/** @param {Element} root */
function newPart(root) {
  const part = document.createElement('div');
  part.className = 'part';
  root.append(part);
  return part;
}

/**
 * Makes the children of `parent` from `offset` on, which show `before`, show `after`.
 * @param {Element} parent @param {number} offset @param {TreeNode[]} before @param {TreeNode[]} after
 * @param {import('./words.js').Words} words @param {boolean} [outermost] whether they stand in nothing else
 */
export function patch(parent, offset, before, after, words, outermost = false) {
  after.forEach((node, index) => {
    const stands = parent.childNodes[offset + index];
    const old = before[index];
    if (stands && old !== undefined && update(stands, old, node, words)) return;
    const made = create(node, words);
    if (outermost && made instanceof HTMLElement && typeof node !== 'string' && DIRECTED.has(node.tag))
      made.dir = 'auto';
    if (stands) stands.replaceWith(made);
    else parent.append(made);
  });
  while (parent.childNodes.length > offset + after.length) parent.lastChild?.remove();
}

/** @param {globalThis.Node} stands @param {TreeNode} old @param {TreeNode} node @param {import('./words.js').Words} words */
function update(stands, old, node, words) {
  if (old === node) return true;
  if (typeof old === 'string' || typeof node === 'string') {
    if (typeof old !== 'string' || typeof node !== 'string' || !(stands instanceof Text)) return false;
    if (node.startsWith(old)) stands.appendData(node.slice(old.length));
    else stands.data = node;
    return true;
  }
  if (!alike(old, node) || !(stands instanceof Element)) return false;
  const leaf = leaves.get(stands);
  if (leaf) leaf.set(textOf(node));
  else patch(stands, 0, old.children, node.children, words);
  return true;
}

/** @param {TreeElement} a @param {TreeElement} b */
function alike(a, b) {
  if (a.tag !== b.tag) return false;
  const names = Object.keys(a.attributes);
  return (
    names.length === Object.keys(b.attributes).length &&
    names.every((name) => a.attributes[name] === b.attributes[name])
  );
}

/** @param {TreeNode} node @param {import('./words.js').Words} words @returns {globalThis.Node} */
export function create(node, words) {
  if (typeof node === 'string') return document.createTextNode(node);
  if (!ELEMENTS.has(node.tag)) throw new Error(`${node.tag} is no element of an answer`);
  if (node.tag === CODE_BLOCK) return grown(codeView(node.attributes.language ?? '', words), node);
  if (node.tag === FORMULA) return grown(formulaView(node.attributes.display === 'block', words), node);
  const element = MATHML_ELEMENTS.has(node.tag)
    ? document.createElementNS(MATHML, node.tag)
    : document.createElement(node.tag === WIDE ? 'div' : node.tag);
  for (const [name, value] of Object.entries(node.attributes)) element.setAttribute(name, value);
  if (node.tag === WIDE) wide(element);
  if (element instanceof HTMLAnchorElement) outward(element);
  element.append(...node.children.map((child) => create(child, words)));
  return element;
}

/** @param {Leaf} leaf @param {TreeElement} node */
function grown(leaf, node) {
  leaves.set(leaf.element, leaf);
  leaf.set(textOf(node));
  return leaf.element;
}

/** @param {TreeElement} node */
function textOf({ children }) {
  return typeof children[0] === 'string' ? children[0] : '';
}

/** Scrolls by itself, so the keyboard has to reach it. @param {Element} element */
function wide(element) {
  element.className = 'wide';
  element.setAttribute('tabindex', '0');
}

/** In a tab of its own, which learns nothing of this one. @param {HTMLAnchorElement} link */
function outward(link) {
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  link.title = link.href;
}

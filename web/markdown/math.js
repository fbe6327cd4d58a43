/** A formula in TeX -> a tree of MathML. Loaded when the first formula comes; the browser draws it by itself. */

import temml from '../vendor/temml/temml.js';
import { MATHML_ELEMENTS, element } from './elements.js';

/**
 * @import { Node } from './elements.js'
 *
 * @typedef {{type?: string, text?: string, attributes?: Record<string, unknown>, children?: MathNode[]}} MathNode
 */

/** @param {string} tex @param {boolean} display @returns {Node | undefined} undefined where it is no TeX */
export function formula(tex, display) {
  try {
    const options = { displayMode: display, throwOnError: true, trust: false, maxExpand: 200 };
    // oxlint-disable-next-line no-underscore-dangle -- the library's only way to a tree
    const [node] = convert(temml.__renderToMathMLTree(tex, options));
    return node;
  } catch {
    return undefined; // it stays as it was written
  }
}

/** @param {MathNode} node @returns {Node[]} */
function convert({ type, text, attributes = {}, children = [] }) {
  if (typeof text === 'string') return [text];
  const inner = children.flatMap(convert);
  if (!type || !MATHML_ELEMENTS.has(type)) return inner;
  const named = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
  return [element(type, inner, Object.fromEntries(named))];
}

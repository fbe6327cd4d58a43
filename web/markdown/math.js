/** A formula in TeX -> a tree of MathML. Loaded when the first formula comes; the browser draws it by itself. */

import temml from '../vendor/temml/temml.js';
import { MATHML_ELEMENTS, element } from './elements.js';

/**
 * @import { Node } from './elements.js'
 *
 * @typedef {{type?: string, text?: string, attributes?: Record<string, unknown>, children?: MathNode[]}} MathNode
 */

/** What encloses a formula, and what it encloses. */
const ENCLOSED = /^(?:\$\$([^]*)\$\$|\$([^]*)\$|\\\(([^]*)\\\)|\\\[([^]*)\\\])$/;
/** Environments that number nothing, and what they are called where a row has its number. */
const UNNUMBERED = /^\s*\\begin\{(aligned|gathered|split)\}([^]*)\\end\{\1\}\s*$/;
const NUMBERED = new Map([
  ['aligned', 'align*'],
  ['gathered', 'gather*'],
  ['split', 'align*'],
]);

/**
 * @param {string} source with what encloses it @param {boolean} display
 * @returns {Promise<Node | undefined>} undefined where it is no TeX, or has not ended
 */
export async function formula(source, display) {
  const tex = ENCLOSED.exec(source)
    ?.slice(1)
    .find((part) => part !== undefined);
  if (tex === undefined) return undefined;
  if (/\\(?:ce|pu)\b/.test(tex)) await import('../vendor/temml/mhchem.js');
  try {
    const options = { displayMode: display, throwOnError: true, trust: false, maxExpand: 200 };
    // oxlint-disable-next-line no-underscore-dangle -- the library's only way to a tree
    const [node] = convert(temml.__renderToMathMLTree(withNumbers(tex), options));
    return node;
  } catch {
    return undefined; // it stays as it was written
  }
}

/** @param {string} tex */
function withNumbers(tex) {
  if (!tex.includes('\\tag')) return tex;
  return tex.replace(
    UNNUMBERED,
    (_, name, rows) => `\\begin{${NUMBERED.get(name)}}${rows}\\end{${NUMBERED.get(name)}}`,
  );
}

/** @param {MathNode} node @returns {Node[]} */
function convert({ type, text, attributes = {}, children = [] }) {
  if (typeof text === 'string') return [text];
  const inner = children.flatMap(convert);
  if (!type || !MATHML_ELEMENTS.has(type)) return inner;
  const named = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
  return [element(type, inner, Object.fromEntries(named))];
}

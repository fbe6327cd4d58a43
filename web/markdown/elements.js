/**
 * What Claude's Markdown may become: a tree of allow-listed elements, as plain data. Nothing here or after it
 * parses HTML, so what the model writes can only ever be text, or an element and attribute named below.
 */

/**
 * @typedef {string | Element} Node
 * @typedef {{tag: string, attributes: Record<string, string>, children: Node[], last?: {shown: number, written: number}}} Element
 *   `last`: of a list, the number of its last item, as shown and as written
 */

const HTML = words(
  'p h3 h4 h5 h6 ul ol li blockquote hr br strong em del code a span sub sup kbd u mark',
  'table thead tbody tr th td',
);
/** A code block: the view puts a frame with a copy button around it. Its one child is the code. */
export const CODE_BLOCK = 'code-block';
/** A formula. Its one child is its source, `$…$` or another: that is shown until the view has MathML for it. */
export const FORMULA = 'formula';
/** Something wide that scrolls by itself. */
export const WIDE = 'wide';

/** MathML's presentation elements; no links, no actions, no annotations. */
const MATHML = words(
  'math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup',
  'munder mover munderover mmultiscripts mprescripts mtable mtr mtd',
);

export const ELEMENTS = new Set([...HTML, ...MATHML, CODE_BLOCK, FORMULA, WIDE]);
export const MATHML_ELEMENTS = new Set(MATHML);

/** Attributes with the values that they may have. */
const ATTRIBUTES = new Map([
  ['href', /^(?:https?|mailto):/],
  ['start', /^\d{1,9}$/],
  ['value', /^\d{1,9}$/],
  ['align', /^(?:left|center|right)$/],
  ['class', /^(?:hljs-[\w-]+(?: (?:hljs-)?[\w-]+)*|task|done|cjk)$/],
  ['language', /^[\w+#.-]{1,30}$/],
  ...words(
    'accent accentunder columnalign columnlines columnspacing depth display displaystyle fence height largeop',
    'linethickness lspace mathvariant maxsize minsize movablelimits rowlines rowspacing rspace scriptlevel',
    'separator stretchy symmetric voffset width',
  ).map((name) => /** @type {[string, RegExp]} */ ([name, /^[\w .+%-]{1,60}$/])),
]);

/** @param {...string} lines */
function words(...lines) {
  return lines.flatMap((line) => line.split(' '));
}

/**
 * The only way to make an element. What is not on the lists is dropped: an attribute silently, an element loudly,
 * since only a mistake of ours could ask for one.
 * @param {string} tag @param {Node[]} children @param {Record<string, string | undefined>} [attributes]
 * @returns {Element}
 */
export function element(tag, children, attributes = {}) {
  if (!ELEMENTS.has(tag)) throw new Error(`${tag} is no element of an answer`);
  return { tag, attributes: pickAllowed(attributes), children: joinTexts(children) };
}

/** @param {Record<string, string | undefined>} attributes */
function pickAllowed(attributes) {
  /** @type {Record<string, string>} */
  const allowed = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && ATTRIBUTES.get(name)?.test(value)) allowed[name] = value;
  }
  return allowed;
}

/** Joins neighbouring texts and drops empty ones: a node of the tree is then exactly one node of the DOM. @param {Node[]} nodes */
export function joinTexts(nodes) {
  /** @type {Node[]} */
  const all = [];
  for (const node of nodes) {
    const last = all.at(-1);
    if (typeof node === 'string' && typeof last === 'string') all[all.length - 1] = last + node;
    else if (node !== '') all.push(node);
  }
  return all;
}

/**
 * An address that a person may follow, in full; else undefined. `new URL` reads it as the browser will, tabs and
 * line breaks in `java\tscript:` included.
 * @param {string} href
 */
export function safeLink(href) {
  try {
    const url = new URL(href);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined; // relative: it would lead to somewhere in this page's own site
  }
}

/**
 * Draws an answer's blocks as they come: appends what is new, changes what is open, and never looks again at what is
 * settled.
 */

import { CODE_BLOCK, FORMULA, WIDE } from '../markdown/elements.js';
import { codeView } from './code.js';
import { formulaView } from './formula.js';
import { createPainter } from './nodes.js';
import { tableFrame } from './table.js';

/**
 * @import { Node as TreeNode } from '../markdown/elements.js'
 * @import { Words } from './words.js'
 */

/**
 * Blocks stand in parts of this size. The browser skips the parts that are out of sight (style.css), so the length of
 * an answer does not slow it down.
 */
const PART_BLOCKS = 12;

/** @param {Element} root @param {Words} words */
export function createTree(root, words) {
  const { patch } = createPainter(
    {
      [CODE_BLOCK]: ({ language = '' }) => codeView(language, words),
      [FORMULA]: ({ display }) => formulaView(display === 'block'),
    },
    { [WIDE]: (element) => tableFrame(element, words) },
  );
  let part = newPart(root);
  let [fixed, first] = [0, 0]; // settled blocks in all, and before this part
  /** @type {TreeNode[]} */
  let shown = [];
  return (/** @type {{settled: TreeNode[], open: TreeNode[]}} */ { settled, open }) => {
    patch(part, fixed - first, shown, [...settled.slice(fixed), ...open], true);
    [fixed, shown] = [settled.length, open];
    if (fixed - first < PART_BLOCKS) return;
    patch(part, fixed - first, shown, []);
    [part, first] = [newPart(root), fixed];
    patch(part, 0, [], shown, true);
  };
}

/** @param {Element} root */
function newPart(root) {
  const part = document.createElement('div');
  part.className = 'part';
  root.append(part);
  return part;
}

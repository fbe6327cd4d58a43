/** A formula: its TeX at once, MathML as soon as that can be drawn. */

import { create } from './tree.js';

/** @param {boolean} display @param {import('./words.js').Words} words @returns {import('./tree.js').Leaf} */
export function formulaView(display, words) {
  const element = document.createElement('span');
  element.className = display ? 'formula display' : 'formula';
  let text = '';

  async function draw() {
    const { formula } = await import('../markdown/math.js');
    const node = formula(text, display);
    if (node) element.replaceChildren(create(node, words));
  }

  return {
    element,
    set(next) {
      if (next === text) return;
      text = next;
      element.textContent = next;
      draw().catch(() => {}); // TeX reads well enough
    },
  };
}

/** A formula: as it was written at once, MathML as soon as that can be drawn. */

import { createPainter } from './nodes.js';

/** @import { Leaf } from './nodes.js' */

/** @param {boolean} display whether on a line of its own @returns {Leaf} */
export function formulaView(display) {
  const { create } = createPainter(); // MathML holds no leaves
  const element = document.createElement('span');
  element.className = display ? 'formula display' : 'formula';
  let text = '';

  async function draw() {
    const { formula } = await import('../markdown/math.js');
    const source = text;
    const node = await formula(source, display);
    if (node && source === text) element.replaceChildren(create(node));
  }

  return {
    element,
    set(next) {
      if (next === text) return;
      text = next;
      element.textContent = next;
      draw().catch(() => {}); // what was written reads well enough
    },
  };
}

/** A block of code: its language, its buttons, and colours that follow the text as it grows. */

import { copy } from './copy.js';
import { clone, find, onClick } from './dom.js';
import { createPainter } from './nodes.js';

/**
 * @import { Node } from '../markdown/elements.js'
 * @import { Leaf } from './nodes.js'
 * @import { Words } from './words.js'
 */

/** The pause between two colourings of a block that grows: at least this, and this many times what the last one took. */
const MIN_PAUSE_MS = 120;
const PAUSE_RATIO = 12;

/** What draws something, by its language, or as the root of its XML. */
const DRAWINGS = /^(?:mermaid|svg|html?)$/;
const SVG_ROOT = /^(?:\s|<[?!][^>]*>)*<svg[\s>]/;

/** @param {string} language @param {Words} words @returns {Leaf} */
export function codeView(language, words) {
  const { patch } = createPainter(); // colours are spans: no leaves
  const element = words.fill(clone('code'));
  const code = find(element, 'code', HTMLElement);
  const preview = find(element, '[data-preview]', HTMLElement);
  const rest = code.appendChild(document.createTextNode('')); // what is not coloured yet
  find(element, '[data-language]', HTMLElement).textContent = language || words.word('code');
  let text = '';
  let coloured = 0; // characters
  /** @type {Node[]} */
  let shown = [];
  let pauseMs = 0;
  let due = false;

  async function colour() {
    due = false;
    const { highlight } = await import('../markdown/highlight.js');
    const source = text;
    const began = performance.now();
    const nodes = await highlight(source, language);
    if (!nodes) return;
    rest.remove();
    patch(code, 0, shown, nodes);
    code.append(rest);
    [shown, coloured] = [nodes, source.length];
    rest.data = text.slice(coloured);
    pauseMs = Math.max(MIN_PAUSE_MS, PAUSE_RATIO * (performance.now() - began));
  }

  onClick(element, '[data-copy-code]', ({ currentTarget }) => {
    if (currentTarget instanceof HTMLElement) copy(currentTarget, text, words);
  });

  onClick(element, '[data-preview]', async () => {
    const { togglePreview } = await import('./preview.js');
    await togglePreview(element, text, language, words);
  });

  return {
    element,
    set(next) {
      if (next === text) return;
      preview.hidden = !DRAWINGS.test(language) && !(language === 'xml' && SVG_ROOT.test(next));
      if (preview.getAttribute('aria-pressed') === 'true')
        import('./preview.js').then(({ closePreview }) => closePreview(element));
      if (next.startsWith(text)) {
        rest.appendData(next.slice(text.length));
      } else {
        [shown, coloured] = [[], 0];
        code.replaceChildren(rest);
        rest.data = next;
      }
      text = next;
      if (!language || due) return;
      due = true;
      setTimeout(() => colour().catch(() => {}), pauseMs); // uncoloured code reads well enough
    },
  };
}

/** Brings a place of the conversation into sight, and marks there what was found. */

import { find } from './dom.js';

const MAX_FRAMES = 120; // until an answer that is opened has been drawn
const STEADY_FRAMES = 8; // what is above it may still grow while it is drawn

/** With these a person scrolls; then the place is theirs to choose. */
const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** @param {number} index the turn's, among those shown @param {string[]} words that to be brought into sight first */
export async function lookAt(index, words) {
  const scroller = find(document, '[data-scroller]', HTMLElement);
  const list = find(document, '[data-turns]', HTMLElement);
  CSS.highlights?.delete('found');
  /** @type {Highlight | undefined} */
  let mark;
  const person = new AbortController();
  for (const move of MOVES)
    scroller.addEventListener(move, () => person.abort(), { once: true, signal: person.signal });
  for (let frame = 0, steady = 0; frame < MAX_FRAMES && steady < STEADY_FRAMES; frame += 1) {
    await nextFrame();
    if (person.signal.aborted) return;
    const turn = list.children[index];
    if (!turn || turn.querySelector('.raw')) continue; // Markdown is on its way
    scroller.dispatchEvent(new Event('look')); // the end is no longer followed
    const [first, ...others] = rangesIn(turn, words);
    const part = first?.startContainer.parentElement;
    if (!first || !part?.checkVisibility({ contentVisibilityAuto: true })) {
      turn.scrollIntoView({ behavior: 'instant' }); // what is in sight is drawn first; until then its height is a guess
      continue;
    }
    if (mark && CSS.highlights?.get('found') !== mark) break; // the search is over
    mark = new Highlight(first, ...others);
    CSS.highlights?.set('found', mark);
    const { top, height } = scroller.getBoundingClientRect();
    const offset = first.getBoundingClientRect().top - top - height / 3;
    if (Math.abs(offset) < 2) steady += 1;
    else scroller.scrollBy({ top: offset, behavior: 'instant' });
  }
  person.abort();
}

/** Where the words stand in a turn, the first word's first. @param {Element} turn @param {string[]} words @returns {Range[]} */
function rangesIn(turn, words) {
  const nodes = textNodes(turn);
  return words.flatMap((word) => nodes.flatMap((node) => rangesOf(node, word.toLowerCase())));
}

/** @param {Element} turn */
function textNodes(turn) {
  /** @type {Text[]} */
  const nodes = [];
  for (const part of turn.querySelectorAll('[data-prompt], [data-answer]')) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  }
  return nodes;
}

/** @param {Text} node @param {string} word in lower case */
function rangesOf(node, word) {
  const text = node.data.toLowerCase();
  const ranges = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const range = new Range();
    range.setStart(node, Math.min(at, node.length));
    range.setEnd(node, Math.min(at + word.length, node.length));
    ranges.push(range);
  }
  return ranges;
}

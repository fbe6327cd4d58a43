/** One answer: its blocks, drawn as they grow. Thinking is folded. */

import { createMarkdown } from '../markdown/stream.js';
import { createTree } from './tree.js';

/** @typedef {import('../conversation.js').Block} Block */

/** @param {HTMLElement} root @param {import('./words.js').Words} words */
export function answerView(root, words) {
  /** @type {ReturnType<typeof blockView>[]} */
  let shown = [];
  /** @type {Block[] | undefined} */
  let blocks;
  return (/** @type {import('../conversation.js').Turn} */ turn) => {
    if (turn.blocks !== blocks) {
      root.replaceChildren(); // answered again
      [blocks, shown] = [turn.blocks, []];
    }
    turn.blocks.forEach((block, index) => {
      const view = (shown[index] ??= blockView(block.type, root, words));
      view(block.text, turn.status !== 'working' || index < turn.blocks.length - 1);
    });
  };
}

/** @param {Block['type']} type @param {HTMLElement} root @param {import('./words.js').Words} words */
function blockView(type, root, words) {
  const body = document.createElement('div');
  body.className = 'text';
  const summary = document.createElement('summary');
  root.append(type === 'thinking' ? folded(summary, body) : body);
  let draw = createTree(body, words);
  let parse = createMarkdown();
  let [length, complete] = [-1, false];
  return (/** @type {string} */ text, /** @type {boolean} */ done) => {
    if (text.length === length && done === complete) return;
    if (complete) {
      // it goes on after all: what was settled as an end has to be read again
      body.replaceChildren();
      [draw, parse] = [createTree(body, words), createMarkdown()];
    }
    summary.textContent = words.word(done ? 'thought' : 'thinking');
    draw(parse(text, done));
    [length, complete] = [text.length, done];
  };
}

/** @param {HTMLElement} summary @param {HTMLElement} body */
function folded(summary, body) {
  const details = document.createElement('details');
  details.className = 'thinking';
  details.append(summary, body);
  return details;
}

/** One answer: its blocks, drawn as they grow. Thinking is folded. */

/**
 * @import { Block, Turn } from '../state/types.d.ts'
 * @import { Words } from './words.js'
 *
 * @typedef {{createMarkdown: typeof import('../markdown/stream.js').createMarkdown,
 *   createTree: typeof import('./tree.js').createTree}} Drawing
 */

const THINKING_TICK_MS = 1000;

/** @type {Drawing | undefined} */
let drawing;
/** @type {Promise<void> | undefined} */
let loading;

/** Loads Markdown with the first answer: typing does not wait for it. */
function load() {
  loading ??= Promise.all([import('../markdown/stream.js'), import('./tree.js')]).then(([stream, tree]) => {
    drawing = { ...stream, ...tree };
  });
  return loading;
}

/** @param {HTMLElement} root @param {Words} words */
export function answerView(root, words) {
  /** @type {ReturnType<typeof blockView>[]} */
  const views = [];
  /** @type {Turn | undefined} */
  let latest;

  const show = (/** @type {Turn} */ turn) => {
    latest = turn;
    turn.blocks.forEach((block, index) => {
      const view = (views[index] ??= blockView(block.type, root, words));
      view(block, turn.status !== 'working' || index < turn.blocks.length - 1);
    });
  };
  // Where it cannot be loaded, the text stays as it was written.
  if (!drawing)
    load().then(
      () => latest && show(latest),
      () => {},
    );
  return show;
}

/** @param {Block['type']} type @param {HTMLElement} root @param {Words} words */
function blockView(type, root, words) {
  const body = document.createElement('div');
  const summary = document.createElement('summary');
  root.append(type === 'thinking' ? fold(summary, body) : body);
  /** @type {ReturnType<typeof textView> | undefined} */
  let draw;
  let [length, complete] = [-1, false];
  const summarise = thinkingSummary(summary, words);
  return (/** @type {Block} */ { text, began = 0, took = 0 }, /** @type {boolean} */ done) => {
    summarise(began, took, done);
    if (draw && text.length === length && done === complete) return;
    if (drawing) {
      // Starts over when a complete text goes on after all: its end has to be parsed again.
      if (!draw || complete) draw = textView(body, drawing, words);
      draw(text, done);
    } else {
      body.className = 'raw';
      body.textContent = text;
    }
    [length, complete] = [text.length, done];
  };
}

/**
 * @param {HTMLElement} body @param {Drawing} drawing @param {Words} words
 * @returns {(text: string, done: boolean) => void}
 */
function textView(body, { createMarkdown, createTree }, words) {
  body.className = 'text';
  body.replaceChildren();
  const draw = createTree(body, words);
  const parse = createMarkdown();
  return (/** @type {string} */ text, /** @type {boolean} */ done) => {
    const parsed = parse(text, done);
    if (parsed.outdated) textView(body, { createMarkdown, createTree }, words)(text, done);
    else draw(parsed);
  };
}

/** Says how long the thinking takes or took, where that is known. @param {HTMLElement} summary @param {Words} words */
function thinkingSummary(summary, words) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let tick;
  return (/** @type {number} */ began, /** @type {number} */ took, /** @type {boolean} */ done) => {
    const ended = done || took > 0;
    const tell = () => {
      const seconds = Math.round((took || Date.now() - began) / 1000);
      const timed = (began && !ended) || took ? seconds : 0;
      if (ended) summary.textContent = timed ? words.word('thoughtFor', { seconds }) : words.word('thought');
      else summary.textContent = timed ? words.word('thinkingFor', { seconds }) : words.word('thinking');
      if (!summary.isConnected) clearInterval(tick);
    };
    if (ended) clearInterval(tick);
    else tick ??= setInterval(tell, THINKING_TICK_MS);
    tell();
  };
}

/** @param {HTMLElement} summary @param {HTMLElement} body */
function fold(summary, body) {
  const details = document.createElement('details');
  details.className = 'thinking';
  details.append(summary, body);
  return details;
}

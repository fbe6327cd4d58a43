/** One answer: its blocks, drawn as they grow, a long text in steps. Thinking is folded. */

import { onDemand } from './dom.js';

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
/** Where Markdown cannot be loaded, the text stands as it was written until the network is back. */
let failed = false;

/** Loads Markdown with the first answer: typing does not wait for it. */
const load = onDemand(async () => {
  const [stream, tree] = await Promise.all([import('../markdown/stream.js'), import('./tree.js')]);
  drawing = { ...stream, ...tree };
});

/**
 * @param {HTMLElement} root @param {Words} words @param {() => void} changed called when there is more to draw after all
 */
export function answerView(root, words, changed) {
  /** @type {ReturnType<typeof blockView>[]} */
  const views = [];
  const arrive = () =>
    load().then(changed, () => {
      failed = true;
      changed();
      addEventListener('online', arrive, { once: true });
    });
  if (!drawing) arrive();

  return {
    /**
     * Draws what has come since the last time, but no more than `room` characters of it or so.
     * @param {Turn} turn @param {number} room @returns {{drawn: number, whole: boolean}} characters; whether that was all
     */
    draw({ blocks, status }, room) {
      let drawn = 0;
      for (const [index, block] of blocks.entries()) {
        const view = (views[index] ??= blockView(block.type, root, words));
        const complete = status !== 'working' || index < blocks.length - 1;
        const step = view(block, complete, Math.max(0, room - drawn));
        drawn += step.drawn;
        if (!step.whole) return { drawn, whole: false };
      }
      return { drawn, whole: true };
    },
  };
}

/** @param {Block['type']} type @param {HTMLElement} root @param {Words} words */
function blockView(type, root, words) {
  const body = document.createElement('div');
  const summary = document.createElement('summary');
  root.append(type === 'thinking' ? fold(summary, body) : body);
  /** @type {ReturnType<typeof textView> | undefined} */
  let draw;
  const summarise = thinkingSummary(summary, words);
  let complete = false;
  return (
    /** @type {Block} */ { text, began = 0, took = 0 },
    /** @type {boolean} */ done,
    /** @type {number} */ room,
  ) => {
    summarise(began, took, done);
    if (draw && complete === done && text.length === draw.length()) return { drawn: 0, whole: true };
    if (room === 0) return { drawn: 0, whole: false };
    if (!drawing) {
      body.className = 'raw';
      body.style.visibility = done && !failed ? 'hidden' : ''; // words that come are read as they are; those of a reload wait
      body.textContent = failed ? text : text.slice(0, room);
      return { drawn: Math.min(room, text.length), whole: true };
    }
    // Starts over when a complete text goes on after all: its end has to be parsed again.
    if (!draw || complete) draw = textView(body, drawing, words);
    const before = draw.length();
    const whole = draw.upTo(text, done, room);
    complete = whole && done;
    return { drawn: Math.max(1, draw.length() - before), whole };
  };
}

/**
 * A text that grows. What stands open at its end is parsed again each time, so a step takes in at least as many
 * characters as that: however long one paragraph is, all steps together cost no more than a few times its length.
 * @param {HTMLElement} body @param {Drawing} drawing @param {Words} words
 */
function textView(body, { createMarkdown, createTree }, words) {
  body.className = 'text';
  body.style.visibility = '';
  body.replaceChildren();
  let draw = createTree(body, words);
  let parse = createMarkdown();
  let [length, blocks, openFrom] = [0, 0, 0]; // drawn: characters, settled blocks; where what is open begins at the earliest

  return {
    length: () => length,

    /** @param {string} text @param {boolean} done @param {number} room in characters @returns {boolean} whether all of it is drawn */
    upTo(text, done, room) {
      const end = stepEnd(text, length, Math.max(room, length - openFrom));
      const whole = end >= text.length;
      const parsed = parse(whole ? text : text.slice(0, end), done && whole);
      if (parsed.settled.length > blocks) openFrom = length;
      [length, blocks] = [Math.max(end, length), parsed.settled.length];
      if (parsed.outdated) {
        body.replaceChildren();
        [draw, parse] = [createTree(body, words), createMarkdown()];
        draw(parse(text, done));
      } else draw(parsed);
      return whole;
    },
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

/** Where a step of `size` characters ends: after a line where there is one. @param {string} text @param {number} from @param {number} size */
function stepEnd(text, from, size) {
  if (from + size >= text.length) return text.length;
  const line = text.lastIndexOf('\n', from + size) + 1;
  return line > from ? line : from + size;
}

/** @param {HTMLElement} summary @param {HTMLElement} body */
function fold(summary, body) {
  const details = document.createElement('details');
  details.className = 'thinking';
  details.append(summary, body);
  return details;
}

/**
 * The preview of a block of code: SVG, a Mermaid diagram or HTML, drawn in place of its text. Loaded with the first click on one.
 *
 * A picture is an <img>: no browser runs a script in it, or asks for anything. Diagrams and HTML go to a frame that has neither
 * this page's origin nor the network (web/preview/); of its answers only a diagram's SVG is used, as such a picture.
 */

import { clone, find } from './dom.js';
import { openable } from './opened.js';

/** @import { Words } from './words.js' */

const FRAME = new URL('../preview/frame.html', import.meta.url).href;
const MERMAID = new URL('../vendor/mermaid/mermaid.js', import.meta.url).href;

/** A frame that has come answers at once; then it may draw for a while. */
const RECEIPT_LIMIT_MS = 5000;
const DRAWING_LIMIT_MS = 20_000;
const MAX_SVG_CHARACTERS = 10_000_000;

class NotLoaded extends Error {}

/**
 * Shows the drawing in place of the code, or the code again.
 * @param {HTMLElement} figure the block @param {string} text @param {string} language @param {Words} words
 */
export async function togglePreview(figure, text, language, words) {
  const { fill, word } = words;
  if (closePreview(figure)) return;
  const box = fill(clone('preview'));
  const [paper, caption] = ['[data-paper]', '[data-caption]'].map((name) => find(box, name, HTMLElement));
  if (!paper || !caption) return;
  caption.textContent = word('previewDrawing');
  figure.append(box);
  press(figure, true);
  try {
    await draw(paper, text, language, words);
    if (!box.isConnected) return;
    find(figure, 'pre', HTMLElement).hidden = true;
    caption.textContent = word('previewHint');
  } catch (error) {
    if (!box.isConnected) return;
    paper.remove();
    find(figure, 'figcaption', HTMLElement).after(box); // where one has just clicked
    caption.className = 'notice';
    caption.textContent = word(error instanceof NotLoaded ? 'notLoaded' : 'previewBroken');
    press(figure, false);
  }
}

/** @param {HTMLElement} figure @returns {boolean} whether there was a preview */
export function closePreview(figure) {
  figure.querySelector('.preview')?.remove();
  find(figure, 'pre', HTMLElement).hidden = false;
  return press(figure, false);
}

/** @param {HTMLElement} figure @param {boolean} pressed @returns {boolean} whether its button was pressed before */
function press(figure, pressed) {
  const button = find(figure, '[data-preview]', HTMLElement);
  const before = button.getAttribute('aria-pressed') === 'true';
  button.setAttribute('aria-pressed', String(pressed));
  return before;
}

/** @param {HTMLElement} paper @param {string} text @param {string} language @param {Words} words */
async function draw(paper, text, language, words) {
  const name = words.word('preview');
  if (language.startsWith('htm')) {
    await askFrame(paper, frameFor(name), { html: text });
    return;
  }
  const svg = language === 'mermaid' ? await diagram(paper, text, name) : withNamespace(text.trim());
  const picture = await pictureOf(svg, name);
  paper.replaceChildren(picture);
  openable(picture, { name }, words);
}

/** @param {HTMLElement} paper @param {string} text @param {string} title */
async function diagram(paper, text, title) {
  const code = await loadLibrary();
  const dark = isDark();
  paper.classList.toggle('dark', dark);
  const frame = frameFor(title);
  frame.className = 'unseen';
  const svg = await askFrame(paper, frame, { code, text, dark });
  if (typeof svg === 'string' && svg.length <= MAX_SVG_CHARACTERS) return svg;
  throw new Error('the frame drew no diagram');
}

/** Loaded here, where the browser keeps it: a frame without an origin has no cache. */
async function loadLibrary() {
  try {
    const response = await fetch(MERMAID);
    if (response.ok) return await response.blob();
  } catch {
    // no network
  }
  throw new NotLoaded();
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** @param {string} title */
function frameFor(title) {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts'); // and nothing else: no origin, no form, no window, no way up
  frame.title = title;
  frame.src = FRAME;
  return frame;
}

/**
 * The page listens to no window: the frame answers through a port, which only the document that came first has.
 * @param {HTMLElement} paper @param {HTMLIFrameElement} frame @param {object} request @returns {Promise<unknown>} what it answers
 */
function askFrame(paper, frame, request) {
  const { port1: own, port2: other } = new MessageChannel();
  const answer = new Promise((resolve, reject) => {
    let timer = 0;
    const wait = (/** @type {number} */ limitMs, /** @type {Error} */ error) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => reject(error), limitMs);
    };
    own.addEventListener('message', ({ data }) => {
      if (data === 'received') wait(DRAWING_LIMIT_MS, new Error('it takes too long'));
      else resolve(data);
    });
    own.start();
    const send = () => {
      frame.contentWindow?.postMessage(request, '*', [other]); // it has no origin that could be named
      wait(RECEIPT_LIMIT_MS, new NotLoaded());
    };
    frame.addEventListener('load', send, { once: true });
  });
  paper.append(frame);
  return answer;
}

/** HTML needs no namespace at an <svg>, a picture does. @param {string} svg */
function withNamespace(svg) {
  const begin = svg.indexOf('<svg') + 4;
  if (begin < 4 || svg.slice(begin, svg.indexOf('>', begin)).includes('xmlns=')) return svg;
  return `${svg.slice(0, begin)} xmlns="http://www.w3.org/2000/svg"${svg.slice(begin)}`;
}

/** @param {string} svg @param {string} title @returns {Promise<HTMLImageElement>} rejected where it is no picture */
async function pictureOf(svg, title) {
  const picture = new Image();
  picture.alt = title;
  picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await picture.decode();
  return picture;
}

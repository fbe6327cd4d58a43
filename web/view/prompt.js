/** A prompt: folded where it is long, its pictures to be opened large. */

import { find, onClick, tell } from './dom.js';
import { showFiles } from './files.js';

/**
 * @import { Prompt } from '../state/types.d.ts'
 * @import { Words } from './words.js'
 */

/** Longer prompts show their beginning only (style.css says how much). */
const FOLD_FROM = { lines: 20, lineCharacters: 80 };

/** @param {HTMLElement} turnElement @param {Prompt} asked @param {Words} words */
export function showPrompt(turnElement, asked, words) {
  const prompt = find(turnElement, '[data-prompt]', HTMLElement);
  const files = find(turnElement, '[data-files]', HTMLElement);
  tell(prompt, asked.prompt);
  showFiles(files, asked.files, words);
  for (const picture of files.querySelectorAll('[data-picture]:not([hidden])')) {
    if (picture instanceof HTMLImageElement) enlargeable(picture, words);
  }
  const lines = promptLines(asked.prompt);
  const unfold = find(turnElement, '[data-whole]', HTMLElement);
  if (lines <= FOLD_FROM.lines) return;
  const fold = (/** @type {boolean} */ folded) => {
    prompt.classList.toggle('folded', folded);
    unfold.setAttribute('aria-expanded', String(!folded));
    tell(unfold, folded ? words.word('showAll', { count: words.number(lines) }) : words.word('showLess'));
  };
  fold(true);
  onClick(turnElement, '[data-whole]', () => fold(!prompt.classList.contains('folded')));
}

/** How many lines a text takes, roughly. @param {string} text */
function promptLines(text) {
  const rows = text.split('\n').map((line) => Math.max(1, Math.ceil(line.length / FOLD_FROM.lineCharacters)));
  return rows.reduce((sum, row) => sum + row, 0);
}

/** @param {HTMLImageElement} picture @param {Words} words */
function enlargeable(picture, words) {
  const name = picture.parentElement?.querySelector('[data-name]')?.textContent ?? '';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'thumbnail';
  button.setAttribute('aria-label', words.word('enlarge', { name }));
  picture.replaceWith(button);
  button.append(picture);
  button.addEventListener('click', () => enlarge(picture, name));
}

/** @param {HTMLImageElement} picture @param {string} name */
function enlarge({ src }, name) {
  const dialog = find(document, '[data-picture-dialog]', HTMLDialogElement);
  const large = find(dialog, '[data-large]', HTMLImageElement);
  const closing = new AbortController();
  const { signal } = closing;
  Object.assign(large, { src, alt: name });
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close(), { signal }); // beside it
  dialog.addEventListener('close', () => closing.abort(), { signal });
  dialog.showModal();
}

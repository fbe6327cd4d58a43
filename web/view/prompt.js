/** A prompt: folded where it is long, its pictures and texts to be opened. */

import { copy } from './copy.js';
import { find, onClick, tell } from './dom.js';
import { showFiles } from './files.js';
import { openable } from './opened.js';

/**
 * @import { Attachment, Prompt } from '../state/types.d.ts'
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
  asked.files.forEach((file, index) => openableChip(files.children[index], file, words));
  const copyPrompt = find(turnElement, '[data-copy-prompt]', HTMLElement);
  copyPrompt.hidden = !asked.prompt;
  copyPrompt.addEventListener('click', () => copy(copyPrompt, asked.prompt, words));
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

/** A sent picture or text opens by a click on it. @param {Element | undefined} chip @param {Attachment} file @param {Words} words */
function openableChip(chip, { name, mediaType, data }, words) {
  const isText = mediaType === 'text/plain';
  const part = chip?.querySelector(isText ? '[data-name]' : '[data-picture]:not([hidden])');
  if (part) openable(part, { name, ...(isText ? { text: data } : {}) }, words);
}

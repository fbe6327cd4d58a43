/** Pictures and texts that open large, in a dialog over the page, by a click. */

import { find } from './dom.js';

/** @import { Words } from './words.js' */

/**
 * Puts a button around `part`, which opens its picture, or the text that it stands for.
 * @param {Element} part in the document @param {{name: string, text?: string}} file @param {Words} words
 */
export function openable(part, { name, text }, words) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = text === undefined ? 'thumbnail' : 'plain';
  button.setAttribute('aria-label', words.word('openFile', { name }));
  part.replaceWith(button);
  button.append(part);
  button.addEventListener('click', () => open(part, name, text));
}

/** @param {Element} part @param {string} name @param {string} [text] */
function open(part, name, text) {
  const dialog = find(document, '[data-opened-file]', HTMLDialogElement);
  const picture = find(dialog, '[data-opened-picture]', HTMLImageElement);
  const paper = find(dialog, '[data-opened-text]', HTMLElement);
  const closing = new AbortController();
  const { signal } = closing;
  dialog.setAttribute('aria-label', name);
  dialog.style.colorScheme = getComputedStyle(part).colorScheme; // a drawing stays on its ground
  const isPicture = part instanceof HTMLImageElement;
  [picture.hidden, paper.hidden] = [!isPicture, isPicture];
  if (isPicture) Object.assign(picture, { src: part.src, alt: name });
  paper.textContent = text ?? '';
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close(), { signal }); // beside it
  dialog.addEventListener('close', () => closing.abort(), { signal });
  dialog.showModal();
}

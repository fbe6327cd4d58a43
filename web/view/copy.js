/** Copying by a button; loaded with the first turn. */

import { find } from './dom.js';

/** @import { Words } from './words.js' */

const COPIED_MS = 1500; // how long a button says that it copied

/**
 * Copies, and says on the button for a moment whether it could.
 * @param {HTMLElement} button @param {string} text @param {Words} words @param {Promise<string>} [html] the same as rich text
 */
export async function copy(button, text, { word }, html) {
  const status = find(document, '[data-said]', HTMLElement);
  try {
    if (html) await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text, 'text/html': html })]);
    else await navigator.clipboard.writeText(text);
    status.textContent = word('copied');
  } catch {
    status.textContent = word('notCopied'); // not allowed, or a page without https
  }
  button.dataset.copied = status.textContent;
  setTimeout(() => {
    status.textContent = '';
    delete button.dataset.copied;
  }, COPIED_MS);
}

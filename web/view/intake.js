/** Takes files by button, paste and drop, and a long text that is pasted as a file. */

import { COARSE, find, onClick } from './dom.js';

/** @import { ComposerActions } from './types.d.ts' */

const LONG_PASTE_CHARACTERS = 4000; // a screen and a half

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} prompt @param {ComposerActions} actions */
export function takeFiles(form, prompt, actions) {
  const input = find(form, '[data-file-input]', HTMLInputElement);
  const target = find(document, '[data-drop]', HTMLElement);
  onClick(form, '[data-attach]', () => input.click());
  input.addEventListener('change', () => {
    actions.attach([...(input.files ?? [])]);
    input.value = ''; // the same file may be chosen again
    if (!COARSE.matches) prompt.focus(); // to say what they are for
  });
  prompt.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length > LONG_PASTE_CHARACTERS) {
      event.preventDefault();
      return actions.attachText(text);
    }
    // A table's cells come with a picture of them; macOS copies a file with its name.
    if (!files.some(({ name }) => !text || text.startsWith(name))) return undefined;
    event.preventDefault();
    return actions.attach(files);
  });
  const holdsFiles = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    target.hidden = false;
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    target.hidden ||= relatedTarget === null; // it left the window
  });
  addEventListener('drop', (event) => {
    target.hidden = true;
    if (!holdsFiles(event)) return;
    event.preventDefault(); // else the browser leaves this page to show the file
    actions.attach([...(event.dataTransfer?.files ?? [])]);
    prompt.focus();
  });
}

/** Panels as dialogs: made when they open, gone when they close. */

import { clone } from './dom.js';

/** @import { Words } from './words.js' */

/** @param {string} template @param {Words} words @returns {HTMLDialogElement} to be filled in, and shown by showModal */
export function createDialog(template, words) {
  const dialog = words.fill(clone(template));
  if (!(dialog instanceof HTMLDialogElement)) throw new Error(`the template ${template} is no dialog`);
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close(); // beside it
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

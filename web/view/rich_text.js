/** An answer as HTML, for what one pastes it into. Loaded when it is first asked for. */

/** @param {HTMLElement} answer as it is drawn @returns {string} */
export function richText(answer) {
  const copy = /** @type {HTMLElement} */ (answer.cloneNode(true));
  for (const other of copy.querySelectorAll('button, figcaption, details, hr[hidden], .preview')) other.remove();
  for (const table of copy.querySelectorAll('table')) table.setAttribute('border', '1'); // else without lines elsewhere
  for (const element of copy.querySelectorAll('*')) {
    for (const name of ['class', 'tabindex', 'title', 'target', 'rel', 'style', 'hidden'])
      element.removeAttribute(name);
  }
  return new XMLSerializer().serializeToString(copy);
}

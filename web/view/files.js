/** Attachments as chips; a picture has a thumbnail, and what is still being read says so. */

import { clone, find, onClick } from './dom.js';

/**
 * @import { Attachment, Reading } from '../state/types.d.ts'
 * @import { ComposerActions } from './types.d.ts'
 * @import { Words } from './words.js'
 *
 * @typedef {Pick<ComposerActions, 'detach' | 'unfold' | 'cancelReading'> & {reading: Reading[]}} Changes
 */

/**
 * @param {HTMLElement} list @param {Attachment[]} files @param {Words} words
 * @param {Changes} [changes] what can be done to them, and the files to come; without it nothing can
 */
export function showFiles(list, files, words, changes) {
  const pending = changes?.reading ?? [];
  list.hidden = files.length + pending.length === 0;
  list.replaceChildren(
    ...files.map((file) => fileChip(file, words, changes)),
    ...pending.map((one) => pendingChip(one, words, () => changes?.cancelReading(one))),
  );
}

/** @param {Attachment} file @param {Words} words @param {Changes | undefined} changes */
function fileChip(file, words, changes) {
  const { name, mediaType, data, pasted } = file;
  const element = chip(name, words, changes && (() => changes.detach(file)));
  if (mediaType.startsWith('image/')) {
    const picture = find(element, '[data-picture]', HTMLImageElement);
    picture.src = `data:${mediaType};base64,${data}`;
    picture.hidden = false;
    find(element, '[data-document]', SVGElement).remove();
  }
  const unfold = find(element, '[data-unfold]', HTMLButtonElement);
  unfold.hidden = !(changes && pasted);
  unfold.title = words.word('unfold', { name });
  unfold.ariaLabel = unfold.title;
  onClick(element, '[data-unfold]', () => changes?.unfold(file));
  return element;
}

/** @param {Reading} one @param {Words} words @param {() => void} cancel */
function pendingChip({ file: { name } }, words, cancel) {
  const element = chip(name, words, cancel);
  element.setAttribute('aria-busy', 'true');
  element.title = words.word('reading', { name });
  find(element, '[data-unfold]', HTMLButtonElement).hidden = true;
  return element;
}

/** @param {string} name @param {Words} words @param {(() => void) | undefined} remove */
function chip(name, words, remove) {
  const element = clone('file');
  const button = find(element, '[data-detach]', HTMLButtonElement);
  find(element, '[data-name]', HTMLElement).textContent = name;
  button.hidden = !remove;
  button.ariaLabel = words.word('detach', { name });
  onClick(element, '[data-detach]', () => remove?.());
  return element;
}

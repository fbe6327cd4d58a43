/** Attachments as chips; a picture has a thumbnail. */

import { clone, find, onClick } from './dom.js';

/**
 * @import { Attachment } from '../state/types.d.ts'
 * @import { Words } from './words.js'
 */

/**
 * @param {HTMLElement} list @param {Attachment[]} files @param {Words} words
 * @param {(file: Attachment) => void} [detach] without it they cannot be removed
 */
export function showFiles(list, files, words, detach) {
  list.hidden = files.length === 0;
  list.replaceChildren(...files.map((file) => chip(file, words, detach)));
}

/** @param {Attachment} file @param {Words} words @param {((file: Attachment) => void) | undefined} detach */
function chip(file, words, detach) {
  const { name, mediaType, data } = file;
  const element = clone('file');
  const picture = find(element, '[data-picture]', HTMLImageElement);
  const button = find(element, '[data-detach]', HTMLButtonElement);
  find(element, '[data-name]', HTMLElement).textContent = name;
  if (mediaType.startsWith('image/')) {
    picture.src = `data:${mediaType};base64,${data}`;
    picture.hidden = false;
    find(element, '[data-document]', SVGElement).remove();
  }
  button.hidden = !detach;
  button.setAttribute('aria-label', words.word('detach', { name }));
  onClick(element, '[data-detach]', () => detach?.(file));
  return element;
}

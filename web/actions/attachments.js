/** Files -> what can be sent: pictures made small enough, PDFs as they are, both as base64. No DOM. */

import { DOCUMENT_TYPES, PICTURE_TYPES } from '../state/conversation.js';

/**
 * @import { Attachment, Store } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 */

const MAX_FILES = 10;
const MAX_EDGE_PX = 1568; // Claude scales down what is larger, after the upload has cost its time
const MAX_PICTURE_BYTES = 1024 * 1024;
const MAX_PDF_BYTES = 3.5 * 1024 * 1024; // as base64 a third more, and the request has to stay under 5 MB

/** Why a file was not taken; a key of strings.js. */
class Unfit extends Error {
  /** @param {'fileKind' | 'fileSize' | 'fileCount'} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Adds files to the draft; one that does not fit is named there, with the reason. @param {Store} store @param {File[]} files */
export async function attachTo(store, files) {
  const { state } = store;
  const { id } = state.conversation;
  /** @type {Phrase[]} */
  const draftNotices = [];
  for (const file of files) {
    try {
      if (state.draft.files.length >= MAX_FILES) throw new Unfit('fileCount');
      const attachment = await attach(file);
      if (state.conversation.id !== id) return; // it was for another conversation
      store.attachFile(attachment);
    } catch (error) {
      draftNotices.push({ key: error instanceof Unfit ? error.reason : 'fileBroken', values: { name: file.name } });
    }
  }
  store.noticeDraft(draftNotices);
}

/** Throws Unfit, or whatever the browser throws over a picture that it cannot read. @param {File} file @returns {Promise<Attachment>} */
async function attach(file) {
  if (DOCUMENT_TYPES.includes(file.type)) {
    if (file.size > MAX_PDF_BYTES) throw new Unfit('fileSize');
    return encode(file.name, file);
  }
  if (!PICTURE_TYPES.includes(file.type)) throw new Unfit('fileKind');
  return encode(file.name, await shrink(file));
}

/** @param {File} file @returns {Promise<Blob>} */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MAX_EDGE_PX / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size <= MAX_PICTURE_BYTES) return file;
  const [width, height] = [bitmap.width, bitmap.height].map((edge) => Math.max(1, Math.round(edge * scale)));
  const canvas = new OffscreenCanvas(/** @type {number} */ (width), /** @type {number} */ (height));
  const context = canvas.getContext('2d');
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // A drawing or a screenshot keeps its edges and its transparency, as long as that is not too large.
  const sharp = file.type !== 'image/jpeg' && (await canvas.convertToBlob({ type: 'image/png' }));
  if (sharp && sharp.size <= MAX_PICTURE_BYTES) return sharp;
  if (context) Object.assign(context, { globalCompositeOperation: 'destination-over', fillStyle: '#fff' });
  context?.fillRect(0, 0, canvas.width, canvas.height); // what was transparent would come out black
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

/** @param {string} name @param {Blob} blob @returns {Promise<Attachment>} */
async function encode(name, blob) {
  return { name, mediaType: blob.type, data: base64(new Uint8Array(await blob.arrayBuffer())) };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

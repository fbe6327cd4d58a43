/** Files -> what can be sent: pictures made small enough, PDFs and texts as they are. No DOM. */

import { isAnimated, isLockedPdf, isPicture, isWholePdf, mediaTypeOf, refusalOf, textIn } from './file_kinds.js';

/**
 * @import { Attachment, Reading, Store } from '../state/types.d.ts'
 * @import { Key, Phrase } from '../strings.js'
 */

const MAX_FILES = 10;
const MAX_READ_BYTES = 100 * 1024 * 1024; // of a film, that is enough to see that it is one
const MAX_ALIKE_FILES = 3; // files that are named one by one though the same is said of them
const MAX_EDGE_PX = 1568; // Claude scales down what is larger, after the upload has cost its time
const MAX_PICTURE_BYTES = 1024 * 1024;
const MAX_PDF_BYTES = 3.5 * 1024 * 1024; // as base64 a third more, and the request has to stay under 5 MB
const MAX_TEXT_BYTES = 1024 * 1024; // more than most models can read at once

/** Why a file was not taken; a key of strings_later.js. */
class Unfit extends Error {
  /** @param {Key} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

let last = Promise.resolve();

/**
 * Reads files and adds them to the draft that they were brought to, in their order; one that does not fit is named there, with the reason.
 * @param {Store} store @param {{file: File, reading: Reading}[]} all
 */
export function attachTo(store, all) {
  const before = last.catch(() => {}); // what was brought first stands first
  last = before.then(() => attachAll(store, all));
  return last;
}

/** @param {Store} store @param {{file: File, reading: Reading}[]} all */
async function attachAll(store, all) {
  const { state } = store;
  /** @type {Phrase[]} */
  const draftNotices = [];
  for (const { file, reading } of all) {
    const values = { name: nameToShow(file) };
    try {
      if (state.draft.files.length >= MAX_FILES) throw new Unfit('fileCount');
      const { attachment, notice } = await attach(file);
      if (!store.finishReading(reading, attachment)) store.showToast({ phrase: { key: 'fileLate', values } });
      else if (notice) draftNotices.push({ key: notice, values });
    } catch (error) {
      store.finishReading(reading);
      draftNotices.push({ key: error instanceof Unfit ? error.reason : 'fileBroken', values });
    }
  }
  if (draftNotices.length === 0) return;
  store.release(); // what the person sent is not what they see now
  store.noticeDraft(folded(draftNotices));
}

/** What would be said of many files is said of the first, with how many more there are. @param {Phrase[]} notices @returns {Phrase[]} */
function folded(notices) {
  return notices.flatMap((notice) => {
    const alike = notices.filter(({ key }) => key === notice.key);
    if (alike.length <= MAX_ALIKE_FILES) return notice;
    const values = { first: notice, count: alike.length - 1 };
    return notice === alike[0] ? [/** @type {Phrase} */ ({ key: 'filesAlike', values })] : [];
  });
}

/** Without signs that would turn around or break the sentence that it stands in. @param {File} file */
function nameToShow({ name }) {
  return name.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '') || 'file';
}

/** @param {File} file @returns {Promise<Uint8Array<ArrayBuffer>>} the first of it, where it is too large for anything that can be sent */
async function bytesOf(file) {
  try {
    return new Uint8Array(await (file.size > MAX_READ_BYTES ? file.slice(0, MAX_READ_BYTES) : file).arrayBuffer());
  } catch {
    throw new Unfit('fileUnread'); // a folder, or it has changed or gone meanwhile
  }
}

/**
 * Throws Unfit, or whatever the browser throws over a picture that it cannot read.
 * @param {File} file @returns {Promise<{attachment: Attachment, notice?: Key}>} `notice`: what the person should know of it
 */
async function attach(file) {
  const bytes = await bytesOf(file);
  if (bytes.length === 0) throw new Unfit('fileEmpty');
  const mediaType = mediaTypeOf(bytes, bytes.length < file.size);
  const refusal = refusalOf(file.name, mediaType);
  if (refusal) throw new Unfit(refusal);
  const name = nameToShow(file);
  if (mediaType === 'text/plain') return { attachment: textAttachment(name, bytes) };
  if (!isPicture(mediaType)) return { attachment: pdfAttachment(name, bytes) };
  const small = await shrink(new Blob([bytes], { type: mediaType }));
  const attachment = encode(name, small.type, new Uint8Array(await small.arrayBuffer()));
  return isAnimated(bytes, mediaType) ? { attachment, notice: 'fileMoves' } : { attachment };
}

/** @param {string} name @param {Uint8Array} bytes @returns {Attachment} */
function textAttachment(name, bytes) {
  if (bytes.length > MAX_TEXT_BYTES) throw new Unfit('fileLongText');
  const data = textIn(bytes) ?? '';
  if (!data.trim()) throw new Unfit('fileEmpty');
  return { name, mediaType: 'text/plain', data };
}

/** @param {string} name @param {Uint8Array} bytes @returns {Attachment} */
function pdfAttachment(name, bytes) {
  if (bytes.length > MAX_PDF_BYTES) throw new Unfit('fileSize');
  if (!isWholePdf(bytes)) throw new Unfit('filePdfBroken');
  if (isLockedPdf(bytes)) throw new Unfit('filePdfLocked');
  return encode(name, 'application/pdf', bytes);
}

/** @param {Blob} picture @returns {Promise<Blob>} */
async function shrink(picture) {
  const bitmap = await createImageBitmap(picture);
  const scale = Math.min(1, MAX_EDGE_PX / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && picture.size <= MAX_PICTURE_BYTES) return picture;
  const [width, height] = [bitmap.width, bitmap.height].map((edge) => Math.max(1, Math.round(edge * scale)));
  const canvas = new OffscreenCanvas(/** @type {number} */ (width), /** @type {number} */ (height));
  const context = canvas.getContext('2d');
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // A drawing or a screenshot keeps its edges and its transparency, as long as that is not too large.
  const sharp = picture.type !== 'image/jpeg' && (await canvas.convertToBlob({ type: 'image/png' }));
  if (sharp && sharp.size <= MAX_PICTURE_BYTES) return sharp;
  if (context) Object.assign(context, { globalCompositeOperation: 'destination-over', fillStyle: '#fff' });
  context?.fillRect(0, 0, canvas.width, canvas.height); // what was transparent would come out black
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

/** @param {string} name @param {string} mediaType @param {Uint8Array} bytes @returns {Attachment} */
function encode(name, mediaType, bytes) {
  return { name, mediaType, data: base64(bytes) };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

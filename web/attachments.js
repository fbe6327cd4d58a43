/** Files -> what can be sent: pictures made small enough, PDFs as they are, both as base64. No DOM. */

/** @typedef {import('./conversation.js').Attachment} Attachment */

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
export const ACCEPTED = [...PICTURES, 'application/pdf'];
const MOST_FILES = 10;

const LONGEST_EDGE = 1568; // pixels; Claude scales down what is larger, after it has been paid for in time
const LARGEST_PICTURE = 1024 * 1024;
const LARGEST_PDF = 3.5 * 1024 * 1024; // as base64 a third more, and the request has to stay under 5 MB

/** Why a file was not taken; a key of strings.js. */
class Unfit extends Error {
  /** @param {'fileKind' | 'fileSize' | 'fileBroken' | 'fileCount'} reason @param {string} name */
  constructor(reason, name) {
    super(reason);
    this.reason = reason;
    this.fileName = name;
  }
}

/** Into the draft, until one does not fit: why is said there. @param {import('./store.js').Store} store @param {File[]} files */
export async function attachTo(store, files) {
  const { state } = store;
  try {
    for (const file of files) {
      if (state.draft.files.length >= MOST_FILES) throw new Unfit('fileCount', file.name);
      const attachment = await attach(file);
      store.write({ files: [...state.draft.files, attachment] });
    }
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    store.set({ draftNotice: { key: error.reason, values: { name: error.fileName } } });
  }
}

/** Throws Unfit. @param {File} file @returns {Promise<Attachment>} */
async function attach(file) {
  if (file.type === 'application/pdf') {
    if (file.size > LARGEST_PDF) throw new Unfit('fileSize', file.name);
    return attachment(file.name, file);
  }
  if (!PICTURES.includes(file.type)) throw new Unfit('fileKind', file.name);
  return attachment(file.name, await picture(file));
}

/** @param {File} file @returns {Promise<Blob>} */
async function picture(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Unfit('fileBroken', file.name);
  });
  const scale = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size <= LARGEST_PICTURE) return file;
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  // A drawing or a screenshot keeps its edges and its transparency, as long as that is not too large.
  const sharp = file.type === 'image/png' && (await canvas.convertToBlob({ type: 'image/png' }));
  if (sharp && sharp.size <= LARGEST_PICTURE) return sharp;
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

/** @param {string} name @param {Blob} blob @returns {Promise<Attachment>} */
async function attachment(name, blob) {
  return { name, mediaType: blob.type, data: base64(new Uint8Array(await blob.arrayBuffer())) };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** What a file is, by its bytes: a name and a declared type can be wrong, and the model then refuses every later turn. Pure. */

/** What Claude cannot see, though it is a picture. */
const PHOTO = 'photo';
/** How files of a kind begin, by media type; a null is any byte. @type {[string, (number | null)[]][]} */
const SIGNATURES = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, null, 0x61]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
  ['application/zip', [0x50, 0x4b, 0x03, 0x04]],
  ['application/x-ole-storage', [0xd0, 0xcf, 0x11, 0xe0]],
  ...['hei', 'hev', 'mif1', 'msf1', 'avif', 'avis'].map(brand),
  [PHOTO, [0x42, 0x4d, null, null, null, null, 0, 0, 0, 0]], // BMP
  [PHOTO, [0x49, 0x49, 0x2a, 0]], // TIFF, both
  [PHOTO, [0x4d, 0x4d, 0, 0x2a]],
];
const PDF_HEADER_BYTES = 1024; // within these, by ISO 32000-1, annex H

/** Names of what has to be saved as something else first. */
const OFFICE = /\.(?:docx?|docm|dotx?|odt|rtf|pages)$/i;
const SHEETS = /\.(?:xlsx?|xlsm|xlsb|ods|numbers)$/i;
const SLIDES = /\.(?:pptx?|pptm|ppsx?|odp|key)$/i;
const PHOTOS = /\.(?:heic|heif|avif|tiff?|bmp|ico|psd|raw|dng)$/i;
const PICTURES = /\.(?:png|jpe?g|gif|webp)$/i;

/** HEIC and AVIF: what their container says that it holds. @param {string} name @returns {[string, (number | null)[]]} */
function brand(name) {
  return [PHOTO, [null, null, null, null, ...[...`ftyp${name}`].map((sign) => sign.charCodeAt(0))]];
}

/**
 * The media type: one that can be sent, `text/plain` for every text, 'photo' for a picture that cannot be, '' for anything else.
 * @param {Uint8Array} bytes @param {boolean} [cut] whether the file goes on after them
 */
export function mediaTypeOf(bytes, cut = false) {
  const match = SIGNATURES.find(([, start]) =>
    start.every((byte, index) => byte === null || byte === bytes[index]),
  );
  if (match) return match[0];
  const text = textIn(bytes, cut);
  const header = latin1(bytes.subarray(0, PDF_HEADER_BYTES)).indexOf('%PDF-');
  // A text may only speak of PDFs.
  if (header === 0 || (header > 0 && (text === null || /%%EOF\s*$/.test(text.slice(-99)))))
    return 'application/pdf';
  return text === null ? '' : 'text/plain';
}

/** The text of a file, null where it is none: UTF-8, or UTF-16 with its mark, without NUL. @param {Uint8Array} bytes @param {boolean} [cut] @returns {string | null} */
export function textIn(bytes, cut = false) {
  const [first = 0, second = 0] = bytes;
  const encoding = { 0xfffe: 'utf-16le', 0xfeff: 'utf-16be' }[first * 256 + second] ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: cut });
    return text.includes('\0') ? null : text;
  } catch {
    return null; // another encoding, or no text at all
  }
}

/** Whether a PDF has its end. @param {Uint8Array} bytes */
export function isWholePdf(bytes) {
  const [, length] = /\/Linearized[^>]*?\/L\s+(\d+)/.exec(latin1(bytes.subarray(0, PDF_HEADER_BYTES))) ?? [];
  if (bytes.length < Number(length ?? 0)) return false; // made for the web: it has a mark near its beginning too
  const size = 64 * 1024;
  // From the end: that is where the mark is, but for what mail programs add after it.
  for (let end = bytes.length; end > 0; end -= size) {
    if (latin1(bytes.subarray(Math.max(0, end - size - 5), end)).includes('%%EOF')) return true;
  }
  return false;
}

/** Whether a PDF is encrypted, which no model reads. @param {Uint8Array} bytes */
export function isLockedPdf(bytes) {
  return /\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(latin1(bytes));
}

/**
 * Why a file that is none of the kinds that can be sent, or not what its name says, is refused; a key of strings_later.js.
 * @param {string} name @param {string} mediaType by its bytes
 * @returns {'fileOffice' | 'fileSheet' | 'fileSlides' | 'filePhoto' | 'fileBroken' | 'filePdfBroken' | 'fileKind' | null}
 */
export function refusalOf(name, mediaType) {
  if (isPicture(mediaType) || mediaType === 'application/pdf') return null;
  if (mediaType === PHOTO) return 'filePhoto';
  if (/\.pdf$/i.test(name)) return 'filePdfBroken';
  if (PICTURES.test(name)) return 'fileBroken';
  if (mediaType === 'text/plain') return null; // whatever it is called: many a table is
  if (OFFICE.test(name)) return 'fileOffice';
  if (SHEETS.test(name)) return 'fileSheet';
  if (SLIDES.test(name)) return 'fileSlides';
  return PHOTOS.test(name) ? 'filePhoto' : 'fileKind';
}

/** @param {string} mediaType */
export function isPicture(mediaType) {
  return mediaType.startsWith('image/');
}

/** Whether a picture moves: Claude sees only its first frame. @param {Uint8Array} bytes @param {string} mediaType */
export function isAnimated(bytes, mediaType) {
  if (mediaType === 'image/gif') return countGifFrames(bytes) > 1;
  if (mediaType === 'image/webp') return latin1(bytes.subarray(12, 16)) === 'VP8X' && Boolean((bytes[20] ?? 0) & 2);
  return mediaType === 'image/png' && hasFrames(bytes);
}

/** Whether a PNG says, before its picture, that there are more. @param {Uint8Array} bytes */
function hasFrames(bytes) {
  const { buffer, byteOffset, byteLength } = bytes;
  const sizes = new DataView(buffer, byteOffset, byteLength);
  for (let place = 8; place + 8 <= byteLength; place += 12 + sizes.getUint32(place)) {
    const kind = latin1(bytes.subarray(place + 4, place + 8));
    if (kind === 'acTL' || kind === 'IDAT') return kind === 'acTL';
  }
  return false;
}

/** As many as it takes to know that there are two. @param {Uint8Array} bytes */
function countGifFrames(bytes) {
  const at = (/** @type {number} */ index) => bytes[index] ?? 0;
  const colours = (/** @type {number} */ flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipBlocks = (/** @type {number} */ index) => {
    let next = index;
    while (at(next)) next += at(next) + 1;
    return next + 1;
  };
  let [frames, place] = [0, 13 + colours(at(10))];
  while (place < bytes.length && frames < 2) {
    if (at(place) === 0x21) place = skipBlocks(place + 2);
    else if (at(place) === 0x2c) {
      frames += 1;
      place = skipBlocks(place + 11 + colours(at(place + 9)));
    } else break;
  }
  return frames;
}

/** Each byte as one character. @param {Uint8Array} bytes */
function latin1(bytes) {
  return new TextDecoder('latin1').decode(bytes);
}

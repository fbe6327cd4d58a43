/** What a file is, by its bytes: a name and a declared type can be wrong, and the model then refuses every later turn. Pure. */

/** How files of a kind begin, by media type; a null is any byte. @type {[string, (number | null)[]][]} */
const SIGNATURES = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
  ['application/zip', [0x50, 0x4b, 0x03, 0x04]],
  ['application/x-ole-storage', [0xd0, 0xcf, 0x11, 0xe0]],
];
const PDF_HEADER_BYTES = 1024; // within these, by ISO 32000-1, annex H

/** Names of what has to be saved as something else first. */
const OFFICE = /\.(?:docx?|docm|dotx?|odt|rtf|pages)$/i;
const SHEETS = /\.(?:xlsx?|xlsm|xlsb|ods|numbers)$/i;
const SLIDES = /\.(?:pptx?|pptm|ppsx?|odp|key)$/i;
const PHOTOS = /\.(?:heic|heif|avif|tiff?|bmp|ico|psd|raw|dng)$/i;
const PICTURES = /\.(?:png|jpe?g|gif|webp)$/i;

/**
 * The media type: one that can be sent, `text/plain` for every text, '' for anything else.
 * @param {Uint8Array} bytes
 */
export function mediaTypeOf(bytes) {
  const match = SIGNATURES.find(([, start]) =>
    start.every((byte, index) => byte === null || byte === bytes[index]),
  );
  if (match) return match[0];
  if (latin1(bytes.subarray(0, PDF_HEADER_BYTES)).includes('%PDF-')) return 'application/pdf';
  return textIn(bytes) === null ? '' : 'text/plain';
}

/** The text of a file, null where it is none: UTF-8, or UTF-16 with its mark, without NUL. @param {Uint8Array} bytes @returns {string | null} */
export function textIn(bytes) {
  const [first = 0, second = 0] = bytes;
  const encoding = { 0xfffe: 'utf-16le', 0xfeff: 'utf-16be' }[first * 256 + second] ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null; // another encoding, or no text at all
  }
}

/** Whether a PDF has its end. @param {Uint8Array} bytes */
export function isWholePdf(bytes) {
  const size = 64 * 1024;
  // From the end: that is where the mark is, but for what mail programs add after it.
  for (let end = bytes.length; end > 0; end -= size) {
    if (latin1(bytes.subarray(Math.max(0, end - size - 5), end)).includes('%%EOF')) return true;
  }
  return false;
}

/**
 * Why a file that is none of the kinds that can be sent, or not what its name says, is refused; a key of strings_later.js.
 * @param {string} name @param {string} mediaType by its bytes
 * @returns {'fileOffice' | 'fileSheet' | 'fileSlides' | 'filePhoto' | 'fileBroken' | 'filePdfBroken' | 'fileKind' | null}
 */
export function refusalOf(name, mediaType) {
  if (isPicture(mediaType) || mediaType === 'application/pdf') return null;
  const isText = mediaType === 'text/plain';
  if (OFFICE.test(name)) return isText && /\.rtf$/i.test(name) ? null : 'fileOffice';
  if (SHEETS.test(name)) return 'fileSheet';
  if (SLIDES.test(name) && !(isText && /\.key$/i.test(name))) return 'fileSlides';
  if (/\.pdf$/i.test(name)) return 'filePdfBroken';
  if (PICTURES.test(name)) return 'fileBroken';
  if (isText) return null;
  return PHOTOS.test(name) ? 'filePhoto' : 'fileKind';
}

/** @param {string} mediaType */
export function isPicture(mediaType) {
  return mediaType.startsWith('image/');
}

/** Whether a picture moves: Claude sees only its first frame. @param {Uint8Array} bytes @param {string} mediaType */
export function isAnimated(bytes, mediaType) {
  if (mediaType === 'image/gif') return countGifFrames(bytes) > 1;
  const head = latin1(bytes.subarray(0, PDF_HEADER_BYTES));
  if (mediaType === 'image/webp') return head.startsWith('VP8X', 12) && Boolean((bytes[20] ?? 0) & 2);
  return mediaType === 'image/png' && head.includes('acTL');
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

/** What a file is, by its bytes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  isAnimated,
  isLockedPdf,
  isWholePdf,
  mediaTypeOf,
  refusalOf,
  textIn,
} from '../../web/actions/file_kinds.js';

/** @param {...(string | number[])} parts text as UTF-8, or bytes */
const bytes = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP = [0x50, 0x4b, 3, 4];

for (const [what, data, expected] of [
  ['a PNG', bytes(PNG), 'image/png'],
  ['a JPEG', bytes([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg'],
  ['a GIF', bytes('GIF89a'), 'image/gif'],
  ['a WebP', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 '), 'image/webp'],
  ['a sound in the same container', bytes('RIFF', [1, 2, 3, 4], 'WAVE', [0]), ''],
  ['a PDF', bytes('%PDF-1.7'), 'application/pdf'],
  ['a PDF behind a mail’s lines', bytes('junk\n%PDF-1.4\n%%EOF\n'), 'application/pdf'],
  ['a PDF behind other bytes', bytes([0xef, 0, 0xff], '%PDF-1.4\n'), 'application/pdf'],
  ['a text about PDFs', bytes('# PDF\n\nIt begins with `%PDF-1.4` and ends with `%%EOF`.\n'), 'text/plain'],
  ['a text about GIFs', bytes('GIF8 is no GIF'), 'text/plain'],
  ['an iPhone’s picture', bytes([0, 0, 0, 0x18], 'ftypheic', [0, 0]), 'photo'],
  ['an AVIF', bytes([0, 0, 0, 0x1c], 'ftypavif'), 'photo'],
  ['a film', bytes([0, 0, 0, 0x1c], 'ftypisom'), ''],
  ['a BMP', bytes('BM', [9, 9, 9, 9, 0, 0, 0, 0]), 'photo'],
  ['a text about cars', bytes('BMW and others'), 'text/plain'],
  ['a TIFF', bytes('II*', [0]), 'photo'],
  ['code', bytes('print("héllo 你好")\n'), 'text/plain'],
  ['UTF-8 with its mark', bytes([0xef, 0xbb, 0xbf], 'a,b'), 'text/plain'],
  ['UTF-16, as spreadsheets export it', bytes([0xff, 0xfe, 0x61, 0, 0x2c, 0]), 'text/plain'],
  ['the other UTF-16', bytes([0xfe, 0xff, 0, 0x61]), 'text/plain'],
  ['text with NUL', bytes('a\0b'), ''],
  ['Latin-1', bytes([0x63, 0x61, 0x66, 0xe9]), ''],
  ['a zip', bytes(ZIP), 'application/zip'],
])
  test(`${what} is ${expected || 'nothing that can be sent'}`, () => assert.equal(mediaTypeOf(data), expected));

test('of a file that is read in part, the last sign may be cut', () => {
  const cut = bytes('é').subarray(0, 1);
  assert.equal(mediaTypeOf(bytes('caf', [...cut])), '');
  assert.equal(mediaTypeOf(bytes('caf', [...cut]), true), 'text/plain');
});

test('a text loses its mark and keeps its lines', () => {
  assert.equal(textIn(bytes([0xef, 0xbb, 0xbf], 'a\r\nb')), 'a\r\nb');
  assert.equal(textIn(bytes([0xff, 0xfe, 0x61, 0])), 'a');
});

for (const [name, mediaType, expected] of [
  ['a.docx', 'application/zip', 'fileOffice'],
  ['a.doc', 'application/x-ole-storage', 'fileOffice'],
  ['a.odt', 'application/zip', 'fileOffice'],
  ['A.XLSX', 'application/zip', 'fileSheet'],
  ['a.numbers', 'application/zip', 'fileSheet'],
  ['a.pptx', 'application/zip', 'fileSlides'],
  ['a.key', 'text/plain', null],
  ['a.rtf', 'text/plain', null],
  ['a.doc', 'text/plain', null],
  ['a.xls', 'text/plain', null],
  ['a.heic', '', 'filePhoto'],
  ['a.jpg', 'photo', 'filePhoto'],
  ['a.txt', 'photo', 'filePhoto'],
  ['a.zip', 'application/zip', 'fileKind'],
  ['a.pdf', 'text/plain', 'filePdfBroken'],
  ['a.png', 'text/plain', 'fileBroken'],
  ['a.png', 'image/webp', null],
  ['a.docx', 'image/png', null],
  ['a.svg', 'text/plain', null],
  ['Makefile', 'text/plain', null],
])
  test(`${name} with the bytes of ${mediaType || 'something else'}: ${expected ?? 'taken'}`, () =>
    assert.equal(refusalOf(name, mediaType), expected));

test('a PDF is whole that has its end mark, wherever that is', () => {
  const filler = 'x'.repeat(64 * 1024);
  assert.ok(isWholePdf(bytes('%PDF-1.4\n%%EOF\n')));
  assert.ok(isWholePdf(bytes('%PDF-1.4\n%%EOF\n', filler, filler)));
  for (let cut = 0; cut < 6; cut++) assert.ok(isWholePdf(bytes('%PDF-1.4\n%%EOF', filler.slice(cut))), String(cut));
  assert.ok(!isWholePdf(bytes('%PDF-1.4\n%%EO', filler)));
});

test('a PDF that was made for the web and is cut is not whole, though it has an end mark near its beginning', () => {
  const begin = '%PDF-1.4\n1 0 obj\n<< /Linearized 1 /L 200 /H [ 1 2 ] /O 3 >>\nendobj\n%%EOF\n';
  assert.ok(!isWholePdf(bytes(begin)));
  assert.ok(isWholePdf(bytes(begin, ' '.repeat(200), '%%EOF')));
});

test('a PDF is locked whose trailer says how it is encrypted', () => {
  for (const trailer of ['/Encrypt 5 0 R', '/Encrypt\n12 0 R', '/Encrypt<</V 4>>'])
    assert.ok(isLockedPdf(bytes(`%PDF-1.4\ntrailer << /Size 6 ${trailer} >>\n%%EOF`)), trailer);
  assert.ok(!isLockedPdf(bytes('%PDF-1.4\n(say /Encrypt or /EncryptMetadata true)\n%%EOF')));
});

/** @param {number} frames */
function gif(frames) {
  const colours = [0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff];
  const extension = [0x21, 0xf9, 4, 0, 0, 0, 0, 0];
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  return bytes('GIF89a', [1, 0, 1, 0], colours, ...Array.from({ length: frames }, () => [...extension, ...frame]), [
    0x3b,
  ]);
}

test('a GIF moves that has two frames', () => {
  assert.ok(!isAnimated(gif(1), 'image/gif'));
  assert.ok(isAnimated(gif(2), 'image/gif'));
  assert.ok(!isAnimated(bytes('GIF89a'), 'image/gif'));
});

test('a WebP and a PNG say that they move', () => {
  const webp = (/** @type {number} */ flags) =>
    bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, flags, 0, 0, 0]);
  assert.ok(isAnimated(webp(2), 'image/webp'));
  assert.ok(!isAnimated(webp(0x10), 'image/webp'));
  const chunk = (/** @type {string} */ kind, size = 8) =>
    bytes([0, 0, size >> 8, size & 255], kind, 'x'.repeat(size), 'sum!');
  const png = (/** @type {Uint8Array[]} */ ...chunks) => bytes(PNG, ...chunks.map((one) => [...one]));
  assert.ok(isAnimated(png(chunk('IHDR', 13), chunk('acTL')), 'image/png'));
  assert.ok(isAnimated(png(chunk('iCCP', 3000), chunk('acTL')), 'image/png'), 'behind a profile of colours');
  assert.ok(!isAnimated(png(chunk('IDAT'), chunk('acTL')), 'image/png'));
  assert.ok(!isAnimated(bytes(PNG, [0, 0, 0, 9], 'tEXtacTL says', [0, 0]), 'image/png'));
});

/** What a file is, by its bytes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAnimated, isWholePdf, mediaTypeOf, refusalOf, textIn } from '../../web/actions/file_kinds.js';

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
  ['a PDF behind a mail’s lines', bytes('junk\n%PDF-1.4'), 'application/pdf'],
  ['code', bytes('print("héllo 你好")\n'), 'text/plain'],
  ['UTF-8 with its mark', bytes([0xef, 0xbb, 0xbf], 'a,b'), 'text/plain'],
  ['UTF-16, as spreadsheets export it', bytes([0xff, 0xfe, 0x61, 0, 0x2c, 0]), 'text/plain'],
  ['the other UTF-16', bytes([0xfe, 0xff, 0, 0x61]), 'text/plain'],
  ['text with NUL', bytes('a\0b'), ''],
  ['Latin-1', bytes([0x63, 0x61, 0x66, 0xe9]), ''],
  ['a zip', bytes(ZIP), 'application/zip'],
])
  test(`${what} is ${expected || 'nothing that can be sent'}`, () => assert.equal(mediaTypeOf(data), expected));

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
  ['a.heic', '', 'filePhoto'],
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
  assert.ok(isAnimated(bytes(PNG, [0, 0, 0, 8], 'acTL'), 'image/png'));
  assert.ok(!isAnimated(bytes(PNG, [0, 0, 0, 8], 'IDAT'), 'image/png'));
});

/** Finds the files of a zip archive by its central directory, and unpacks one as it is read. */

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const [END_BYTES, ENTRY_BYTES, LOCAL_BYTES] = [22, 46, 30]; // without names and comments
const MAX_COMMENT_BYTES = 65_535;
const [STORED, DEFLATED] = [0, 8];
const FLAGS = { encrypted: 1 };
const ELSEWHERE = 0xffffffff; // in place of a number that is too large: it is in a part that is not read here

/** The archive is broken, or packed in a way that is not read here. */
export class BrokenZip extends Error {}

/** @typedef {{name: string, flags: number, method: number, size: number, offset: number}} Entry `size` as it is packed */

/** @param {Blob} file */
export async function isZip(file) {
  const start = await view(file, 0, 4);
  return start.byteLength === 4 && start.getUint32(0, true) === LOCAL;
}

/** @param {Blob} file @returns {Promise<Entry[]>} Throws BrokenZip. */
export async function entriesOf(file) {
  const tail = Math.max(0, file.size - END_BYTES - MAX_COMMENT_BYTES);
  const end = await view(file, tail, file.size);
  let at = end.byteLength - END_BYTES;
  while (at >= 0 && end.getUint32(at, true) !== END_OF_DIRECTORY) at -= 1;
  if (at < 0) throw new BrokenZip();
  const start = end.getUint32(at + 16, true);
  if (start === ELSEWHERE) throw new BrokenZip();
  return readDirectory(await view(file, start, start + end.getUint32(at + 12, true)));
}

/** @param {DataView} directory @returns {Entry[]} */
function readDirectory(directory) {
  const entries = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.byteLength;) {
    if (directory.getUint32(at, true) !== ENTRY) throw new BrokenZip();
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      directory.getUint16(at + field, true),
    );
    const name = new Uint8Array(directory.buffer, at + ENTRY_BYTES).subarray(0, nameBytes);
    entries.push({
      name: new TextDecoder().decode(name),
      flags: directory.getUint16(at + 8, true),
      method: directory.getUint16(at + 10, true),
      size: directory.getUint32(at + 20, true),
      offset: directory.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
}

/** @param {Blob} file @param {Entry} entry @returns {Promise<ReadableStream<Uint8Array>>} Throws BrokenZip. */
export async function unpack(file, { flags, method, size, offset }) {
  if (flags & FLAGS.encrypted || size === ELSEWHERE || offset === ELSEWHERE) throw new BrokenZip();
  const local = await view(file, offset, offset + LOCAL_BYTES);
  if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== LOCAL) throw new BrokenZip();
  const start = offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = file.slice(start, start + size).stream();
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new BrokenZip();
  return packed.pipeThrough(new DecompressionStream('deflate-raw'));
}

/** @param {Blob} file @param {number} from @param {number} to */
async function view(file, from, to) {
  return new DataView(await file.slice(from, to).arrayBuffer());
}

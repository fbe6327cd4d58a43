/** What becomes of the files that a person brings, and what is said of those that are not taken. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { attachTo } from '../../web/actions/attachments.js';
import { createStore } from '../../web/state/store.js';

function newStore() {
  const preferences = {
    language: /** @type {const} */ ('en'),
    theme: /** @type {const} */ (''),
    model: 'm',
    system: '',
  };
  return createStore({ preferences, hasKey: true, online: true });
}

/** What is in the draft after these files were brought, and what is said. @param {(File | object)[]} files */
async function bring(...files) {
  const store = newStore();
  const readings = store.startReading(files);
  await attachTo(
    store,
    readings.map((reading, index) => ({ reading, file: files[index] })),
  );
  assert.deepEqual(store.state.reading, []);
  const { draft, draftNotices } = store.state;
  return { files: draft.files, said: draftNotices.map(({ key, values }) => [key, values.name ?? values.count]) };
}

const unreadable = {
  name: 'folder',
  size: 4096,
  arrayBuffer: async () => Promise.reject(new DOMException('', 'NotFoundError')),
};

test('a folder, or a file that has gone, is said to be unreadable, and not to be a broken picture', async () => {
  const { files, said } = await bring(unreadable, new File(['x'], 'a.txt'));
  assert.deepEqual(said, [['fileUnread', 'folder']]);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['a.txt'],
  );
});

test('a name that would turn a sentence around, or break it, is taken without those signs', async () => {
  const { files, said } = await bring(new File(['x'], 'a\u202etxt.\n\u2067b.md'), new File([''], '\u202e\0'));
  assert.equal(files[0].name, 'atxt.b.md');
  assert.deepEqual(said, [['fileEmpty', 'file']]);
  assert.equal((await bring(new File(['x'], 'خطة 👨‍👩‍👧.md'))).files[0].name, 'خطة 👨‍👩‍👧.md');
});

test('what goes for many files is said once, with their number', async () => {
  const texts = Array.from({ length: 30 }, (_, index) => new File(['x'], `${index}.txt`));
  const { files, said } = await bring(...texts);
  assert.equal(files.length, 10);
  assert.deepEqual(said, [['filesAlike', 19]]);
  assert.deepEqual((await bring(new File([''], 'a'), new File([''], 'b'))).said.length, 2);
});

test('of a file that is too large for anything only the first part is read', async () => {
  const asked = /** @type {number[]} */ ([]);
  const film = {
    name: 'film.mp4',
    size: 5e9,
    slice: (/** @type {number} */ from, /** @type {number} */ to) => {
      asked.push(from, to);
      return new Blob([new Uint8Array(99)]);
    },
  };
  assert.deepEqual((await bring(film)).said, [['fileKind', 'film.mp4']]);
  assert.ok(asked[0] === 0 && asked[1] < film.size);
});

test('a locked PDF is refused: a model would refuse every later turn', async () => {
  const pdf = '%PDF-1.4\ntrailer << /Encrypt 5 0 R >>\n%%EOF\n';
  assert.deepEqual((await bring(new File([pdf], 'a.pdf'))).said, [['filePdfLocked', 'a.pdf']]);
  assert.equal(
    (await bring(new File([pdf.replace('/Encrypt', '/Info')], 'a.pdf'))).files[0].mediaType,
    'application/pdf',
  );
});

test('what is brought first stands first, and no more than ten are taken, though all are being read at once', async () => {
  const store = newStore();
  const slow = {
    name: 'slow.txt',
    size: 1,
    arrayBuffer: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Uint8Array([0x78]).buffer;
    },
  };
  const batches = [[slow], Array.from({ length: 12 }, (_, index) => new File(['x'], `${index}.txt`))];
  await Promise.all(
    batches.map((files) => {
      const readings = store.startReading(files);
      return attachTo(
        store,
        readings.map((reading, index) => ({ reading, file: files[index] })),
      );
    }),
  );
  const names = store.state.draft.files.map(({ name }) => name);
  assert.deepEqual(names, ['slow.txt', ...Array.from({ length: 9 }, (_, index) => `${index}.txt`)]);
});

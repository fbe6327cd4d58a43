/** Files that are broken, foreign or made by somebody who means ill: what is refused, and what is made of the rest. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { jsonValues } from '../../web/import/json_values.js';
import { conversationsIn, survey } from '../../web/import/read.js';
import { summarize } from '../../web/state/conversation.js';
import { zip } from './zip.js';

const message = (role, text) => ({ author: { role }, content: { content_type: 'text', parts: [text] } });
const CLAUDE = [
  { uuid: 'c1', name: 'Rivers', chat_messages: [{ uuid: 'm1', sender: 'human', text: 'How \\ "long"?' }] },
];

/** @param {string | Uint8Array} content */
async function read(content) {
  const found = [];
  for await (const one of conversationsIn(new Blob([content]))) found.push(one);
  return found;
}

const refusal = (content) =>
  survey(new Blob([content])).then(
    () => 'taken',
    ({ key }) => key,
  );

test('values are the same wherever the file is cut', async () => {
  const text = ' [ {"a": "x\\"y\\\\", "b": [1, {"c": "]}"}]} ,\n{"d":"\\\\"} ] ';
  for (let cut = 0; cut <= text.length; cut += 1) {
    for (const pieces of [[text.slice(0, cut), text.slice(cut)], [...text]]) {
      const values = [];
      for await (const value of jsonValues(pieces)) values.push(value);
      assert.deepEqual(values, JSON.parse(text), String(cut));
    }
  }
});

const OURS = '{"format":"claude-stream back-up","version":1}\n';
const ONE = JSON.stringify({ id: 'a', turns: [{ prompt: 'p' }] });

test('a file that is not ours, or broken, or has lost its end, is refused', async () => {
  const broken = ['{"a": 1', '[', '{"a": nothing}', OURS, OURS + ONE, `${OURS}{"id":1}`, `${OURS}text`];
  for (const content of broken) assert.equal(await refusal(content), 'brokenFile', content);
  const cutAnywhere = JSON.stringify(CLAUDE);
  for (let cut = 1; cut < cutAnywhere.length; cut += 7)
    assert.equal(await refusal(cutAnywhere.slice(0, cut)), 'brokenFile', String(cut));
  assert.equal(await refusal(new Uint8Array([0x7b, 0xff, 0xfe])), 'brokenFile');
  for (const content of ['', ' ', '[]', '{}', '[{"a":1}]', '{"turns":[]}', zip({ 'a.txt': 'x' })])
    assert.equal(await refusal(content), 'foreignFile', String(content));
  const archive = zip({ 'conversations.json': JSON.stringify(CLAUDE) });
  for (const content of [archive.subarray(0, 60), archive.subarray(0, -5), Buffer.from('PK\x03\x04')])
    assert.equal(await refusal(content), 'brokenZip');
  const damaged = Buffer.from(archive);
  damaged.fill(0xff, 50, 80);
  assert.equal(await refusal(damaged), 'brokenFile');
});

test('a file of another kind is said to be one, and not to be broken', async () => {
  const texts = ['a,b\n1,2\n', '"a","b"\n{1},2', '# Notes\n- [x] {a}', '<!doctype html>', '[section]\na=[1]', '}'];
  for (const content of [...texts, '[1]', '[["a"]]', '"text"', 'null', '5', 'true', 'no JSON at all'])
    assert.equal(await refusal(content), 'foreignFile', content);
  for (const content of [[0x89, 0x50, 0x4e, 0x47, 0xff, 0x7b], [0xff, 0xfe, 0x7b, 0], Buffer.from('PK\x05\x06\0')])
    assert.equal(await refusal(new Uint8Array(content)), 'foreignFile', String(content));
});

test('a back-up of a newer page is taken as far as it can be read, else its age is said', async () => {
  const newer = (/** @type {string} */ lines) =>
    `{"format":"claude-stream back-up","version":2}\n${lines}\n{"format":"claude-stream back-up","end":true}`;
  const [one] = await read(newer(JSON.stringify({ id: 'a', turns: [{ prompt: 'p' }], shelf: 'x', more: [1] })));
  assert.deepEqual([one.id, one.shelf, 'more' in one], ['a', 'x', false]);
  assert.equal(await refusal(newer('{"shelf":"x"}')), 'newerFile');
});

test('what is no conversation in an export does not keep the others out', async () => {
  const others = [{ uuid: 'x', chat_messages: null }, { id: 'y', mapping: null }, {}, { uuid: 'z', name: null }];
  assert.deepEqual(
    (await read(`\ufeff${JSON.stringify([...others, ...CLAUDE, ...others])}`)).map(({ id }) => id),
    ['c1'],
  );
});

test('an archive that is locked, or larger than is read here, is to be unzipped first', async () => {
  const archive = zip({ 'conversations.json': JSON.stringify(CLAUDE) });
  const [directory, end] = [archive.indexOf('PK\x01\x02'), archive.indexOf('PK\x05\x06')];
  for (const [place, value] of [
    [directory + 8, 0x801],
    [directory + 20, -1],
    [directory + 42, -1],
    [end + 16, -1],
  ]) {
    const other = Buffer.from(archive);
    if (value < 0) other.writeInt32LE(value, place);
    else other.writeUInt16LE(value, place);
    assert.equal(await refusal(other), 'brokenZip', String(place - directory));
  }
});

test('no date is one that cannot be written, and no text has half an emoji', async () => {
  const turn = { created: 1e300, prompt: 'half \ud83d', titleUsd: 'x' };
  turn.figures = { input: 1e308, output: 1e308, cost: 1e308 };
  const times = { created: 1e300, updated: Number.MAX_VALUE, titleUsd: 'x', thinking: 'x', second: 5 };
  const title = `${'x'.repeat(199)}😀`;
  const [one] = await read(`${OURS}${JSON.stringify({ id: 'a', title, ...times, turns: [turn] })}
{"format":"claude-stream back-up","end":true}`);
  for (const time of [one.created, one.updated, one.turns[0].created])
    assert.equal(new Date(time).toISOString(), '9999-01-01T00:00:00.000Z');
  assert.deepEqual([one.titleUsd, one.thinking, one.second], [0, '', '']);
  assert.ok(Object.values(summarize(one).spent).every(({ usd, tokens }) => Number.isFinite(usd + tokens)));
  assert.deepEqual([one.title, one.turns[0].prompt], ['x'.repeat(199), 'half \ufffd']);
  const [{ updated }] = await read(JSON.stringify([{ ...CLAUDE[0], updated_at: '9999-12-31T23:59:59Z' }]));
  assert.ok(new Date(updated).getFullYear() < 10_000);
});

test('a file that has gone while it is read is said to be unreadable', async () => {
  const gone = new DOMException('', 'NotReadableError');
  const slice = () => ({ arrayBuffer: async () => new ArrayBuffer(0) });
  const stream = () => new ReadableStream({ pull: (controller) => controller.error(gone) });
  await assert.rejects(survey({ slice, stream }), { key: 'unreadFile' });
  await assert.rejects(survey({ slice: () => ({ arrayBuffer: async () => Promise.reject(gone) }) }), {
    key: 'unreadFile',
  });
});

test('a title does not turn around the sentence that it stands in', async () => {
  const [{ title }] = await read(JSON.stringify([{ ...CLAUDE[0], name: 'a\u202etxt.exe\0\n b 👨‍👩‍👧' }]));
  assert.equal(title, 'atxt.exe b 👨‍👩‍👧');
});

test('each turn has an id of its own, and one in which nothing was asked is not empty', async () => {
  const turns = [{ id: 'a', prompt: 'one' }, { id: 'a', prompt: 'two' }, { id: 'a' }];
  const [one] = await read(JSON.stringify({ format: 'claude-stream conversation', id: 'c', turns }));
  assert.equal(new Set(one.turns.map(({ id }) => id)).size, 3);
  assert.equal(one.turns[2].prompt, '…');
  assert.equal(one.title, 'one');
});

test('what has another type than it should is as if it were not there', async () => {
  const odd = [null, 1, true, 'x', [], {}, [null], { __proto__: 1 }];
  for (const value of odd) {
    const ours = {
      id: 'a',
      title: value,
      created: value,
      model: value,
      system: value,
      aside: value,
      turns: [{}, value],
    };
    const turn = {
      id: value,
      prompt: value,
      files: [value],
      blocks: [value],
      status: value,
      figures: value,
      problem: value,
    };
    for (const turns of [[turn], [{ ...turn, status: 'failed' }], ours.turns]) {
      const [one] = await read(
        `${OURS}${JSON.stringify({ ...ours, turns })}\n{"format":"claude-stream back-up","end":true}`,
      );
      for (const { prompt, files, blocks, status, model } of [...one.turns, ...one.aside]) {
        assert.deepEqual([typeof prompt, typeof model, files], ['string', 'string', []]);
        assert.ok(['done', 'stopped', 'failed'].includes(status));
        for (const block of blocks) assert.match(`${block.type} ${typeof block.text}`, /^(text|thinking) string$/);
      }
      assert.equal(typeof one.title + typeof one.created, 'stringnumber');
    }
    const claude = {
      uuid: 'a',
      name: value,
      created_at: value,
      chat_messages: [value, { sender: 'human', content: value }],
    };
    const mapping = {
      a: { message: value, children: value },
      b: { message: { ...message('user', value), metadata: value } },
    };
    for (const content of [claude, { id: 'b', mapping, title: value, current_node: value }])
      await read(JSON.stringify([content]));
  }
});

test('an id that could not stand in an address is refused, a file that is none is left out', async () => {
  const back = (one) => `${OURS}${JSON.stringify(one)}\n{"format":"claude-stream back-up","end":true}`;
  for (const id of ['', 'a b', '../x', 'a"b', '<img>', 'x'.repeat(200)])
    assert.equal(await refusal(back({ id, turns: [{}] })), 'brokenFile', id);
  const files = [
    { name: 'a', mediaType: 'image/svg+xml;x="', data: '' },
    { name: 'b', mediaType: 'image/png', data: '" onerror="x' },
    { name: 'c', mediaType: 'image/png', data: 'AAAA' },
  ];
  const [{ turns }] = await read(back({ id: 'a', turns: [{ files }] }));
  assert.deepEqual(
    turns[0].files.map(({ name }) => name),
    ['c'],
  );
});

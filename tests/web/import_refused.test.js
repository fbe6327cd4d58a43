/** Files that are broken, foreign or made by somebody who means ill: what is refused, and what is made of the rest. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { jsonValues } from '../../web/import/json_values.js';
import { conversationsIn, survey } from '../../web/import/read.js';
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
  const broken = ['{"a": 1', '[', '[1]', '}', '"text"', '{"a": nothing}', OURS, OURS + ONE, `${OURS}{"id":1}`];
  for (const content of broken) assert.equal(await refusal(content), 'brokenFile', content);
  const cutAnywhere = JSON.stringify(CLAUDE);
  for (let cut = 1; cut < cutAnywhere.length; cut += 7)
    assert.equal(await refusal(cutAnywhere.slice(0, cut)), 'brokenFile', String(cut));
  assert.equal(await refusal(new Uint8Array([0x7b, 0xff, 0xfe])), 'brokenFile');
  for (const content of ['', '[]', '{}', '[{"a":1}]', '{"turns":[]}', zip({ 'a.txt': 'x' })])
    assert.equal(await refusal(content), 'foreignFile', String(content));
  const archive = zip({ 'conversations.json': JSON.stringify(CLAUDE) });
  for (const content of [archive.subarray(0, 60), archive.subarray(0, -5), Buffer.from('PK\x03\x04')])
    assert.equal(await refusal(content), 'brokenZip');
  const damaged = Buffer.from(archive);
  damaged.fill(0xff, 50, 80);
  assert.equal(await refusal(damaged), 'brokenFile');
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

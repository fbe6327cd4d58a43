/** Exports of Claude and ChatGPT that lack something, or have more than text. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toMessages } from '../../web/api/messages.js';
import { conversationsIn } from '../../web/import/read.js';
import { answerOf } from '../../web/state/conversation.js';
import { message } from './chatgpt_export.js';

/** @param {string} content */
async function read(content) {
  const found = [];
  for await (const one of conversationsIn(new Blob([content]))) found.push(one);
  return found;
}

const said = ({ prompt, blocks }) => [prompt, blocks.map(({ text }) => text).join('|')];

test('what was spoken to ChatGPT is read, and files stand by their names', async () => {
  const spoken = (/** @type {string} */ text) => ({ content_type: 'audio_transcription', text, direction: 'in' });
  const sound = { content_type: 'audio_asset_pointer', asset_pointer: 'x' };
  const picture = { content_type: 'image_asset_pointer', asset_pointer: 'x' };
  const parts = (/** @type {object[]} */ ...all) => ({ content: { content_type: 'multimodal_text', parts: all } });
  const files = { metadata: { attachments: [{ name: 'cells.csv' }, { id: 'no name' }] } };
  const mapping = {
    u1: { message: message('user', '', parts(spoken('Hello'), sound)), children: ['a1'] },
    a1: { message: message('assistant', '', parts(sound, spoken('Good day'))), parent: 'u1', children: ['u2'] },
    u2: { message: message('user', '', files), parent: 'a1', children: ['a2'] },
    a2: { message: message('assistant', 'A table.'), parent: 'u2', children: ['u3'] },
    u3: { message: message('user', '', { ...parts(picture, 'And this?') }), parent: 'a2', children: [] },
  };
  const [{ turns }] = await read(JSON.stringify([{ id: 'g', mapping }]));
  assert.deepEqual(turns.map(said), [
    ['Hello', 'Good day'],
    ['[cells.csv]', 'A table.'],
    ['[…]\n\nAnd this?', ''],
  ]);
});

test("a tree of ChatGPT's is followed by its parents where children are not named", async () => {
  const mapping = {
    root: null,
    u: { message: message('user', 'one'), parent: 'root', children: null },
    a: { message: message('assistant', 'so'), parent: 'u' },
    u2: {
      message: message('user', '', { content: { content_type: 'multimodal_text', parts: [{}] } }),
      parent: 'a',
    },
    a2: { message: message('assistant', 'a picture'), parent: 'u2', children: [5] },
  };
  const [{ turns }] = await read(JSON.stringify([{ id: 'g', mapping, current_node: null }]));
  assert.deepEqual(turns.map(said), [
    ['one', 'so'],
    ['…', 'a picture'],
  ]);
});

test("of Claude's messages that lack something, or share an id, nothing that was said is lost", async () => {
  const messages = [
    null,
    { uuid: 'm', sender: 'human', text: 'one' },
    { uuid: 'm', sender: 'assistant', text: null, content: [{ type: 'new kind' }, null] },
    { uuid: 'm', sender: 'assistant', text: 'so' },
    { uuid: 'm', sender: 'human', text: null, content: null },
    { sender: 'assistant', text: 'a picture' },
  ];
  const [{ turns, aside }] = await read(JSON.stringify([{ uuid: 'c', name: null, chat_messages: messages }]));
  assert.deepEqual(turns.map(said), [
    ['one', 'so'],
    ['…', 'a picture'],
  ]);
  assert.deepEqual(aside, []);
});

test('what Claude wrote as an artifact or a file stands in its answer, and its other tools do not', async () => {
  const made = {
    title: 'Sum',
    type: 'application/vnd.ant.code',
    language: 'python',
    content: 'print(`` 1 ``)\n```',
  };
  const parts = [
    { type: 'text', text: 'Here ' },
    { type: 'text', text: 'it is:' },
    { type: 'tool_use', name: 'artifacts', input: made },
    { type: 'tool_use', name: 'artifacts', input: { title: 'Plan', type: 'text/markdown', content: '- one' } },
    { type: 'tool_use', name: 'create_file', input: { path: '/a.txt', file_text: 'x' } },
    { type: 'tool_use', name: 'search', input: { query: 'q' } },
    { type: 'tool_result', content: [{ type: 'text', text: 'OK' }] },
    { type: 'text', text: 'Done.' },
  ];
  const messages = [
    { sender: 'human', text: 'q' },
    { sender: 'assistant', content: parts },
  ];
  const [{ turns }] = await read(JSON.stringify([{ uuid: 'c', chat_messages: messages }]));
  assert.equal(turns[0].blocks.length, 1, 'a sentence that comes in parts is drawn as one');
  assert.equal(
    answerOf(turns[0]),
    'Here it is:\n\n**Sum**\n\n````python\nprint(`` 1 ``)\n```\n````\n\n**Plan**\n\n- one\n\n**/a.txt**\n\n```\nx\n```\n\nDone.',
  );
});

test("several messages of ChatGPT's are paragraphs of one answer", async () => {
  const code = { content: { content_type: 'code', language: 'python', text: 'print(1)' } };
  const mapping = {
    u: { message: message('user', 'q') },
    a: { message: message('assistant', 'I count:'), parent: 'u' },
    b: { message: message('assistant', '', code), parent: 'a' },
    c: { message: message('assistant', 'One.'), parent: 'b' },
  };
  const [{ turns }] = await read(JSON.stringify([{ id: 'g', mapping }]));
  assert.equal(answerOf(turns[0]), 'I count:\n\n```python\nprint(1)\n```\n\nOne.');
});

test("ChatGPT's code is fenced by more ticks than stand in it, and its unknown language is none", async () => {
  const code = { content: { content_type: 'code', language: 'unknown', text: 'a ``` b' } };
  const mapping = {
    u: { message: message('user', 'q') },
    a: { message: message('assistant', '', code), parent: 'u' },
  };
  const [{ turns }] = await read(JSON.stringify([{ id: 'g', mapping }]));
  assert.deepEqual(said(turns[0]), ['q', '````\na ``` b\n````']);
});

test('where a model spoke first, or a file has no name, what is sent on is still whole', async () => {
  const messages = [
    { uuid: 'm1', sender: 'assistant', text: 'Hello!' },
    { uuid: 'm2', sender: 'human', text: '', attachments: [{ file_name: '', extracted_content: 'a long text' }] },
    { uuid: 'm3', sender: 'assistant', text: 'I see.' },
  ];
  const [{ turns }] = await read(JSON.stringify([{ uuid: 'c', chat_messages: messages }]));
  for (const { content } of toMessages(turns, turns[0])) {
    assert.ok(content.length > 0);
    for (const { type, text, title } of content) assert.ok(type === 'text' ? text.trim() : title);
  }
});

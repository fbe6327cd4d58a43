/** What is read of files that people bring. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { personalFrom } from '../../web/import/personal.js';
import { conversationsIn } from '../../web/import/read.js';
import { newConversation, newTurn } from '../../web/state/conversation.js';
import { toJson } from '../../web/state/conversation_file.js';
import { zip } from './zip.js';
import { message } from './chatgpt_export.js';

/** @param {string | Uint8Array} content */
async function read(content) {
  const found = [];
  for await (const one of conversationsIn(new Blob([content]))) found.push(one);
  return found;
}

const said = ({ prompt, blocks }) => [prompt, blocks.map(({ text }) => text).join('|')];

const CLAUDE = [
  {
    uuid: 'c1',
    name: 'Rivers',
    created_at: '2025-01-02T03:04:05.678901Z',
    updated_at: '2025-01-02T04:00:00Z',
    chat_messages: [
      {
        uuid: 'm1',
        sender: 'human',
        text: 'How long?',
        content: [{ type: 'text', text: 'How long?' }],
        attachments: [{ file_name: 'a.md', extracted_content: 'a ``` fence' }],
        files: [{ file_name: 'map.png' }],
      },
      {
        uuid: 'm2',
        sender: 'assistant',
        text: 'old',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'tool_use', name: 'search' },
          { type: 'text', text: 'The **Nile**' },
        ],
      },
      { uuid: 'm3', sender: 'human', text: 'And?' },
      { uuid: 'm4', sender: 'assistant', text: 'So.' },
    ],
  },
  { uuid: 'c2', name: 'empty', chat_messages: [] },
];

/** A conversation whose first answer was asked for twice, and whose second prompt was edited. */
const CHATGPT = [
  {
    conversation_id: 'g1',
    title: 'Tree',
    create_time: 1_700_000_000.5,
    update_time: 1_700_000_100,
    current_node: 'a2b',
    mapping: {
      root: { message: null, parent: null, children: ['sys'] },
      sys: { message: message('system', 'hidden'), parent: 'root', children: ['u1'] },
      u1: { message: message('user', 'one'), parent: 'sys', children: ['a1', 'a1b'] },
      a1: {
        message: message('assistant', 'first', { metadata: { model_slug: 'gpt-4o' } }),
        parent: 'u1',
        children: [],
      },
      a1b: {
        message: message('assistant', 'second \ue200cite\ue202x\ue201try \ue200cite\ue202y\ue201.'),
        parent: 'u1',
        children: ['u2', 'u2b'],
      },
      u2: { message: message('user', 'two'), parent: 'a1b', children: ['a2'] },
      a2: { message: message('assistant', 'so'), parent: 'u2', children: [] },
      u2b: { message: message('user', 'two, but better'), parent: 'a1b', children: ['t'] },
      t: { message: message('tool', 'noise'), parent: 'u2b', children: ['a2b'] },
      a2b: { message: message('assistant', 'better'), parent: 't', children: [] },
    },
  },
];

test("Claude's export: prompts with what was attached, answers with their thinking", async () => {
  const [one, ...others] = await read(JSON.stringify(CLAUDE));
  assert.deepEqual(others, []);
  assert.deepEqual([one.id, one.title, one.updated], ['c1', 'Rivers', Date.parse('2025-01-02T04:00:00Z')]);
  const [first, second] = one.turns;
  assert.equal(first.prompt, 'How long?\n\n[map.png]');
  assert.deepEqual(first.files, [{ name: 'a.md', data: 'a ``` fence', mediaType: 'text/plain' }]);
  assert.deepEqual(first.blocks, [
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: 'The **Nile**' },
  ]);
  assert.deepEqual(said(second), ['And?', 'So.']);
  assert.equal(second.after, first.id);
});

test("ChatGPT's export: what was shown last is shown, every other way is another version", async () => {
  const [{ turns, aside, title, updated }] = await read(JSON.stringify(CHATGPT));
  assert.deepEqual([title, updated], ['Tree', 1_700_000_100_000]);
  assert.deepEqual(turns.map(said), [
    ['one', 'second try.'],
    ['two, but better', 'better'],
  ]);
  assert.deepEqual(aside.map(said), [
    ['one', 'first'],
    ['two', 'so'],
  ]);
  assert.equal(aside[0].model, 'gpt-4o');
  assert.deepEqual([aside[0].after, aside[1].after], [turns[0].after, turns[0].id]);
  assert.deepEqual(await read(JSON.stringify(CHATGPT)), await read(JSON.stringify(CHATGPT)), 'ids stay the same');
});

test('a conversation of 20,000 messages, or one whose messages lead in a circle, is read', async () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
  const node = (name, index) => [
    name,
    {
      message: message(index % 2 ? 'assistant' : 'user', name),
      parent: index ? `n${index - 1}` : 'n19999',
      children: [`n${(index + 1) % 20_000}`],
    },
  ];
  const circle = { id: 'g', mapping: Object.fromEntries(names.map(node)), current_node: 'n5' };
  assert.deepEqual(await read(JSON.stringify([circle])), []);
  circle.mapping.n0.parent = null;
  const [{ turns, aside }] = await read(JSON.stringify([circle]));
  assert.equal(turns.length + aside.length, 10_000);
});

test('an export is read as the zip archive that people get, packed or stored', async () => {
  const files = { 'user.json': '{}', 'conversations.json': JSON.stringify(CLAUDE) };
  for (const archive of [zip(files), zip(files, (bytes) => bytes, 0)])
    assert.deepEqual(await read(archive), await read(JSON.stringify(CLAUDE)));
});

test('a conversation that was exported as JSON comes back with everything', async () => {
  const conversation = newConversation({ model: 'm', system: 's' });
  const files = [
    { name: 'a.png', mediaType: 'image/png', data: 'AAAA' },
    { name: 'a.csv', mediaType: 'text/plain', data: 'a,b\r\n1,"é"\n' },
    { name: 'Pasted text 1', mediaType: 'text/plain', data: 'pasted', pasted: true },
  ];
  const figures = {
    first: 1,
    writing: 2,
    burst: true,
    input: 3,
    output: 4,
    cacheRead: 5,
    cacheWrite: 6,
    cost: 0.1,
    partial: false,
  };
  const turn = { ...newTurn(conversation, { prompt: 'p', files }), status: 'done', figures, effort: 'high' };
  turn.blocks = [
    { type: 'thinking', text: 'hm', began: 7, took: 1500 },
    { type: 'text', text: 'a' },
  ];
  turn.models = ['m0'];
  const choices = { title: 'T', pinned: true, thinking: 'high', second: 'm2', beside: 'x', titleUsd: 0.1 };
  const whole = { ...conversation, ...choices, turns: [turn], aside: [{ ...turn, id: 'x' }] };
  assert.deepEqual(await read(toJson(whole)), [whole]);
});

test('turns that an old page saved without a place follow each other', async () => {
  const turns = [{ prompt: 'one' }, { prompt: 'two' }];
  const [one] = await read(JSON.stringify({ format: 'claude-stream conversation', id: 'a', turns }));
  assert.deepEqual(
    one.turns.map(({ after }) => after),
    ['', one.turns[0].id],
  );
});

test('of what a back-up has besides conversations only what has its type is taken', () => {
  const preferences = {
    language: 'fr',
    theme: 'dark',
    model: 5,
    system: 'brief',
    thinking: 'much',
    chosen: '../x',
    titles: 'yes',
    notify: true,
    instructions: [{ id: 'i', name: 'Analyst', system: [], starters: ['a', 3] }, { id: 'j' }, { name: 'no id' }, 7],
  };
  const drafts = {
    '': { text: 'new' },
    a: { text: '', files: [{ name: 'f', mediaType: 'no type', data: '' }] },
    '/b': { text: 'x' },
  };
  assert.deepEqual(personalFrom({ preferences, drafts }), {
    choices: { language: '', theme: 'dark', model: '', system: 'brief', thinking: '', chosen: '', titles: false },
    instructions: [{ id: 'i', name: 'Analyst', system: '', model: '', starters: ['a'] }],
    drafts: [['', { text: 'new', files: [] }]],
  });
  assert.deepEqual(personalFrom({}).drafts, []);
});

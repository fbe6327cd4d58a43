/** What is asked for a title, and what is made of the reply, over a simulated fetch. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { nameConversation } from '../../web/actions/titles.js';

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

/** @param {string} reply @param {string} prompt @returns {Promise<{title: string, asked: string}>} */
async function titled(reply, prompt) {
  let [title, asked] = ['', ''];
  globalThis.fetch = async (_url, { body }) => {
    asked = JSON.parse(body).messages[0].content[0].text;
    const events = [{ type: 'content_block_delta', delta: { text: reply } }, { type: 'message_stop' }];
    return new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  };
  const conversation = { id: '1', title: 'x' };
  const turn = { prompt: 'x', files: [], blocks: [{ type: 'text', text: prompt }] };
  const store = {
    state: {
      config: { functionUrl: 'https://f/', model: 'm', models: ['m'], maxTokens: 9 },
      summaries: [{ id: '1' }],
    },
    nameConversation: (_, name) => (title = name),
  };
  await nameConversation(store, { readKey: () => 'k', find: async () => conversation }, conversation, turn);
  return { title, asked };
}

test('a title is one line without what surrounds it', async () => {
  assert.equal((await titled('\n# **“A walk”**.\nand more', 'hi')).title, 'A walk');
  assert.equal((await titled('`A walk`', 'hi')).title, 'A walk');
  assert.equal((await titled('***', 'hi')).title, '');
});

test('no emoji is cut in halves, neither in what is asked nor in the title', async () => {
  const many = `x${'👋'.repeat(3000)}`;
  const { title, asked } = await titled(many, many);
  assert.ok(title.isWellFormed());
  assert.ok(asked.isWellFormed());
});

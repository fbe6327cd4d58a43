/** How much a model should think, as each takes it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { thinkingIn } from '../../web/api/thinking.js';

const CONFIG = {
  maxTokens: 4096,
  mostTokens: 64_000,
  thinking: {
    adaptive: { on: 'adaptive', off: 'disabled' },
    always: { on: 'adaptive' },
    budgeted: { on: 'enabled', off: 'disabled' },
  },
};
const ADAPTIVE = { type: 'adaptive', display: 'summarized' };

for (const [model, level, expected] of [
  ['adaptive', '', { max_tokens: 4096 }],
  ['unknown', 'high', { max_tokens: 4096 }],
  ['adaptive', 'off', { max_tokens: 4096, thinking: { type: 'disabled' } }],
  ['always', 'off', { max_tokens: 4096 }],
  ['always', 'low', { max_tokens: 6144, thinking: ADAPTIVE, output_config: { effort: 'low' } }],
  ['adaptive', 'high', { max_tokens: 28_672, thinking: ADAPTIVE, output_config: { effort: 'high' } }],
  ['budgeted', 'medium', { max_tokens: 12_288, thinking: { type: 'enabled', budget_tokens: 8192 } }],
])
  test(`${model}, ${level || 'as usual'}`, () => assert.deepEqual(thinkingIn(CONFIG, model, level), expected));

test('thinking fits into what the function takes, and leaves room for the answer', () => {
  const small = { ...CONFIG, mostTokens: 5000 };
  const { max_tokens, thinking } = thinkingIn(small, 'budgeted', 'high');
  assert.deepEqual([max_tokens, thinking], [5000, { type: 'enabled', budget_tokens: 3976 }]);
  assert.deepEqual(thinkingIn({ ...CONFIG, maxTokens: 20, mostTokens: 20 }, 'budgeted', 'high'), {
    max_tokens: 20,
  });
});

test('a config.json of before has no levels', () => {
  assert.deepEqual(thinkingIn({ maxTokens: 9 }, 'adaptive', 'high'), { max_tokens: 9 });
});

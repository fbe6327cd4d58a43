/** How much a model should think, as each takes it. Pure. */

/**
 * @import { Level } from '../state/types.d.ts'
 * @import { Config } from './types.d.ts'
 */

/** Tokens for thinking, beside those of the answer: the budget, or room for what the effort brings. */
const TOKENS = { low: 2048, medium: 8192, high: 24_576 };
const MIN_BUDGET_TOKENS = 1024; // Claude's own least

/**
 * The part of a body that says it; without a level, or one that the model has, the model thinks as it does by itself.
 * @param {Config} config @param {string} model @param {Level} level
 * @returns {{max_tokens: number, thinking?: object, output_config?: object}}
 */
export function thinkingIn({ thinking, maxTokens, mostTokens = maxTokens }, model, level) {
  const plain = { max_tokens: maxTokens };
  const way = thinking?.[model];
  if (!way || !level) return plain;
  if (level === 'off') return way.off ? { ...plain, thinking: { type: way.off } } : plain;
  const max_tokens = Math.max(maxTokens, Math.min(maxTokens + TOKENS[level], mostTokens));
  if (way.on === 'adaptive')
    return { max_tokens, thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: level } };
  const budget = Math.min(TOKENS[level], max_tokens - MIN_BUDGET_TOKENS);
  if (budget < MIN_BUDGET_TOKENS) return plain;
  return { max_tokens, thinking: { type: 'enabled', budget_tokens: budget } };
}

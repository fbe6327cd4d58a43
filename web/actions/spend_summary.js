/** What was spent, and what a title would cost. */

import { cheapestModel } from '../api/cheapest.js';
import { cost } from '../api/prices.js';
import { readSpending } from '../storage/spent_days.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Spent } from '../state/types.d.ts'
 * @import { Archive } from '../storage/types.d.ts'
 */

/** What a title takes at most: the beginnings of a prompt and its answer, and a few words. */
const TITLE_TOKENS = { input: 1200, output: 20, cacheRead: 0, cacheWrite: 0 };

/**
 * @param {Archive} archive @param {Config | null} config
 * @returns {Promise<{days: Map<string, Spent>, titleModel: string, titleUsd: number | null}>} `days` by day, 2026-11-27, the
 *   newest first
 */
export async function spendingOf(archive, config) {
  const titleModel = config ? cheapestModel(config) : '';
  const titleUsd = cost(config?.prices, titleModel, TITLE_TOKENS);
  return { days: await readSpending(archive), titleModel, titleUsd };
}

/** What the conversations on this device have cost, by day. */

import { addMissingTexts } from './search.js';

/**
 * @import { Spent } from '../state/types.d.ts'
 * @import { Archive } from './types.d.ts'
 */

/** @param {Archive} archive @returns {Promise<Map<string, Spent>>} by day, 2026-11-27, the newest first */
export async function readSpending(archive) {
  await addMissingTexts(archive); // and what an older page did not sum up
  const database = await archive.database();
  const summaries = /** @type {{spent?: Record<string, Spent>}[]} */ ((await database?.getAll('summaries')) ?? []);
  /** @type {Map<string, Spent>} */
  const days = new Map();
  for (const { spent = {} } of summaries) {
    for (const [day, { usd, tokens }] of Object.entries(spent)) {
      const sum = days.get(day) ?? { usd: 0, tokens: 0 };
      days.set(day, { usd: sum.usd + usd, tokens: sum.tokens + tokens });
    }
  }
  return new Map([...days].toSorted(([a], [b]) => b.localeCompare(a)));
}

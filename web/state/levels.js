/** How much a model can be asked to think. */

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Level } from './types.d.ts'
 */

/** The levels that a model has; '' is what it does by itself. @param {Config | null} config @param {string} model @returns {Level[]} */
export function levelsOf(config, model) {
  const way = config?.thinking?.[model];
  if (!way) return [''];
  return ['', ...(way.off ? /** @type {const} */ (['off']) : []), 'low', 'medium', 'high'];
}

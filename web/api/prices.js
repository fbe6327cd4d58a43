/** What an answer has cost, from the dated table in config.json. No price: no cost. Pure. */

/**
 * @typedef {{promptUpTo?: number, input: number, output: number, cacheRead: number, cacheWrite: number}} Band
 *   US dollars per million tokens, for prompts of at most so many tokens
 * @typedef {{date: string, source: string, models: Record<string, Band[]>}} PriceTable by model id; the last band has no limit
 * @typedef {{input: number, output: number, cacheRead: number, cacheWrite: number}} Tokens
 */

/** @param {PriceTable | undefined} table @param {string} model @param {Tokens} tokens @returns {number | null} US dollars */
export function cost(table, model, tokens) {
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite;
  const band = table?.models[model]?.find(({ promptUpTo }) => promptUpTo === undefined || prompt <= promptUpTo);
  if (!band) return null;
  const { input, output, cacheRead, cacheWrite } = tokens;
  const millionths =
    input * band.input + output * band.output + cacheRead * band.cacheRead + cacheWrite * band.cacheWrite;
  return millionths / 1e6;
}

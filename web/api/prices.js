/** What an answer has cost, from the dated table in config.json. No price: no cost. Pure. */

/** @import { PriceTable, Tokens } from './types.d.ts' */

/** @param {PriceTable | undefined} table @param {string} model @param {Tokens} tokens @returns {number | null} US dollars */
export function cost(table, model, tokens) {
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite;
  const band = table?.models?.[model]?.find(({ promptUpTo }) => promptUpTo === undefined || prompt <= promptUpTo);
  if (!band) return null;
  const { input, output, cacheRead, cacheWrite } = tokens;
  const millionths =
    input * band.input + output * band.output + cacheRead * band.cacheRead + cacheWrite * band.cacheWrite;
  return millionths / 1e6;
}

/** Which model costs least. Pure. */

/** @import { Config } from './types.d.ts' */

/** The one that charges least for a short prompt and its answer; the default where none has a price. @param {Config} config */
export function cheapestModel({ models, model, prices }) {
  const charge = (/** @type {string} */ id) => {
    const [band] = prices?.models?.[id] ?? [];
    return band ? band.input + band.output : Infinity;
  };
  return models.toSorted((a, b) => charge(a) - charge(b)).find((id) => charge(id) < Infinity) ?? model;
}

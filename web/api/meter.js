/** Times and counts one request, from its events. */

/**
 * @import { Figures } from '../state/types.d.ts'
 * @import { Tokens, Usage } from './types.d.ts'
 *
 * @typedef {ReturnType<typeof createMeter>} Meter
 */

/** A ping that comes this long after the last event is a sign of silence; one between events is none. */
const SILENCE_MS = 500;

/**
 * @param {Figures | null} before what an earlier part of the same answer took; it is added
 * @param {(tokens: Tokens) => number | null} price
 */
export function createMeter(before, price) {
  const began = performance.now();
  let [firstWord, lastWord, lastEvent] = [0, 0, began];
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let counted = false;

  return {
    /** @param {string} type @param {Usage} [usage] @returns {boolean} whether it is a sign of silence */
    event(type, usage) {
      const now = performance.now();
      const silent = type === 'ping' && now - lastEvent > SILENCE_MS;
      if (type !== 'ping') lastEvent = now;
      counted ||= type === 'message_delta';
      tokens.input = usage?.input_tokens || tokens.input;
      tokens.output = usage?.output_tokens || tokens.output;
      tokens.cacheRead = usage?.cache_read_input_tokens || tokens.cacheRead;
      tokens.cacheWrite = usage?.cache_creation_input_tokens || tokens.cacheWrite;
      return silent;
    },

    word() {
      lastWord = performance.now();
      firstWord ||= lastWord;
    },

    /** @returns {Figures} */
    figures() {
      const cost = price(tokens);
      return {
        first: before?.first || (firstWord ? firstWord - began : 0),
        writing: (before?.writing ?? 0) + (lastWord - firstWord),
        input: (before?.input ?? 0) + tokens.input,
        output: (before?.output ?? 0) + tokens.output,
        cacheRead: (before?.cacheRead ?? 0) + tokens.cacheRead,
        cacheWrite: (before?.cacheWrite ?? 0) + tokens.cacheWrite,
        cost: cost === null ? null : cost + (before?.cost ?? 0),
        partial: !counted || (before?.partial ?? false),
      };
    },
  };
}

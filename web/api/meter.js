/** Times and counts one request, from its events. */

/**
 * @import { Figures, Turn } from '../state/types.d.ts'
 * @import { Tokens, Usage } from './types.d.ts'
 *
 * @typedef {ReturnType<typeof createMeter>} Meter
 */

/** A ping this long after the last event is a sign of silence. */
const SILENCE_MS = 500;

/** Words that came in fewer tasks than this had been waiting somewhere: they tell nothing of the model's speed. */
const STEADY = { tasks: 3 };
const NEXT_TASK_MS = 0;

/**
 * @param {Figures | null} before what an earlier part of the same answer took; it is added
 * @param {(tokens: Tokens) => number | null} price
 * @param {boolean} [replayed] whether a kept answer is read again: what that takes is not what the answer took
 */
export function createMeter(before, price, replayed = false) {
  const began = performance.now();
  let [firstWord, lastWord, lastEvent, tasks, inTask] = [0, 0, began, 0, false];
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let counted = false;

  return {
    /** @param {string} type @param {Usage} [usage] @returns {boolean} whether it is a sign of silence */
    event(type, usage) {
      const now = performance.now();
      const silent = type === 'ping' && now - lastEvent > SILENCE_MS;
      if (type !== 'ping') lastEvent = now;
      counted ||= type === 'message_delta' && Boolean(usage?.output_tokens);
      tokens.input = usage?.input_tokens || tokens.input;
      tokens.output = usage?.output_tokens || tokens.output;
      tokens.cacheRead = usage?.cache_read_input_tokens || tokens.cacheRead;
      tokens.cacheWrite = usage?.cache_creation_input_tokens || tokens.cacheWrite;
      return silent;
    },

    word() {
      lastWord = performance.now();
      firstWord ||= lastWord;
      if (inTask) return;
      [tasks, inTask] = [tasks + 1, true];
      setTimeout(() => (inTask = false), NEXT_TASK_MS);
    },

    /** @returns {Figures} */
    figures() {
      const cost = price(tokens);
      return {
        first: before?.first || (firstWord && !replayed ? firstWord - began : 0),
        writing: (before?.writing ?? 0) + (replayed ? 0 : lastWord - firstWord),
        burst: replayed || tasks < STEADY.tasks || (before?.burst ?? false),
        input: (before?.input ?? 0) + tokens.input,
        output: (before?.output ?? 0) + tokens.output,
        cacheRead: (before?.cacheRead ?? 0) + tokens.cacheRead,
        cacheWrite: (before?.cacheWrite ?? 0) + tokens.cacheWrite,
        context: tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite,
        cost: cost === null ? null : cost + (before?.cost ?? 0),
        partial: !counted || (before?.partial ?? false),
      };
    },
  };
}

/**
 * What is known of an answer whose events are about to be read again from the first on: when its first word came, and
 * what stood before it took.
 * @param {Turn} turn @returns {Figures | null}
 */
export function beforeReplay({ kept, figures }) {
  const before = kept?.figures ?? null;
  if (!figures || before) return before;
  return { ...figures, writing: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0, partial: false };
}

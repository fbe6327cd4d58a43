/**
 * An answer over connections that may break: the function keeps it, and what is missing is fetched. Under the same id
 * the function asks the model once, however often the page repeats a request of which it has heard nothing.
 */

import { Failure, streamMessage, streamRest } from './client.js';

/** @import { Config, StreamEvent } from './types.d.ts' */

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
const MAX_FAILURES = 8; // in a row without an event, while the browser is online: half a minute
const MAX_FIRST_FAILURES = 3; // the same before the first event: three seconds, as perhaps nothing is there

/**
 * The events up to and including message_stop; each has its number where the function keeps the answer.
 * Throws a Failure once the rest cannot be had, or whatever fetch throws once `signal` is aborted.
 * @param {{config: Config, key: string, body: string | null, signal: AbortSignal, id: string, onBreak: () => void}} request
 *   without a `body` nothing is asked, and the kept answer is read from its beginning; `onBreak` is called when the
 *   connection has broken and what is missing will be fetched
 * @returns {AsyncGenerator<StreamEvent, void>}
 */
export async function* streamAnswer({ body, onBreak, ...request }) {
  let [seen, attempts, canResume] = [0, 0, isKept(request.config)];
  let stream = body === null ? streamRest({ ...request, after: 0 }) : streamMessage({ ...request, body });
  for (;;) {
    try {
      for await (const event of stream) {
        if (event.number) [seen, attempts] = [event.number, 0];
        else if (event.type !== 'ping') canResume = false; // the table failed, and only the answer comes
        yield event;
      }
      return;
    } catch (error) {
      attempts += 1;
      if (!canResume || !mayGoOn(error, attempts, seen) || request.signal.aborted) throw error;
    }
    onBreak();
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS), request.signal);
    if (isOffline()) attempts -= 1;
    stream =
      body !== null && seen === 0 ? streamMessage({ ...request, body }) : streamRest({ ...request, after: seen });
  }
}

/** @param {Config} config */
function isKept({ keepAnswersMinutes }) {
  return Boolean(keepAnswersMinutes);
}

/** @param {unknown} error @param {number} attempts @param {number} seen */
function mayGoOn(error, attempts, seen) {
  return error instanceof Failure && error.ofConnection && attempts <= (seen ? MAX_FAILURES : MAX_FIRST_FAILURES);
}

function isOffline() {
  return globalThis.navigator?.onLine === false;
}

/** Ends early when the browser is online again, or at an abort. @param {number} milliseconds @param {AbortSignal} signal */
async function pause(milliseconds, signal) {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', resolve, { once: true });
    globalThis.addEventListener?.('online', resolve, { once: true });
  });
}

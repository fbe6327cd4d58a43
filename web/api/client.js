/**
 * The Messages API over fetch: one request, its events one by one, every failure by its kind.
 *
 * EventSource would not do: it can only GET, sends no headers, and repeats a request by itself, which costs money.
 */

/**
 * @import { EventSourceMessage } from '../vendor/eventsource-parser/index.js'
 * @import { Config, FailureKind, Limit, StreamEvent } from './types.d.ts'
 */

/** The largest body that the function takes (lambda_src/claude_stream/request.py). */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** The function pings every 15 s: after this long without a byte the connection is dead, whatever the browser says. */
const READ_TIMEOUT_MS = 60_000;

/** What an answer's rest may fail with though the answer goes on: these are of the request that fetches it. */
const PASSING = ['overloaded_error', 'timeout_error'];

/** @type {FailureKind[]} */
const OF_CONNECTION = ['offline', 'unreachable', 'cutOff'];

/** What went wrong. `detail` is the server's own sentence, '' where it sent none. */
export class Failure extends Error {
  /** @param {FailureKind} kind @param {string} detail @param {number} retryAfterSeconds */
  constructor(kind, detail = '', retryAfterSeconds = 0) {
    super(detail || kind);
    this.kind = kind;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether only the connection failed, so that the answer may go on. */
  get ofConnection() {
    return OF_CONNECTION.includes(this.kind) && !this.detail;
  }
}

/** @type {Map<number | string, FailureKind>} */
const KINDS = new Map(
  /** @type {[number | string, FailureKind][]} */ ([
    [400, 'invalid'],
    [401, 'wrongKey'],
    [403, 'denied'],
    [404, 'notFound'],
    [413, 'tooLarge'],
    [429, 'throttled'],
    [503, 'overloaded'],
    [504, 'timeout'],
    [529, 'overloaded'],
    // in a stream, by the error's type
    ['rate_limit_error', 'throttled'],
    ['overloaded_error', 'overloaded'],
    ['timeout_error', 'timeout'],
    ['permission_error', 'denied'],
    ['invalid_request_error', 'invalid'],
  ]),
);

/** What the key has used of its limits. Throws a Failure. @param {Config} config @param {string} key @returns {Promise<Limit[]>} */
export async function loadLimits(config, key) {
  const response = await call(config, 'v1/usage', { headers: headers(key) });
  if (!response.ok) throw await refusal(response);
  return (await response.json()).limits;
}

/** Whether the key is accepted: the cheapest call that needs one. Throws a Failure. @param {Config} config @param {string} key */
export async function checkKey(config, key) {
  const response = await call(config, 'v1/models', { headers: headers(key) });
  if (!response.ok) throw await refusal(response);
}

/**
 * Sends a Messages body and yields the answer's events up to and including message_stop.
 * Throws a Failure, or whatever fetch throws once `signal` is aborted.
 * @param {{config: Config, key: string, body: string, signal: AbortSignal, id?: string}} request `id`: a UUID, under
 *   which the function keeps the answer
 * @returns {AsyncGenerator<StreamEvent, void>}
 */
export async function* streamMessage({ config, key, body, signal, id }) {
  const tag = id ? { 'x-answer-id': id } : {};
  const options = { method: 'POST', signal, headers: { ...headers(key), ...tag }, body };
  yield* readEvents(await call(config, 'v1/messages', options), signal, []);
}

/**
 * Yields the events of a kept answer that come after event number `after`, as streamMessage does.
 * @param {{config: Config, key: string, signal: AbortSignal, id: string, after: number}} request
 * @returns {AsyncGenerator<StreamEvent, void>}
 */
export async function* streamRest({ config, key, signal, id, after }) {
  const path = `v1/answers/${id}?after=${after}`;
  yield* readEvents(await call(config, path, { signal, headers: headers(key) }), signal, PASSING);
}

/** Stops an answer that is kept. @param {Config} config @param {string} key @param {string} id */
export function cancelAnswer(config, key, id) {
  return tryToSend(config, `v1/answers/${id}/cancel`, 'POST', key);
}

/** Has the function forget an answer; one that goes on is stopped. @param {Config} config @param {string} key @param {string} id */
export function forgetAnswer(config, key, id) {
  return tryToSend(config, `v1/answers/${id}`, 'DELETE', key);
}

/** Offline, it is sent once the network is back. The page may be closing: what does not arrive expires by itself. @param {Config} config @param {string} path @param {string} method @param {string} key */
async function tryToSend(config, path, method, key) {
  const send = () => call(config, path, { method, headers: headers(key), keepalive: true });
  await send().catch(({ kind }) => {
    if (kind === 'offline') addEventListener('online', () => send().catch(() => {}), { once: true });
  });
}

/** @param {Response} response @param {AbortSignal} signal @param {string[]} passing @returns {AsyncGenerator<StreamEvent, void>} */
async function* readEvents(response, signal, passing) {
  if (!response.ok || !response.body) throw await refusal(response);
  for await (const { id, data } of messages(response.body, signal)) {
    const event = parse(data);
    if (event.type === 'error') {
      if (!id && passing.includes(event.error?.type ?? '')) throw new Failure('cutOff');
      throw inStream(event.error ?? {});
    }
    yield id ? { ...event, number: Number(id) } : event;
    if (event.type === 'message_stop') return;
  }
  throw new Failure('cutOff');
}

/** @param {string} key */
function headers(key) {
  return { 'content-type': 'application/json', 'x-api-key': key, 'anthropic-version': '2023-06-01' };
}

/** Loads what reads an answer, which the first load does not wait for: to be called while a person types. Throws a Failure. */
export async function prepare() {
  try {
    return await import('../vendor/eventsource-parser/index.js');
  } catch {
    throw new Failure('unreachable');
  }
}

/** @param {Config} config @param {string} path @param {RequestInit} options */
async function call(config, path, options) {
  try {
    return await fetch(new URL(path, new URL(config.functionUrl, globalThis.location?.href)), options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Failure(globalThis.navigator?.onLine === false ? 'offline' : 'unreachable');
  }
}

/** @param {Response} response @returns {Promise<Failure>} */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  const message = body?.error?.message;
  const detail = typeof message === 'string' && message ? message : `HTTP ${response.status}`;
  const after = response.headers.get('retry-after') ?? ''; // seconds, or a date
  const retryAfterSeconds = Number(after) || (Date.parse(after) - Date.now()) / 1000 || 0;
  let kind = KINDS.get(response.status) ?? 'server';
  // Asking again soon is in vain: a limit is used up until then, or has no room for this message at any time.
  if (kind === 'throttled' && response.headers.get('x-should-retry') === 'false')
    kind = retryAfterSeconds ? 'limited' : 'noRoom';
  return new Failure(kind, detail, retryAfterSeconds);
}

/** @param {StreamEvent['error']} error */
function inStream({ type = '', message = '' } = {}) {
  return new Failure(KINDS.get(type) ?? 'cutOff', message);
}

/** @param {string} data @returns {StreamEvent} */
function parse(data) {
  try {
    const event = JSON.parse(data);
    if (typeof event?.type === 'string') return event;
  } catch {
    // no JSON
  }
  throw new Failure('garbled');
}

/**
 * Each server-sent event. Leaving the loop gives up the connection.
 *
 * No pipeThrough: when a connection breaks, what waits in the pipe is lost, and the person has paid for it.
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<EventSourceMessage, void>}
 */
async function* messages(body, signal) {
  /** @type {EventSourceMessage[]} */
  const pending = [];
  const { createParser } = await prepare();
  const parser = createParser({ onEvent: (message) => pending.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const read = () => {
    const timeout = setTimeout(() => reader.cancel(), READ_TIMEOUT_MS); // which ends the read
    return reader.read().finally(() => clearTimeout(timeout));
  };
  try {
    for (let part = await read(); !part.done; part = await read()) {
      parser.feed(decoder.decode(part.value, { stream: true }));
      yield* pending.splice(0);
    }
  } catch (error) {
    throw signal.aborted ? error : new Failure('cutOff');
  } finally {
    reader.cancel().catch(() => {}); // already closed or failed: nothing left to give up
  }
}

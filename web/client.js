/**
 * The Messages API over fetch: one request, its events one by one, every failure as a sentence.
 *
 * EventSource would not do: it can only GET, sends no headers, and asks again by itself, which costs money.
 */

import { createParser } from './vendor/eventsource-parser/index.js';

/**
 * @typedef {{functionUrl: string, model: string, models: string[], maxTokens: number}} Config
 * @typedef {{role: 'user' | 'assistant', content: string}} Message
 * @typedef {{type: string, delta?: {type?: string, text?: string, stop_reason?: string | null},
 *   error?: {message?: string}}} StreamEvent what this page reads of an event
 */

/** What went wrong, in a sentence that can be shown. `status` is 0 where there was no HTTP status to blame. */
export class Failure extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const CUT_OFF = 'The answer was cut off: the connection ended before it was complete. What came is kept.';
const GARBLED = 'The answer was cut off: the server sent something unreadable. What came is kept.';

/** @returns {Promise<Config>} */
export async function loadConfig() {
  const response = await fetch('config.json');
  if (!response.ok) throw new Failure(`config.json is missing (${response.status}).`, response.status);
  return response.json();
}

/**
 * Sends the conversation and yields the answer's events up to and including message_stop.
 * Throws a Failure, or whatever fetch throws once `signal` is aborted.
 * @param {{config: Config, key: string, messages: Message[], signal: AbortSignal}} request
 * @returns {AsyncGenerator<StreamEvent, void>}
 */
export async function* streamMessage(request) {
  const response = await post(request);
  if (!response.ok || !response.body) throw await refusal(response);
  for await (const data of eventData(response.body, request.signal)) {
    const event = parse(data);
    if (event.type === 'error') throw new Failure(event.error?.message || GARBLED);
    yield event;
    if (event.type === 'message_stop') return;
  }
  throw new Failure(CUT_OFF);
}

/** @param {Parameters<typeof streamMessage>[0]} request */
async function post({ config, key, messages, signal }) {
  const url = new URL('v1/messages', config.functionUrl);
  try {
    return await fetch(url, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: config.model, max_tokens: config.maxTokens, stream: true, messages }),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure(`Could not reach ${url.host}. Check your connection and that the server is up, then send again.`);
  }
}

/** @param {Response} response @returns {Promise<Failure>} */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  const said = body?.error?.message;
  const unsaid = `The server answered ${response.status} without saying why. Wait a little, then send again.`;
  return new Failure(typeof said === 'string' && said ? said : unsaid, response.status);
}

/** @param {string} data @returns {StreamEvent} */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    throw new Failure(GARBLED);
  }
}

/**
 * The `data` of each server-sent event. Leaving the loop gives up the connection.
 *
 * No pipeThrough: a connection that breaks would take with it what waits in the pipe, and the person has paid for that.
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<string, void>}
 */
async function* eventData(body, signal) {
  /** @type {string[]} */
  const come = [];
  const parser = createParser({ onEvent: ({ data }) => come.push(data) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parser.feed(decoder.decode(read.value, { stream: true }));
      yield* come.splice(0);
    }
  } catch (error) {
    throw signal.aborted ? error : new Failure(CUT_OFF);
  } finally {
    reader.cancel().catch(() => {}); // already closed or failed: nothing left to give up
  }
}

/**
 * Reads the conversations in a file that a person brings: a back-up or an export of ours, or the export of Claude's apps or
 * of ChatGPT, zipped as it came or not. Nothing in it is trusted, and it is never held as one text.
 */

import { BACKUP_FORMAT, CONVERSATION_FORMAT } from '../state/conversation_file.js';
import { fromChatGpt } from './chatgpt.js';
import { fromClaude } from './claude.js';
import { BrokenJson, jsonValues, NoJson } from './json_values.js';
import { fromOwn } from './own.js';
import { number, record } from './untrusted.js';
import { BrokenZip, entriesOf, isZip, unpack } from './zip.js';

/** @import { Conversation } from '../state/types.d.ts' */

/** In an export's archive. */
const CONVERSATIONS_FILE = /(^|\/)conversations(-\d+)?\.json$/i;
/** Of the files that this page writes (backup.js, conversation_file.js). */
const NEWEST = { version: 1 };

/** Why a file is refused. */
export class Refusal extends Error {
  /** @param {'brokenFile' | 'newerFile' | 'foreignFile' | 'brokenZip' | 'unreadFile'} key */
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/**
 * Reads all of it once, so that a broken file is refused before anything is written.
 * @param {Blob} file @returns {Promise<{count: number, personal: Record<string, unknown> | undefined}>} how many there are, and
 *   what a back-up has besides
 */
export async function survey(file) {
  let count = 0;
  /** @type {Record<string, unknown>[]} */
  const personal = [];
  for await (const one of conversationsIn(file, personal)) count += one ? 1 : 0;
  if (count === 0 && personal.length === 0) throw new Refusal('foreignFile');
  return { count, personal: personal[0] };
}

/** @param {Blob} file @param {Record<string, unknown>[]} [personal] to put into what a back-up has besides @returns {AsyncGenerator<Conversation, void>} Throws a Refusal. */
export async function* conversationsIn(file, personal = []) {
  try {
    if (!(await isZip(file))) yield* conversationsOf(file.stream(), personal);
    else for (const entry of await exportsIn(file)) yield* conversationsOf(await unpack(file, entry));
  } catch (error) {
    if (error instanceof BrokenZip) throw new Refusal('brokenZip');
    if (error instanceof NoJson) throw new Refusal('foreignFile');
    if (error instanceof DOMException) throw new Refusal('unreadFile'); // it has changed or gone
    throw error instanceof BrokenJson ? new Refusal('brokenFile') : error;
  }
}

/** @param {Blob} file */
async function exportsIn(file) {
  const found = (await entriesOf(file)).filter(({ name }) => CONVERSATIONS_FILE.test(name));
  if (found.length === 0) throw new Refusal('foreignFile');
  return found;
}

/** @param {ReadableStream<Uint8Array>} bytes @param {Record<string, unknown>[]} [personal] @returns {AsyncGenerator<Conversation, void>} */
async function* conversationsOf(bytes, personal = []) {
  let backup = { begun: false, ended: false, newer: false };
  for await (const value of jsonValues(decoded(bytes))) {
    const fields = record(value);
    if (fields.format === BACKUP_FORMAT) {
      backup = {
        begun: true,
        ended: fields.end === true,
        newer: backup.newer || number(fields.version) > NEWEST.version,
      };
      if (fields.personal) personal.push(record(fields.personal));
    } else {
      const one = conversationOf(fields, backup.begun);
      if (one) yield withOwnIds(one);
      else if (backup.begun) throw new Refusal(backup.newer ? 'newerFile' : 'brokenFile');
    }
  }
  if (backup.begun && !backup.ended) throw new Refusal('brokenFile'); // its end is missing
}

/** @param {Record<string, unknown>} fields @param {boolean} inBackup @returns {Conversation | undefined} undefined for one in which nothing was said, or what is none */
function conversationOf(fields, inBackup) {
  if (inBackup || fields.format === CONVERSATION_FORMAT) return fromOwn(fields);
  if (fields.mapping) return fromChatGpt(fields);
  return fields.chat_messages ? fromClaude(fields) : undefined;
}

/** A turn has its place on the page by its id: of two with the same one, only one would be seen. @param {Conversation} conversation */
function withOwnIds(conversation) {
  /** @type {Set<string>} */
  const ids = new Set();
  for (const turn of [...conversation.turns, ...conversation.aside]) {
    while (ids.has(turn.id)) turn.id = `${turn.id}-${ids.size}`;
    ids.add(turn.id);
  }
  return conversation;
}

/** @param {ReadableStream<Uint8Array>} bytes @returns {AsyncGenerator<string, void>} Throws BrokenJson where they cannot be read, unpacked or decoded, NoJson where they do not begin as JSON either. */
async function* decoded(bytes) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = bytes.getReader();
  /** @type {boolean | undefined} */
  let isJson;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      isJson ??= beginsAsJson(part.value);
      yield decoder.decode(part.value, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw isJson === false ? new NoJson() : new BrokenJson();
  } finally {
    reader.cancel().catch(() => {}); // it has ended already
  }
}

/** @param {Uint8Array} bytes */
function beginsAsJson(bytes) {
  return /^\s*[[{]/.test(new TextDecoder().decode(bytes));
}

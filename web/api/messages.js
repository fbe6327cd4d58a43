/** Makes a request's body for the Messages API from a conversation. Pure. */

import { answerOf, isAnswered } from '../state/conversation.js';
import { thinkingIn } from './thinking.js';

/**
 * @import { Attachment, Level, Prompt, Turn } from '../state/types.d.ts'
 * @import { Config } from './types.d.ts'
 *
 * @typedef {{role: 'user' | 'assistant', content: object[]}} Message
 */

/**
 * A request's body, as JSON.
 * @param {Message[]} messages
 * @param {{model: string, system: string, thinking?: Level}} choices @param {Config} config
 */
export function toBody(messages, { model, system, thinking = '' }, config) {
  const instructions = system.trim() ? { system } : {};
  const head = { model, ...thinkingIn(config, model, thinking), stream: true };
  return JSON.stringify({ ...head, ...instructions, messages });
}

/**
 * What is sent to have `prompt` answered after `turns`. A turn without an answer would leave two user messages in a
 * row, so it stays out; thinking stays out too: the model needs it back only with tools.
 *
 * All of it is marked for the model's cache: the next prompt sends it again, and then it costs a tenth or less
 * (docs/decisions/0005).
 * @param {Turn[]} turns @param {Prompt} prompt
 * @returns {Message[]}
 */
export function toMessages(turns, prompt) {
  const past = turns.filter(isAnswered).flatMap((turn) => [userMessage(turn), assistantMessage(turn)]);
  const { role, content } = userMessage(prompt);
  const last = content.length - 1;
  const marked = content.map((block, index) =>
    index === last ? { ...block, cache_control: { type: 'ephemeral' } } : block,
  );
  return [...past, { role, content: marked }];
}

/** @param {Prompt} prompt @returns {Message} */
function userMessage({ prompt, files }) {
  return { role: 'user', content: [...files.map(fileBlock), ...(prompt ? [{ type: 'text', text: prompt }] : [])] };
}

/** @param {Turn} turn @returns {Message} */
function assistantMessage(turn) {
  return { role: 'assistant', content: [{ type: 'text', text: answerOf(turn).trimEnd() }] };
}

/** @param {Attachment} file */
function fileBlock({ name, mediaType, data }) {
  const source = { type: mediaType === 'text/plain' ? 'text' : 'base64', media_type: mediaType, data };
  return mediaType.startsWith('image/') ? { type: 'image', source } : { type: 'document', title: name, source };
}

/** A conversation of Claude's apps, as their export has it in conversations.json. */

import { append, conversationOfMessages, fenced } from './message_tree.js';
import { id, items, record, text, time, title, UNNAMED } from './untrusted.js';

/**
 * @import { Block, Conversation, Prompt } from '../state/types.d.ts'
 * @import { Message } from './message_tree.js'
 */

const MODEL = 'Claude.ai'; // an export does not say which

/** @param {Record<string, unknown>} value @returns {Conversation | undefined} undefined where nothing was said */
export function fromClaude(value) {
  const messages = messagesOf(items(value.chat_messages).map(record));
  const named = {
    id: id(value.uuid),
    title: title(value.name),
    created: time(value.created_at),
    updated: time(value.updated_at),
  };
  return conversationOfMessages(named, messages, text(value.current_leaf_message_uuid));
}

/** One after the other, unless they name the ones before them. @param {Record<string, unknown>[]} all @returns {Message[]} */
function messagesOf(all) {
  const ids = new Set(all.map(({ uuid }) => uuid));
  /** @type {Set<string>} */
  const names = new Set();
  let before = '';
  return all.map((message, index) => {
    const [given, named] = [id(message.uuid), message.parent_message_uuid];
    const own = given && !names.has(given) ? given : `m${index}`;
    const parent = named && ids.has(named) ? id(named) : before;
    const common = { id: own, parent, created: time(message.created_at), model: MODEL };
    names.add(own);
    before = own;
    if (message.sender === 'human') return { ...common, role: 'person', ...promptOf(message), blocks: [] };
    const blocks = blocksOf(message);
    return { ...common, role: blocks.length > 0 ? 'model' : 'other', prompt: '', blocks };
  });
}

/** With the texts that were attached; of the rest an export has only the names. @param {Record<string, unknown>} message @returns {Prompt} */
function promptOf(message) {
  const attachments = items(message.attachments).map(record);
  const all = attachments.map((one) => ({ ...nameOf(one), data: text(one.extracted_content) }));
  const files = all.filter(({ data }) => data.trim());
  const missing = [...all.filter(({ data }) => !data.trim()), ...items(message.files).map(nameOf)];
  return {
    prompt: [said(message), ...missing.map(({ name }) => `[${name}]`)].filter((part) => part.trim()).join('\n\n'),
    files: files.map((file) => ({ ...file, mediaType: 'text/plain' })),
  };
}

/** @param {unknown} file */
function nameOf(file) {
  return { name: title(record(file).file_name) || UNNAMED }; // a text that was pasted has no name
}

/** @param {Record<string, unknown>} message */
function said(message) {
  const parts = items(message.content).map(record);
  const texts = parts.filter(({ type }) => type === 'text').map((part) => text(part.text));
  return texts.join('\n\n') || text(message.text);
}

/** @param {Record<string, unknown>} message @returns {Block[]} */
function blocksOf(message) {
  /** @type {Block[]} */
  const blocks = [];
  let apart = false; // a tool was used in between
  for (const part of items(message.content).map(record)) {
    const block = blockFrom(part);
    apart ||= part.type === 'tool_use';
    if (!block.text) continue;
    append(blocks, block, apart);
    apart = part.type === 'tool_use';
  }
  const own = text(message.text);
  return blocks.length > 0 || !own ? blocks : [{ type: 'text', text: own }];
}

/** @param {Record<string, unknown>} part @returns {Block} */
function blockFrom(part) {
  if (part.type === 'thinking') return { type: 'thinking', text: text(part.thinking) };
  if (part.type === 'tool_use') return { type: 'text', text: madeWith(record(part.input)) };
  return { type: 'text', text: part.type === 'text' ? text(part.text) : '' };
}

/** What was written with a tool: an artifact, or a file. @param {Record<string, unknown>} input @returns {string} '' where it is neither */
function madeWith({ content, file_text: file, title: name, path, language, type }) {
  const work = text(content) || text(file);
  if (!work) return '';
  const heading = title(name) || title(path);
  const body = type === 'text/markdown' ? work : fenced(work, title(language));
  return heading ? `**${heading}**\n\n${body}` : body;
}

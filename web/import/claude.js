/** A conversation of Claude's apps, as their export has it in conversations.json. */

import { conversationOfMessages } from './message_tree.js';
import { id, items, record, text, time, title } from './untrusted.js';

/**
 * @import { Block, Conversation } from '../state/types.d.ts'
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
  return all.map((message, index) => {
    const before = all[index - 1];
    const named = message.parent_message_uuid;
    const [own, parent] = [id(message.uuid) || `m${index}`, before ? id(before.uuid) || `m${index - 1}` : ''];
    return {
      id: own,
      parent: named && ids.has(named) ? id(named) : parent,
      created: time(message.created_at),
      model: MODEL,
      ...(message.sender === 'human'
        ? { role: /** @type {const} */ ('person'), prompt: promptOf(message), blocks: [] }
        : { role: /** @type {const} */ ('model'), prompt: '', blocks: blocksOf(message) }),
    };
  });
}

/** With the texts that were attached; of pictures an export has only the names. @param {Record<string, unknown>} message */
function promptOf(message) {
  const attachments = items(message.attachments).map(record);
  const pictures = items(message.files).map(record);
  return [
    said(message),
    ...attachments.map(({ file_name: name, extracted_content: content }) => quoted(title(name), text(content))),
    ...pictures.map(({ file_name: name }) => `[${title(name)}]`),
  ]
    .filter((part) => part.trim())
    .join('\n\n');
}

/** @param {string} name @param {string} content */
function quoted(name, content) {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return content.trim() ? `${name}\n${fence}\n${content}\n${fence}` : `[${name}]`;
}

/** @param {Record<string, unknown>} message */
function said(message) {
  const parts = items(message.content).map(record);
  const texts = parts.filter(({ type }) => type === 'text').map((part) => text(part.text));
  return texts.join('\n\n') || text(message.text);
}

/** @param {Record<string, unknown>} message @returns {Block[]} */
function blocksOf(message) {
  const blocks = items(message.content)
    .map(record)
    .flatMap((part) => {
      /** @type {Block[]} */
      const block =
        part.type === 'thinking'
          ? [{ type: 'thinking', text: text(part.thinking) }]
          : [{ type: 'text', text: part.type === 'text' ? text(part.text) : '' }];
      return block.filter((one) => one.text);
    });
  return blocks.length > 0 ? blocks : [{ type: 'text', text: text(message.text) }];
}

/** A conversation of ChatGPT, as its export has it in conversations.json: a tree of messages. */

import { conversationOfMessages, fenced } from './message_tree.js';
import { id, items, record, text, time, title } from './untrusted.js';

/**
 * @import { Block, Conversation } from '../state/types.d.ts'
 * @import { Message } from './message_tree.js'
 *
 * @typedef {Map<string, Record<string, unknown>>} Nodes
 */

/** Signs between which ChatGPT's page puts a link to a source; outside it they mean nothing. The space before is theirs at a sentence's end. */
const CITATION = /(?: (?=\ue200[^\ue201]*\ue201(?:[.,;:!?]|\s|$)))?\ue200[^\ue201]*\ue201/g;

/** @param {Record<string, unknown>} value @returns {Conversation | undefined} undefined where nothing was said */
export function fromChatGpt(value) {
  /** @type {Nodes} */
  const nodes = new Map(Object.entries(record(value.mapping)).map(([key, node]) => [key, record(node)]));
  const named = {
    id: id(value.conversation_id) || id(value.id),
    title: title(value.title),
    created: time(value.create_time),
    updated: time(value.update_time),
  };
  return conversationOfMessages(named, inOrder(nodes).map(messageOf), text(value.current_node));
}

/** Each node after its parent. @param {Nodes} nodes @returns {[string, Record<string, unknown>][]} */
function inOrder(nodes) {
  const roots = [...nodes].filter(([, { parent }]) => typeof parent !== 'string' || !nodes.has(parent));
  const waiting = roots.map(([name]) => name).toReversed();
  /** By the parent, as not every node names its children. @type {Map<unknown, string[]>} */
  const children = new Map();
  for (const [name, { parent }] of nodes) {
    const others = children.get(parent);
    if (others) others.push(name);
    else children.set(parent, [name]);
  }
  /** @type {Map<string, Record<string, unknown>>} */
  const reached = new Map();
  while (waiting.length > 0) {
    const name = waiting.pop() ?? '';
    const node = nodes.get(name);
    if (!node || reached.has(name)) continue; // a broken file may lead in a circle
    reached.set(name, node);
    const next = [...items(node.children), ...(children.get(name) ?? [])].toReversed();
    for (const child of next) if (typeof child === 'string') waiting.push(child);
  }
  return [...reached];
}

/** @param {[string, Record<string, unknown>]} node @returns {Message} */
function messageOf([name, node]) {
  const message = record(node.message);
  const metadata = record(message.metadata);
  const attached = items(metadata.attachments).map((one) => title(record(one).name));
  const names = attached.filter(Boolean).map((one) => `[${one}]`);
  const content = contentOf(message, names);
  const common = { id: id(name), parent: text(node.parent), created: time(message.create_time) };
  const model = text(metadata.model_slug) || 'ChatGPT';
  const role = metadata.is_visually_hidden_from_conversation ? 'other' : roleOf(message, content);
  const prompt = role === 'person' ? content.map((block) => block.text).join('\n\n') : '';
  return { ...common, model, role, prompt, blocks: role === 'model' ? content : [] };
}

/** @param {Record<string, unknown>} message @param {Block[]} content @returns {Message['role']} */
function roleOf(message, content) {
  const { role } = record(message.author);
  const isPrompt = role === 'user' && record(message.content).content_type === 'multimodal_text'; // whatever is in it
  if (content.length === 0 && !isPrompt) return 'other';
  if (role === 'user') return 'person';
  return role === 'assistant' ? 'model' : 'other';
}

/** @param {Record<string, unknown>} message @param {string[]} names of the files that came with it @returns {Block[]} */
function contentOf({ content }, names) {
  const { content_type: kind, parts, text: code, language, thoughts } = record(content);
  if (kind === 'thoughts') {
    const ideas = items(thoughts).map((thought) => text(record(thought).content));
    return asBlocks('thinking', ideas.join('\n\n'));
  }
  if (kind === 'code')
    return asBlocks('text', text(code) && fenced(text(code), title(language).replace('unknown', '')));
  if (kind !== 'text' && kind !== 'multimodal_text') return [];
  const picture = names.length > 0 ? '' : '[…]';
  const all = [...items(parts).map((part) => partOf(part, picture)), ...names];
  return asBlocks(
    'text',
    all
      .filter((part) => part.trim())
      .join('\n\n')
      .replace(CITATION, ''),
  );
}

/** @param {unknown} part @param {string} picture what stands for one @returns {string} */
function partOf(part, picture) {
  if (typeof part === 'string') return text(part);
  const { content_type: kind, text: spoken } = record(part);
  return kind === 'image_asset_pointer' ? picture : text(spoken);
}

/** @param {Block['type']} type @param {string} said @returns {Block[]} */
function asBlocks(type, said) {
  return said.trim() ? [{ type, text: said }] : [];
}

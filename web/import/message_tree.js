/** Makes a conversation of the messages that another chat exported. */

import { titleFrom } from '../state/conversation.js';
import { NO_WORDS } from './untrusted.js';

/**
 * @import { Attachment, Block, Conversation, Turn } from '../state/types.d.ts'
 *
 * @typedef {{id: string, title: string, created: number, updated: number}} Named times are 0 where the export has none
 * @typedef {{id: string, parent: string, role: 'person' | 'model' | 'other', created: number, model: string, prompt: string,
 *   files?: Attachment[], blocks: Block[]}} Message `parent`: the id of the message before it, '' for the first; a person has a `prompt`, the
 *   model has `blocks`
 * @typedef {{turn: Turn, blocks: number}} End where a turn stands after a message: with so many of its blocks
 */

/**
 * @param {Named} named @param {Message[]} messages each after its parent
 * @param {string} last the id of the last message that was shown
 * @returns {Conversation | undefined} undefined where nothing was said, or nothing tells it from others
 */
export function conversationOfMessages({ id, title, created, updated }, messages, last) {
  const { turns, aside } = turnsOfMessages(messages, last);
  const [first] = turns;
  if (!id || !first) return undefined;
  const times = { created, updated: updated || created };
  for (const turn of [...turns, ...aside]) turn.created ||= created;
  return { id, title: title || titleFrom(first), ...times, model: '', system: '', turns, aside };
}

/**
 * Each message of a person begins a turn, and those of the model are its answer. Where the messages are a tree, each way
 * through it becomes a version.
 * @param {Message[]} messages each after its parent
 * @param {string} last the id of the last message that was shown
 * @returns {{turns: Turn[], aside: Turn[]}}
 */
function turnsOfMessages(messages, last) {
  /** @type {Map<string, End | undefined>} */
  const ends = new Map();
  /** @type {Set<Turn>} */
  const all = new Set();
  for (const message of messages) {
    const end = endWith(message, ends.get(message.parent));
    ends.set(message.id, end);
    if (end) all.add(end.turn);
  }
  const shown = ends.has(last) ? last : (messages.at(-1)?.id ?? '');
  const turns = wayTo(ends.get(shown)?.turn, all);
  return { turns, aside: [...all].filter((turn) => !turns.includes(turn)) };
}

/** @param {Message} message @param {End | undefined} before @returns {End | undefined} */
function endWith(message, before) {
  if (message.role === 'other') return before;
  if (message.role === 'person' || !before) {
    const turn = turnFrom(message, before?.turn.id ?? '');
    return { turn, blocks: turn.blocks.length };
  }
  const { turn, blocks } = before;
  const answered = turn.blocks.length > blocks; // by another message: this one is another version
  const own = answered
    ? { ...turn, id: message.id, created: message.created, blocks: turn.blocks.slice(0, blocks) }
    : turn;
  for (const block of message.blocks) append(own.blocks, block, block === message.blocks[0]);
  own.model = message.model;
  return { turn: own, blocks: own.blocks.length };
}

/** @param {Message} message @param {string} after @returns {Turn} */
function turnFrom({ id, created, prompt, files = [], blocks, model }, after) {
  const nothing = { ending: '', problem: null, figures: null, silent: false };
  const question = { prompt: prompt || (files.length > 0 ? '' : NO_WORDS), files };
  return { id, after, created, ...question, model, status: 'done', blocks: [...blocks], ...nothing };
}

/** The turns from the first one to this. @param {Turn | undefined} turn @param {Set<Turn>} all */
function wayTo(turn, all) {
  const byId = new Map([...all].map((one) => [one.id, one]));
  const way = [];
  for (let one = turn; one; one = byId.get(one.after)) {
    way.unshift(one);
    byId.delete(one.id);
  }
  return way;
}

/** Code as Markdown. @param {string} code @param {string} language '' where it is not known */
export function fenced(code, language) {
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

/** Adds a part of an answer, whose texts are read as one. @param {Block[]} blocks @param {Block} block @param {boolean} apart whether it begins a paragraph */
export function append(blocks, { type, text }, apart) {
  const last = blocks.at(-1);
  if (!apart && type === 'text' && last?.type === type) {
    last.text += text;
    return;
  }
  const follows = type === 'text' && blocks.some((one) => one.type === 'text');
  blocks.push({ type, text: apart && follows ? `\n\n${text}` : text });
}

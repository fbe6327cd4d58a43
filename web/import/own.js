/** A conversation of ours, from a back-up or an export. It may have been changed by anybody since. */

import { titleFrom } from '../state/conversation.js';
import {
  choice,
  id,
  items,
  moment,
  NO_WORDS,
  number,
  record,
  text,
  title,
  unknownFields,
  UNNAMED,
} from './untrusted.js';

/** @import { Attachment, Block, Conversation, Figures, Turn } from '../state/types.d.ts' */

const CONVERSATION = [
  'format',
  'version',
  'id',
  'title',
  'created',
  'updated',
  'model',
  'system',
  'pinned',
  'unseen',
  'turns',
  'aside',
];
const TURN = [
  'id',
  'after',
  'created',
  'prompt',
  'files',
  'model',
  'status',
  'blocks',
  'ending',
  'problem',
  'figures',
  'silent',
  'reconnecting',
  'kept',
];
const FIGURES = /** @type {const} */ (['first', 'writing', 'input', 'output', 'cacheRead', 'cacheWrite']);
const LEVELS = ['', 'off', 'low', 'medium', 'high'];
const MEDIA_TYPES = ['text/plain', 'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf'];
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @param {Record<string, unknown>} value @returns {Conversation | undefined} */
export function fromOwn(value) {
  const turns = turnsOf(value.turns, 'turn');
  const aside = turnsOf(value.aside, 'version');
  const name = id(value.id);
  const [first] = turns;
  if (!name || !Array.isArray(value.turns) || !first) return undefined;
  return {
    ...unknownFields(value, CONVERSATION),
    ...checked(value, {
      thinking: (level) => choice(level, LEVELS),
      instructions: id,
      second: text,
      beside: id,
      titleUsd: number,
    }),
    id: name,
    title: title(value.title) || titleFrom(first),
    created: moment(value.created),
    updated: moment(value.updated) || moment(value.created),
    model: text(value.model),
    system: text(value.system),
    ...(value.pinned === true ? { pinned: true } : {}),
    turns,
    aside,
  };
}

/** The fields that not every one has, each made what it has to be. @param {Record<string, unknown>} value @param {Record<string, (field: unknown) => unknown>} checks */
function checked(value, checks) {
  const present = Object.entries(checks).filter(([name]) => name in value);
  return Object.fromEntries(present.map(([name, check]) => [name, check(value[name])]));
}

/** @param {unknown} value @param {string} name for one that has no id @returns {Turn[]} */
function turnsOf(value, name) {
  /** @type {Turn[]} */
  const turns = [];
  for (const [index, one] of items(value).entries())
    turns.push(turnOf(record(one), `${name}-${index}`, name === 'turn' ? (turns.at(-1)?.id ?? '') : ''));
  return turns;
}

/** @param {Record<string, unknown>} turn @param {string} name @param {string} before the one that it comes after where it does not say so, as old ones do not @returns {Turn} */
function turnOf(turn, name, before) {
  const files = filesOf(turn.files);
  return {
    ...unknownFields(turn, TURN),
    ...checked(turn, { models: (names) => items(names).map(text).filter(Boolean) }),
    id: id(turn.id) || name,
    after: typeof turn.after === 'string' ? id(turn.after) : before,
    created: moment(turn.created),
    prompt: text(turn.prompt) || (files.length > 0 ? '' : NO_WORDS),
    files,
    model: text(turn.model),
    status: choice(turn.status, ['stopped', 'done', 'failed']), // nothing is on its way
    blocks: items(turn.blocks).map(record).map(blockOf),
    ending: text(turn.ending),
    problem:
      turn.status === 'failed' ? { kind: 'server', detail: text(record(turn.problem).detail), retryAt: 0 } : null,
    figures: savedFigures(turn.figures),
    silent: false,
  };
}

/** @param {unknown} files @returns {Attachment[]} */
export function filesOf(files) {
  return items(files).map(record).flatMap(fileOf);
}

/** @param {Record<string, unknown>} file @returns {Attachment[]} none where it is no file */
function fileOf({ name, mediaType, data, ...rest }) {
  const [type, content] = [text(mediaType), typeof data === 'string' ? data : ''];
  const isText = type === 'text/plain' && content.trim();
  const isFile = isText || (content && content.length % 4 === 0 && BASE64.test(content));
  if (!isFile || !MEDIA_TYPES.includes(type)) return [];
  return [{ ...unknownFields(rest, []), name: title(name) || UNNAMED, mediaType: type, data: content }];
}

/** @param {Record<string, unknown>} block @returns {Block} */
function blockOf(block) {
  const times = checked(block, { began: moment, took: number });
  return { ...times, type: choice(block.type, ['text', 'thinking']), text: text(block.text) };
}

/** @param {unknown} value @returns {Figures | null} */
function savedFigures(value) {
  if (!value) return null;
  const all = record(value);
  const numbers = Object.fromEntries(FIGURES.map((name) => [name, number(all[name])]));
  const cost = typeof all.cost === 'number' ? number(all.cost) : null;
  const signs = checked(all, { burst: (burst) => burst === true, context: number });
  return /** @type {Figures} */ ({ ...numbers, ...signs, cost, partial: all.partial === true });
}

/** A conversation of ours, from a back-up or an export. It may have been changed by anybody since. */

import { choice, id, items, number, record, text, title, unknownFields } from './untrusted.js';

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
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]+$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @param {Record<string, unknown>} value @returns {Conversation | undefined} */
export function fromOwn(value) {
  const turns = turnsOf(value.turns, 'turn');
  const aside = turnsOf(value.aside, 'version');
  const name = id(value.id);
  if (!name || !Array.isArray(value.turns) || turns.length === 0) return undefined;
  return {
    ...unknownFields(value, CONVERSATION),
    id: name,
    title: title(value.title),
    created: number(value.created),
    updated: number(value.updated),
    model: text(value.model),
    system: text(value.system),
    ...(value.pinned === true ? { pinned: true } : {}),
    turns,
    aside,
  };
}

/** @param {unknown} value @param {string} name for one that has no id @returns {Turn[]} */
function turnsOf(value, name) {
  return items(value).map((one, index) => turnOf(record(one), `${name}-${index}`));
}

/** @param {Record<string, unknown>} turn @param {string} name @returns {Turn} */
function turnOf(turn, name) {
  return {
    ...unknownFields(turn, TURN),
    id: id(turn.id) || name,
    after: id(turn.after),
    created: number(turn.created),
    prompt: text(turn.prompt),
    files: filesOf(turn.files),
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
  const [type, content] = [text(mediaType), text(data)];
  const isFile = MEDIA_TYPE.test(type) && content.length % 4 === 0 && BASE64.test(content);
  return isFile ? [{ ...unknownFields(rest, []), name: title(name), mediaType: type, data: content }] : [];
}

/** @param {Record<string, unknown>} block @returns {Block} */
function blockOf(block) {
  return { type: choice(block.type, ['text', 'thinking']), text: text(block.text) };
}

/** @param {unknown} value @returns {Figures | null} */
function savedFigures(value) {
  if (!value) return null;
  const all = record(value);
  const numbers = Object.fromEntries(FIGURES.map((name) => [name, number(all[name])]));
  const cost = typeof all.cost === 'number' ? number(all.cost) : null;
  return /** @type {Figures} */ ({ ...numbers, cost, partial: all.partial === true });
}

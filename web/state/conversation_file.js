/** A conversation as a file: Markdown to read, JSON with everything. */

import { modelName } from '../strings.js';
import { answerOf } from './conversation.js';

/** @import { Conversation } from './types.d.ts' */

export const BACKUP_FORMAT = 'claude-stream back-up';
export const CONVERSATION_FORMAT = 'claude-stream conversation';

/** @param {Conversation} conversation @param {{you: string}} words @returns {string} */
export function toMarkdown({ title, created, system, turns }, { you }) {
  const sections = turns.flatMap((turn) => [
    `## ${you}`,
    [...turn.files.map(({ name }) => `*${name}*`), closed(turn.prompt)].filter(Boolean).join('\n\n'),
    `## ${modelName(turn.model)}`,
    closed(answerOf(turn).trim()),
  ]);
  const quoted = system ? [`> ${system.replaceAll('\n', '\n> ')}`] : [];
  const day = new Date(created).toLocaleDateString('sv'); // 2026-11-27
  return [`# ${title}`, `*${day}*`, ...quoted, ...sections].join('\n\n') + '\n';
}

/** Ends a block of code that has no end: else what follows it would be code. @param {string} text Markdown */
function closed(text) {
  let open = '';
  for (const [, fence = '', rest = ''] of text.matchAll(/^ {0,3}(`{3,}|~{3,})(.*)$/gm)) {
    const isEnd = fence.startsWith(open) && !rest.trim();
    const isBeginning = !(fence.startsWith('`') && rest.includes('`'));
    if (open ? isEnd : isBeginning) open = open ? '' : fence;
  }
  return open ? `${text}\n${open}` : text;
}

/** @param {Conversation} conversation @returns {string} */
export function toJson(conversation) {
  return JSON.stringify({ format: CONVERSATION_FORMAT, version: 1, ...conversation }, null, 2) + '\n';
}

/** A conversation as a file: Markdown to read, JSON with everything. */

import { answerOf } from './conversation.js';

/** @import { Conversation } from './types.d.ts' */

export const BACKUP_FORMAT = 'claude-stream back-up';
export const CONVERSATION_FORMAT = 'claude-stream conversation';

/** @param {Conversation} conversation @param {{you: string}} words @returns {string} */
export function toMarkdown({ title, system, turns }, { you }) {
  const sections = turns.flatMap((turn) => [
    `## ${you}`,
    [...turn.files.map(({ name }) => `*${name}*`), turn.prompt].filter(Boolean).join('\n\n'),
    '## Claude',
    answerOf(turn).trim(),
  ]);
  return (
    [`# ${title}`, ...(system ? [`> ${system.replaceAll('\n', '\n> ')}`] : []), ...sections].join('\n\n') + '\n'
  );
}

/** @param {Conversation} conversation @returns {string} */
export function toJson(conversation) {
  return JSON.stringify({ format: CONVERSATION_FORMAT, version: 1, ...conversation }, null, 2) + '\n';
}

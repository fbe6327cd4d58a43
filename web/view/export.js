/** Files for the person to keep. */

import { toJson, toMarkdown } from '../state/conversation_file.js';

/**
 * @import { Conversation } from '../state/types.d.ts'
 * @import { Words } from './words.js'
 */

const DOWNLOAD_MS = 10_000; // until the browser has surely begun to save a file

/** @param {'markdown' | 'json'} kind @param {Conversation} conversation @param {Words} words */
export function saveAs(kind, conversation, words) {
  const name = fileName(conversation);
  if (kind === 'json') download(`${name}.json`, new Blob([toJson(conversation)], { type: 'application/json' }));
  else {
    const text = toMarkdown(conversation, { you: words.word('you') });
    download(`${name}.md`, new Blob([text], { type: 'text/markdown' }));
  }
}

/** @param {string} name @param {Blob} content */
export function download(name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_MS);
}

/** @param {Conversation} conversation */
function fileName({ title }) {
  const name = title
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return name || 'conversation';
}

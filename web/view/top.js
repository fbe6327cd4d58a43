/** The bar above the conversation: the menu. */

import { toJson, toMarkdown } from '../state/conversation.js';
import { download, find, onClick } from './dom.js';

/**
 * @import { State } from '../state/types.d.ts'
 * @import { Part } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @returns {Part} */
export function topView() {
  const menu = find(document, '#menu', HTMLElement);
  const forget = find(menu, '[data-forget]', HTMLButtonElement);
  /** @type {Readonly<State>} */
  let latest;
  /** @type {Words} */
  let lastWords;
  for (const button of menu.querySelectorAll('button')) button.addEventListener('click', () => menu.hidePopover());
  onClick(menu, '[data-export="markdown"]', () =>
    download(
      fileName(latest, 'md'),
      'text/markdown',
      toMarkdown(latest.conversation, { you: lastWords.word('you') }),
    ),
  );
  onClick(menu, '[data-export="json"]', () =>
    download(fileName(latest, 'json'), 'application/json', toJson(latest.conversation)),
  );
  onClick(menu, '[data-print]', () => print());

  return (state, words) => {
    [latest, lastWords] = [state, words];
    forget.hidden = !state.hasKey;
    const empty = state.conversation.turns.length === 0;
    for (const button of menu.querySelectorAll('[data-export], [data-print]')) {
      if (button instanceof HTMLButtonElement) button.disabled = empty;
    }
    const { title } = state.conversation;
    const wanted = title ? `${title} · claude-stream` : 'claude-stream';
    if (document.title !== wanted) document.title = wanted;
  };
}

/** @param {Readonly<State>} state @param {string} suffix */
function fileName({ conversation }, suffix) {
  const title = conversation.title
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return `${title || 'conversation'}.${suffix}`;
}

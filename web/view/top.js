/** The bar above the conversation: the menu. */

import { find, onClick } from './dom.js';

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
  for (const kind of /** @type {const} */ (['markdown', 'json'])) {
    onClick(menu, `[data-export="${kind}"]`, async () => {
      const { conversation } = latest;
      const { saveAs } = await import('./export.js');
      saveAs(kind, conversation, lastWords);
    });
  }
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

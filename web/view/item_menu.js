/** What a conversation's menu in the list does. */

import { composes } from './composer.js';
import { saveAs } from './export.js';

/**
 * @import { Summary } from '../state/types.d.ts'
 * @import { SideActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/**
 * @param {string} item the button's data-item @param {Summary} one @param {HTMLElement | null} title its button in the list
 * @param {SideActions & {renamed(): void}} actions @param {Words} words
 */
export async function choose(item, { id, title: old }, title, actions, words) {
  if (item === 'pin' || item === 'unpin') actions.pin(id, item === 'pin');
  if (item === 'remove') actions.remove(id);
  if (item === 'rename' && title)
    rename(title, old, words, (next) => {
      if (next && next !== old) actions.rename(id, next);
      actions.renamed();
    });
  if (item === 'markdown' || item === 'json') {
    const conversation = await actions.find(id);
    if (conversation) saveAs(item, conversation, words);
  }
}

/**
 * The title becomes a field: Enter or leaving it keeps the new one, Esc the old one.
 * @param {HTMLElement} open @param {string} title @param {Words} words
 * @param {(title: string) => void} done with '' where the old one stays
 */
function rename(open, title, words, done) {
  const input = document.createElement('input');
  input.value = title;
  input.maxLength = 200;
  input.setAttribute('aria-label', words.word('newTitle'));
  let over = false;
  const end = (/** @type {string} */ next) => {
    if (over) return;
    over = true;
    const focused = input === document.activeElement;
    input.replaceWith(open);
    if (focused) open.focus();
    done(next);
  };
  input.addEventListener('blur', () => end(input.value.trim()));
  input.addEventListener('keydown', (event) => {
    if (composes(event)) return;
    if (event.key === 'Enter') end(input.value.trim());
    if (event.key === 'Escape') end('');
    if (event.key === 'Escape') event.stopPropagation();
  });
  open.replaceWith(input);
  input.select();
}

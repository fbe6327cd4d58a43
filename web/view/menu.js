/** The small menu beside a button of an answer. There is one for all: its items are made when it opens. */

import { find } from './dom.js';

const GAP_PX = 4;

/**
 * Fills the menu and puts it beside `button`, which opens it (`popovertarget`).
 * @param {HTMLElement} button @param {{label: string, act: () => void}[]} items
 */
export function fillMenu(button, items) {
  const menu = find(document, '[data-answer-menu]', HTMLElement);
  menu.setAttribute('aria-label', button.getAttribute('aria-label') ?? '');
  menu.replaceChildren(...items.map((item) => menuItem(menu, item)));
  document.querySelector('[data-copied]')?.removeAttribute('data-copied'); // it would stand in the way
  const { left, top, bottom } = button.getBoundingClientRect();
  const above = top > innerHeight / 2;
  const style = {
    left: `min(${Math.max(GAP_PX, left)}px, 100vw - 16rem)`,
    top: above ? 'auto' : `${bottom + GAP_PX}px`,
    bottom: above ? `${innerHeight - top + GAP_PX}px` : 'auto',
    right: 'auto',
  };
  Object.assign(menu.style, style);
}

/** @param {HTMLElement} menu @param {{label: string, act: () => void}} item */
function menuItem(menu, { label, act }) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.autofocus = true; // the first one gets the focus
  button.addEventListener('click', () => {
    menu.hidePopover();
    act();
  });
  return button;
}

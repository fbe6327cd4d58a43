/** The side, with the history: search, open, rename, delete. */

import { search } from '../state/conversation.js';
import { composes } from './composer.js';
import { clone, find, onClick, onFirstClick } from './dom.js';

/**
 * @import { Summary } from '../state/types.d.ts'
 * @import { Part, SideActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

const WIDE_ENOUGH = matchMedia('(width >= 60rem)'); // style.css says the same

/** @param {SideActions} actions @returns {Part} */
export function sideView(actions) {
  const side = find(document, '[data-side]', HTMLElement);
  const main = find(document, '[data-main]', HTMLElement);
  const list = find(side, '[data-list]', HTMLElement);
  const query = find(side, '[data-search]', HTMLInputElement);
  const opener = find(document, '[data-open-side]', HTMLButtonElement);
  const says = find(document, '[data-says]', HTMLElement);
  const below = says.nextElementSibling;
  /** @type {unknown[]} */
  let last = [];

  const toggle = (/** @type {boolean} */ open) => {
    side.hidden = !open;
    opener.hidden = open;
    const over = open && !WIDE_ENOUGH.matches;
    main.inert = over; // it lies under the list
    side.role = over ? 'dialog' : 'complementary';
    side.ariaModal = over ? 'true' : null;
    if (over) side.append(says);
    else below?.before(says); // Undo is within reach wherever one deletes
  };
  const { dataset } = document.documentElement; // early.js has read it
  /** Where it stands beside the conversation, it stays as it was left. @param {boolean} open */
  const choose = (open) => {
    toggle(open);
    if (!WIDE_ENOUGH.matches) return;
    dataset.history = open ? '' : 'closed';
    actions.prefer({ history: dataset.history });
  };
  const close = () => {
    choose(false);
    opener.focus();
  };
  const begin = () => toggle(WIDE_ENOUGH.matches && dataset.history !== 'closed');
  begin();
  WIDE_ENOUGH.addEventListener('change', begin);
  onClick(document, '[data-open-side]', (event) => {
    event.stopPropagation(); // else it would be a click beside the list
    choose(true);
    query.focus();
  });
  onClick(side, '[data-close-side]', close);
  side.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || WIDE_ENOUGH.matches) return;
    event.stopPropagation(); // else it would stop the answer too
    close();
  });
  document.addEventListener('click', ({ target }) => {
    if (main.inert && !side.contains(/** @type {Node} */ (target))) close();
  });
  /** On a phone the list lies over the conversation. @param {() => void} action */
  const leaving = (action) => () => {
    action();
    if (!WIDE_ENOUGH.matches) toggle(false);
  };
  onClick(document, '[data-new]', leaving(actions.create));
  query.addEventListener('input', () => actions.search(query.value));
  query.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && query.value) event.stopPropagation(); // empties the field, and does nothing else
  });

  return function show(state, words) {
    const now = [state.summaries, state.query, state.conversation.id, words];
    const renaming = list.querySelector('input');
    if (renaming || now.every((value, index) => value === last[index])) return;
    last = now;
    const found = search(state.summaries, state.query);
    const empty = words.word(state.summaries.length === 0 ? 'noConversations' : 'nothingFound');
    if (found.length === 0) {
      const hint = document.createElement('p');
      hint.className = 'hint';
      hint.textContent = empty;
      list.replaceChildren(hint);
      return;
    }
    const renamed = () => show(state, words);
    const item = (/** @type {Summary} */ one) =>
      itemView(one, one.id === state.conversation.id, { ...actions, renamed }, leaving, words);
    const refocus = rememberFocus(list);
    list.replaceChildren(...groupByDay(found).flatMap(([key, group]) => section(words.word(key), group.map(item))));
    refocus();
  };
}

/** Returns a function that gives the focus back to the button that has it, once the list is rebuilt. @param {HTMLElement} list */
function rememberFocus(list) {
  const { activeElement } = document;
  const item = list.contains(activeElement) && activeElement?.closest('.item');
  if (!(item instanceof HTMLElement)) return () => {};
  const index = [...item.querySelectorAll('button')].findIndex((button) => button === activeElement);
  return () => list.querySelector(`[data-id="${item.dataset.id}"]`)?.querySelectorAll('button')[index]?.focus();
}

/** @param {Summary[]} summaries @returns {['today' | 'yesterday' | 'earlier', Summary[]][]} */
function groupByDay(summaries) {
  const today = new Date().setHours(0, 0, 0, 0);
  const yesterday = new Date(today - 1).setHours(0, 0, 0, 0);
  /** @type {['today' | 'yesterday' | 'earlier', Summary[]][]} */
  const groups = [
    ['today', summaries.filter(({ updated }) => updated >= today)],
    ['yesterday', summaries.filter(({ updated }) => updated >= yesterday && updated < today)],
    ['earlier', summaries.filter(({ updated }) => updated < yesterday)],
  ];
  return groups.filter(([, group]) => group.length > 0);
}

/** @param {string} title @param {HTMLElement[]} items */
function section(title, items) {
  const heading = document.createElement('h2');
  heading.textContent = title;
  const group = document.createElement('ul');
  group.append(...items);
  return [heading, group];
}

/**
 * @param {Summary} one @param {boolean} current @param {SideActions & {renamed(): void}} actions
 * @param {(action: () => void) => () => void} leaving @param {Words} words
 */
function itemView({ id, title }, current, actions, leaving, words) {
  const element = words.fill(clone('item'));
  element.dataset.id = id;
  const open = find(element, '[data-open]', HTMLButtonElement);
  open.textContent = title;
  open.title = title;
  if (current) open.setAttribute('aria-current', 'true');
  onClick(
    element,
    '[data-open]',
    leaving(() => actions.open(id)),
  );
  onFirstClick(element, '[data-remove]', () => actions.remove(id)); // the next one moves up under the pointer
  onClick(element, '[data-rename]', () =>
    rename(open, title, words, (next) => {
      if (next && next !== title) actions.rename(id, next);
      actions.renamed();
    }),
  );
  return element;
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

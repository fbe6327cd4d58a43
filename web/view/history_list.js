/** The list of conversations: in groups, or those in which something was found; each has a menu. */

import { matching } from '../state/finding.js';
import { groupsOf } from '../state/groups.js';
import { composes } from './composer.js';
import { clone, find, onClick, onFirstClick, tell } from './dom.js';
import { snippetOf } from './hit.js';

/**
 * @import { Group } from '../state/groups.js'
 * @import { Hit, State, Summary } from '../state/types.d.ts'
 * @import { Part, SideActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/**
 * @param {HTMLElement} list @param {HTMLElement} menu @param {SideActions} actions
 * @param {() => void} leave called when a conversation is opened
 * @returns {Part}
 */
export function historyList(list, menu, actions, leave) {
  const groups = find(list, '[data-groups]', HTMLElement);
  const nothing = find(list, '[data-nothing]', HTMLElement);
  /** The rows, by their conversations' ids. @type {Map<string, ReturnType<typeof rowView>>} */
  const rows = new Map();
  /** @type {unknown[]} */
  let last = [];
  /** @type {State['place']} */
  let place = null;
  /** @type {Words | undefined} */
  let lastWords;
  /** @type {Readonly<State> | undefined} */
  let latest;
  /** The conversation whose menu is open. @type {Summary | undefined} */
  let chosen;

  /** Rows that a search leaves out are kept: they come back with its end. @param {Summary[]} summaries */
  function forgetRemoved(summaries) {
    if (rows.size <= summaries.length) return;
    const ids = new Set(summaries.map(({ id }) => id));
    for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
  }

  const rowActions = {
    /** @param {string} id @param {Hit} [hit] */
    open(id, hit) {
      actions.open(id, hit);
      leave();
    },

    /** @param {Summary} summary @param {HTMLElement} button */
    choose(summary, button) {
      const { left, bottom } = button.getBoundingClientRect();
      chosen = summary;
      menu.style.setProperty('--left', `${left}px`);
      menu.style.setProperty('--top', `${bottom}px`);
      find(menu, '[data-item="pin"]', HTMLElement).hidden = summary.pinned;
      find(menu, '[data-item="unpin"]', HTMLElement).hidden = !summary.pinned;
    },
  };

  /** @type {Part} */
  const show = (state, words) => {
    latest = state;
    if (state.place !== place) {
      place = state.place;
      if (place) bringIntoSight(place, state);
    }
    const now = [state.summaries, state.query, state.hits, state.conversation.id, words, new Date().getDate()];
    const inHand = menu.matches(':popover-open') || list.querySelector('input'); // a row that is in use stays where it is
    if (inHand || now.every((value, index) => value === last[index])) return;
    if (state.query !== last[1]) CSS.highlights?.delete('found'); // place.js has marked it
    last = now;
    if (words !== lastWords) rows.clear();
    lastWords = words;
    const found = foundIn(state);
    const refocus = rememberFocus(list);
    const row = (/** @type {Summary} */ one) => {
      const view = rows.get(one.id) ?? rowView(menu, rowActions, words);
      rows.set(one.id, view);
      view.show(one, one.id === state.conversation.id, state.hits?.get(one.id));
      return view.element;
    };
    const sections = groupsOf(found, Date.now()).flatMap((group) =>
      section(group, group.summaries.map(row), words),
    );
    groups.replaceChildren(...sections);
    tell(nothing, nothingIn(found, state, words));
    refocus();
    forgetRemoved(state.summaries);
  };

  walkByKeys(list);
  menu.addEventListener('toggle', ({ newState }) => {
    if (newState === 'closed' && latest && lastWords) show(latest, lastWords);
  });
  menu.addEventListener('click', async ({ target }) => {
    const button = target instanceof Element && target.closest('button');
    const [one, words] = [chosen, lastWords];
    if (!button || !one || !words) return;
    menu.hidePopover();
    const { choose } = await import('./item_menu.js');
    const title = rows.get(one.id)?.element.querySelector('[data-open]');
    const renamed = () => {
      last = []; // the list has not been drawn meanwhile
      if (latest) show(latest, words);
    };
    choose(
      button.dataset.item ?? '',
      one,
      title instanceof HTMLElement ? title : null,
      { ...actions, renamed },
      words,
    );
  });

  return show;
}

/** Arrows lead from the search's field through the list and back; in the field, Enter opens the first of what was found. @param {HTMLElement} list */
function walkByKeys(list) {
  const field = find(document, '[data-search]', HTMLInputElement);
  list.parentElement?.addEventListener('keydown', (event) => {
    const { target, key } = event;
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[key] ?? 0;
    if (!step || composes(event) || !(target instanceof HTMLElement)) return;
    const stops = [field, ...list.querySelectorAll('[data-open]')];
    const at = stops.indexOf(target.closest('.item')?.querySelector('[data-open]') ?? target);
    const next = at < 0 ? undefined : stops[at + step];
    if (!(next instanceof HTMLElement) || (key === 'Enter' && !(target === field && field.value))) return;
    event.preventDefault();
    if (key === 'Enter') next.click();
    else next.focus();
  });
}

/** After this frame, in which the conversation is drawn. @param {NonNullable<State['place']>} place @param {Readonly<State>} state */
async function bringIntoSight(place, { conversation }) {
  const index = conversation.turns.findIndex(({ id }) => id === place.turn);
  const { lookAt } = await import('./place.js');
  await lookAt(index, place.words);
}

/** In whose title every word occurs, or in whose title and texts together. @param {Readonly<State>} state @returns {Summary[]} */
function foundIn({ summaries, query, hits }) {
  const isNamed = matching(query);
  return summaries.filter(({ id, title }) => hits?.has(id) || isNamed(title));
}

/** Why the list is empty, if it is. @param {Summary[]} found @param {Readonly<State>} state @param {Words} words */
function nothingIn(found, { summaries, hits }, { word }) {
  if (found.length > 0 || summaries.length === 0) return '';
  return word(hits ? 'nothingFound' : 'searching');
}

/** Returns a function that gives the focus back to the button that has it, once the list is rebuilt. @param {HTMLElement} list */
function rememberFocus(list) {
  const { activeElement } = document;
  const item = list.contains(activeElement) && activeElement?.closest('.item');
  if (!(item instanceof HTMLElement)) return () => {};
  const index = [...item.querySelectorAll('button')].findIndex((button) => button === activeElement);
  return () => list.querySelector(`[data-id="${item.dataset.id}"]`)?.querySelectorAll('button')[index]?.focus();
}

/** @param {Group} group @param {HTMLElement[]} items @param {Words} words */
function section({ key, month }, items, words) {
  const heading = document.createElement('h2');
  heading.textContent = key === 'month' ? words.month(month) : words.word(key);
  const group = document.createElement('ul');
  group.append(...items);
  return [heading, group];
}

/**
 * A conversation in the list.
 * @param {HTMLElement} menu @param {{open(id: string, hit?: Hit): void, choose(one: Summary, button: HTMLElement): void}} actions
 * @param {Words} words
 */
function rowView(menu, { open, choose }, words) {
  const element = words.fill(clone('item'));
  const title = find(element, '[data-open]', HTMLButtonElement);
  const more = find(element, '[data-item-menu]', HTMLButtonElement);
  const mark = find(element, '[data-mark]', HTMLElement);
  const snippet = find(element, '[data-hit]', HTMLButtonElement);
  /** @type {Summary} */
  let one;
  /** @type {Hit | undefined} */
  let hit;
  const go = () => open(one.id, hit);
  onFirstClick(element, '[data-open]', go); // a menu may have been in this place before
  onFirstClick(element, '[data-hit]', go);
  more.popoverTargetElement = menu;
  onClick(element, '[data-item-menu]', () => choose(one, more));

  return {
    element,

    /** @param {Summary} summary @param {boolean} current @param {Hit} [place] */
    show(summary, current, place) {
      [one, hit] = [summary, place];
      element.dataset.id = one.id;
      tell(title, one.title);
      title.title = one.title;
      if (current) title.setAttribute('aria-current', 'true');
      else title.removeAttribute('aria-current');
      more.setAttribute('aria-label', words.word('itemMenu', { title: one.title }));
      const what = one.working ? 'answering' : 'unseenAnswer';
      mark.hidden = !one.working && !(one.unseen && !current);
      mark.className = one.working ? 'mark working' : 'mark';
      mark.setAttribute('aria-label', words.word(what));
      snippet.hidden = !place;
      if (place) snippet.replaceChildren(...snippetOf(place));
    },
  };
}

/** The side, with the history; the list of it comes with the first conversation. */

import { COARSE, find, onClick, onDemand, tell } from './dom.js';

/**
 * @import { State } from '../state/types.d.ts'
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
  const closer = find(side, '[data-close-side]', HTMLButtonElement);
  const says = find(document, '[data-says]', HTMLElement);
  const below = says.nextElementSibling;
  const menu = find(document, '#item-menu', HTMLElement);
  const hint = find(list, '[data-list-hint]', HTMLElement);
  /** @type {[Readonly<State>, Words] | undefined} */
  let latest;
  /** @type {Part | undefined} */
  let showList;

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
    (COARSE.matches ? closer : query).focus(); // a finger's keyboard would cover the list
  });
  closer.addEventListener('click', close);
  side.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || WIDE_ENOUGH.matches || menu.matches(':popover-open')) return;
    event.stopPropagation(); // else it would stop the answer too
    close();
  });
  document.addEventListener('click', ({ target }) => {
    if (main.inert && !side.contains(/** @type {Node} */ (target))) close();
  });
  /** On a phone the list lies over the conversation. */
  const leave = () => {
    if (!WIDE_ENOUGH.matches) toggle(false);
  };
  onClick(document, '[data-new]', () => {
    actions.create();
    leave();
  });
  query.addEventListener('input', () => actions.search(query.value));
  onClick(side, '[data-clear]', () => {
    query.value = '';
    actions.search('');
    query.focus();
  });
  query.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && query.value) event.stopPropagation(); // empties the field, and does nothing else
  });

  const load = onDemand(async () => {
    const [{ historyList }] = await Promise.all([import('./history_list.js'), import('../strings_later.js')]);
    showList = historyList(list, menu, actions, leave);
    if (latest) showList(...latest);
  });

  return function show(state, words) {
    latest = [state, words];
    tell(hint, state.summaries.length === 0 ? words.word('noConversations') : '');
    if (showList) showList(state, words);
    else if (state.summaries.length > 0) load().catch(() => {}); // the network: with the next change
  };
}

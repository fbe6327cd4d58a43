/** The palette: every command, model and conversation, found by typing. */

import { modelName } from '../strings.js';
import { composes } from './composer.js';
import { find } from './dom.js';

/**
 * @import { Key } from '../strings.js'
 * @import { Panel, PanelContext } from './types.d.ts'
 *
 * @typedef {{group: string, text: string, run(): void}} Item
 */

const MAX_SHOWN_ROWS = 30; // nobody reads on, who can type on

/** @type {Panel} */
export function openPalette(context) {
  const { dialog } = context;
  const query = find(dialog, 'input', HTMLInputElement);
  const list = find(dialog, '[role="listbox"]', HTMLElement);
  const empty = find(dialog, '[data-nothing]', HTMLElement);
  /** @type {Item[]} */
  let items = [];
  let active = 0;

  const mark = (/** @type {number} */ index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    const option = list.children[index];
    query.setAttribute('aria-activedescendant', option?.id ?? '');
    option?.scrollIntoView({ block: 'nearest' });
  };
  const run = (/** @type {number} */ index) => {
    dialog.close();
    items[index]?.run();
  };
  const show = () => {
    items = [...matching(commands(context), query.value), ...conversationsFor(context, query.value)];
    items = items.slice(0, MAX_SHOWN_ROWS);
    list.replaceChildren(...items.map((item, index) => optionFor(item, index, () => run(index))));
    list.hidden = items.length === 0;
    empty.hidden = items.length > 0;
    mark(0);
  };
  query.addEventListener('input', show);
  query.addEventListener('keydown', (event) => {
    if (composes(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== 'Enter') return;
    event.preventDefault();
    if (step) mark((active + step + items.length) % Math.max(1, items.length));
    else run(active);
  });
  show();
}

/** @param {Item} item @param {number} index @param {() => void} run */
function optionFor({ group, text }, index, run) {
  const option = document.createElement('div');
  const kind = document.createElement('span');
  option.id = `option-${index}`;
  option.setAttribute('role', 'option');
  option.className = 'option';
  kind.className = 'hint';
  kind.textContent = group;
  option.append(text, kind);
  option.addEventListener('click', run);
  return option;
}

/** @param {PanelContext} context @returns {Item[]} */
function commands({ state, words, actions, open }) {
  const group = words.word('command');
  const panel = (/** @type {Key} */ key, /** @type {string} */ name) => ({
    group,
    text: words.word(key),
    run: () => open(name),
  });
  const press = (/** @type {Key} */ key, /** @type {string} */ selector) => ({
    group,
    text: words.word(key),
    run: () => find(document, selector, HTMLButtonElement).click(),
  });
  const empty = state.conversation.turns.length === 0;
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  return [
    ...(empty ? [] : [{ group, text: words.word('newChat'), run: actions.create }]),
    press('attach', '[data-attach]'),
    panel('instructions', 'instructions'),
    panel('settings', 'settings'),
    panel('shortcuts', 'shortcuts'),
    { group, text: `${words.word('theme')}: ${words.word(theme)}`, run: () => actions.prefer({ theme }) },
    ...(empty
      ? []
      : [press('exportMarkdown', '[data-export="markdown"]'), press('exportJson', '[data-export="json"]')]),
    ...(state.config?.models ?? []).map((id) => ({
      group: words.word('model'),
      text: modelName(id),
      run: () => actions.chooseModel(id),
    })),
  ];
}

/** @param {Item[]} all @param {string} query */
function matching(all, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ text, group }) => words.every((word) => `${text} ${group}`.toLowerCase().includes(word)));
}

/** @param {PanelContext} context @param {string} query @returns {Item[]} */
function conversationsFor({ state, words, actions }, query) {
  const group = words.word('conversation');
  const all = state.summaries.map(({ id, title }) => ({ group, text: title, run: () => actions.open(id) }));
  return matching(all, query);
}

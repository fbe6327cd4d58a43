/** The palette: every command, model and conversation, and what was said in one, found by typing. */

import { matching } from '../state/finding.js';
import { levelsOf } from '../state/levels.js';
import { modelName } from '../strings.js';
import { LEVELS } from './bar.js';
import { composes } from './composer.js';
import { find } from './dom.js';
import { snippetOf } from './hit.js';

/**
 * @import { Hit } from '../state/types.d.ts'
 * @import { Key } from '../strings.js'
 * @import { Panel, PanelContext } from './types.d.ts'
 *
 * @typedef {{group: string, content: (string | Node)[], run(): void}} Item
 */

const MAX_SHOWN_ROWS = 30; // nobody reads on, who can type on

/** @type {Panel} */
export function openPalette(context) {
  const { dialog, actions } = context;
  const field = find(dialog, 'input', HTMLInputElement);
  const list = find(dialog, '[role="listbox"]', HTMLElement);
  const empty = find(dialog, '[data-nothing]', HTMLElement);
  /** @type {Item[]} */
  let items = [];
  let active = 0;

  const mark = (/** @type {number} */ index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    const option = list.children[index];
    field.setAttribute('aria-activedescendant', option?.id ?? '');
    option?.scrollIntoView({ block: 'nearest' });
  };
  const run = (/** @type {number} */ index) => {
    dialog.close();
    items[index]?.run();
  };
  const fill = (/** @type {Item[]} */ all) => {
    items = all.slice(0, MAX_SHOWN_ROWS);
    list.replaceChildren(...items.map((item, index) => optionFor(item, index, () => run(index))));
    list.hidden = items.length === 0;
    mark(active);
  };
  /** What is named so at once, and then what was said. */
  const show = async () => {
    const query = field.value;
    const named = [...commandsFor(context, query), ...conversationsFor(context, query)];
    active = 0;
    empty.hidden = true;
    fill(named);
    for await (const hits of actions.findHits(query)) {
      if (field.value !== query || !dialog.open) return;
      fill([...named, ...saidFor(context, query, hits)]);
    }
    empty.hidden = items.length > 0;
  };
  field.addEventListener('input', show);
  field.addEventListener('keydown', (event) => {
    if (composes(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== 'Enter') return;
    event.preventDefault();
    if (step) mark((active + step + items.length) % Math.max(1, items.length));
    else if (items.length > 0) run(active);
  });
  show();
  if ('entered' in dialog.dataset && items.length > 0) run(0);
}

/** @param {Item} item @param {number} index @param {() => void} run */
function optionFor({ group, content }, index, run) {
  const option = document.createElement('div');
  const [what, kind] = [document.createElement('span'), document.createElement('span')];
  option.id = `option-${index}`;
  option.setAttribute('role', 'option');
  option.className = 'option';
  what.append(...content);
  kind.className = 'hint';
  kind.textContent = group;
  option.append(what, kind);
  option.addEventListener('click', run);
  return option;
}

/** @param {PanelContext} context */
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
  const { config, conversation } = state;
  const empty = conversation.turns.length === 0;
  const ofLast = (/** @type {Key} */ key, /** @type {string} */ name) => {
    const selector = `[data-turns] > :last-child [data-${name}]:not([hidden])`;
    return document.querySelector(selector) ? [press(key, selector)] : [];
  };
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  return [
    ...(empty ? [] : [{ group, text: words.word('newChat'), run: actions.create }]),
    { group, text: words.word('searchHistory'), run: searchHistory },
    ...ofLast('regenerate', 'regenerate'),
    ...ofLast('copy', 'copy'),
    press('attach', '[data-attach]'),
    panel('instructions', 'instructions'),
    panel('settings', 'settings'),
    panel('shortcuts', 'shortcuts'),
    { group, text: `${words.word('theme')} · ${words.word(theme)}`, run: () => actions.prefer({ theme }) },
    ...(empty
      ? []
      : [
          press('exportMarkdown', '[data-export="markdown"]'),
          press('exportJson', '[data-export="json"]'),
          press('print', '[data-print]'),
        ]),
    ...(config?.models ?? []).map((id) => ({
      group: words.word('model'),
      text: modelName(id),
      run: () => actions.chooseModel(id),
    })),
    ...levelsOf(config, conversation.model).map((level) => ({
      group: words.word('thinkingLevel'),
      text: words.word(LEVELS[level]),
      run: () => actions.chooseThinking(level),
    })),
  ];
}

function searchHistory() {
  const opener = find(document, '[data-open-side]', HTMLButtonElement);
  if (opener.hidden) find(document, '[data-search]', HTMLInputElement).focus();
  else opener.click();
}

/** @param {PanelContext} context @param {string} query @returns {Item[]} */
function commandsFor(context, query) {
  const matches = matching(query);
  return commands(context)
    .filter(({ text, group }) => matches(`${text} ${group}`))
    .map(({ text, ...item }) => ({ ...item, content: [text] }));
}

/** @param {PanelContext} context @param {string} query @returns {Item[]} */
function conversationsFor({ state, words, actions }, query) {
  const [group, matches] = [words.word('conversation'), matching(query)];
  return state.summaries
    .filter(({ title }) => matches(`${title} ${group}`))
    .map(({ id, title }) => ({ group, content: [title], run: () => actions.open(id) }));
}

/** In the words around it, with the conversation's title; each leads to the place. @param {PanelContext} context @param {string} query @param {Map<string, Hit>} hits @returns {Item[]} */
function saidFor({ state, actions }, query, hits) {
  const matches = matching(query);
  return state.summaries.flatMap(({ id, title }) => {
    const hit = hits.get(id);
    return hit && !matches(title)
      ? [{ group: title, content: snippetOf(hit), run: () => actions.open(id, hit) }]
      : [];
  });
}

/** The bar above the conversation: the model, the menu, the settings. */

import { modelName } from '../strings.js';
import { toJson, toMarkdown } from '../state/conversation.js';
import { download, find, onClick, tell } from './dom.js';

/**
 * @import { Preferences, State } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Part, TopActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @param {TopActions} actions @returns {Part} */
export function topView(actions) {
  const model = find(document, '[data-model]', HTMLSelectElement);
  const menu = find(document, '#menu', HTMLElement);
  const forget = find(menu, '[data-forget]', HTMLButtonElement);
  const keptHint = find(document, '[data-kept-hint]', HTMLElement);
  /** @type {Readonly<State>} */
  let latest;
  /** @type {Words} */
  let lastWords;
  model.addEventListener('change', () => actions.chooseModel(model.value));
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
  settings(actions, () => latest);

  return (state, words) => {
    [latest, lastWords] = [state, words];
    const models = state.config?.models ?? [];
    if (model.options.length !== models.length) model.replaceChildren(...models.map(option));
    model.value = state.conversation.model;
    model.hidden = models.length === 0;
    forget.hidden = !state.hasKey;
    tell(keptHint, words.phrase(whatIsKept(state)));
    const empty = state.conversation.turns.length === 0;
    for (const button of menu.querySelectorAll('[data-export], [data-print]')) {
      if (button instanceof HTMLButtonElement) button.disabled = empty;
    }
    const { title } = state.conversation;
    const wanted = title ? `${title} · claude-stream` : 'claude-stream';
    if (document.title !== wanted) document.title = wanted;
  };
}

/** @param {Readonly<State>} state @returns {Phrase} */
function whatIsKept({ config }) {
  const minutes = config?.keepAnswersMinutes;
  return minutes ? { key: 'keptThere', values: { minutes } } : { key: 'keptHere' };
}

/** @param {string} id */
function option(id) {
  return new Option(modelName(id), id);
}

/** @param {Readonly<State>} state @param {string} suffix */
function fileName({ conversation }, suffix) {
  const title = conversation.title
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return `${title || 'conversation'}.${suffix}`;
}

/** @param {TopActions} actions @param {() => Readonly<State>} latest */
function settings(actions, latest) {
  const dialog = find(document, '[data-dialog]', HTMLDialogElement);
  const language = find(dialog, '#language', HTMLSelectElement);
  const theme = find(dialog, '#theme', HTMLSelectElement);
  const system = find(dialog, '#system', HTMLTextAreaElement);
  let before = '';
  onClick(document, '[data-settings]', () => {
    const { preferences, conversation } = latest();
    before = conversation.system;
    language.value = preferences.language;
    theme.value = preferences.theme;
    system.value = conversation.system;
    dialog.showModal();
  });
  language.addEventListener('change', () =>
    actions.prefer({ language: /** @type {Preferences['language']} */ (language.value) }),
  );
  theme.addEventListener('change', () =>
    actions.prefer({ theme: /** @type {Preferences['theme']} */ (theme.value) }),
  );
  dialog.addEventListener('close', () => {
    const chosen = system.value.trim();
    if (chosen !== before) actions.chooseSystem(chosen);
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close(); // beside it
  });
}

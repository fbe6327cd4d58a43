/** The bar above the conversation: the model, the menu, the settings. */

import { modelName } from '../strings.js';
import { find, onClick, tell } from './dom.js';

/**
 * @import { State } from '../state/types.d.ts'
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
  for (const kind of /** @type {const} */ (['markdown', 'json'])) {
    onClick(menu, `[data-export="${kind}"]`, async () => {
      const { conversation } = latest;
      const { saveAs } = await import('./export.js');
      saveAs(kind, conversation, lastWords);
    });
  }
  onClick(menu, '[data-print]', () => print());
  onClick(document, '[data-settings]', async () => {
    const { openSettings } = await import('./settings_dialog.js');
    openSettings(latest, actions, lastWords);
  });

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

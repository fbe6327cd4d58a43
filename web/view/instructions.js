/** Instructions for Claude: of this conversation, and those that are kept under a name for others. */

import { modelName } from '../strings.js';
import { find, onClick, onSubmit } from './dom.js';

/** @import { Panel } from './types.d.ts' */

const MAX_NAME_CHARACTERS = 60; // it stands in the bar
const NONE = { id: '', name: '', system: '', model: '', starters: /** @type {string[]} */ ([]) };

/** @type {Panel} */
export function openInstructions({ dialog, state, words, actions }) {
  const { conversation, preferences, config } = state;
  const collection = preferences.instructions ?? [];
  const form = find(dialog, 'form', HTMLFormElement);
  const saved = find(form, '[data-saved]', HTMLSelectElement);
  const system = find(form, '#system', HTMLTextAreaElement);
  const name = find(form, '#instructions-name', HTMLInputElement);
  name.maxLength = MAX_NAME_CHARACTERS;
  const model = find(form, '#instructions-model', HTMLSelectElement);
  const starters = find(form, '#starters', HTMLTextAreaElement);
  const remove = find(form, '[data-remove-instructions]', HTMLButtonElement);
  const chosen = () => collection.find(({ id }) => id === saved.value) ?? NONE;
  const fill = (/** @type {typeof NONE} */ one) => {
    system.value = one.system;
    name.value = one.name;
    model.value = one.model;
    starters.value = one.starters.join('\n');
    remove.hidden = !one.id;
  };
  saved.replaceChildren(
    new Option(words.word('noInstructions'), ''),
    ...collection.map((one) => new Option(one.name, one.id)),
  );
  model.replaceChildren(
    new Option(words.word('anyModel'), ''),
    ...(config?.models ?? []).map((id) => new Option(modelName(id), id)),
  );
  saved.value = collection.some(({ id }) => id === conversation.instructions)
    ? (conversation.instructions ?? '')
    : '';
  fill({ ...chosen(), system: conversation.system });
  saved.addEventListener('change', () => fill(chosen()));
  onClick(form, '[data-remove-instructions]', () => {
    actions.removeInstructions(saved.value);
    dialog.close();
  });
  onClick(form, '[data-cancel]', () => dialog.close());
  onSubmit(form, () => {
    const title = name.value.trim();
    const lines = starters.value.split('\n').map((line) => line.trim());
    actions.useInstructions({
      id: title ? saved.value || crypto.randomUUID() : '',
      name: title,
      system: system.value.trim(),
      model: model.value,
      starters: lines.filter(Boolean),
    });
    dialog.close();
  });
  system.focus();
}

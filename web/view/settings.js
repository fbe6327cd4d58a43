/** The settings: a dialog that is loaded when it is first opened. */

import { find } from './dom.js';

/**
 * @import { Preferences, State } from '../state/types.d.ts'
 * @import { TopActions } from './types.d.ts'
 */

/** @type {ReturnType<typeof settingsView> | undefined} */
let view;

/** @param {Readonly<State>} state @param {TopActions} actions */
export function openSettings(state, actions) {
  view ??= settingsView(actions);
  view.open(state);
}

/** @param {TopActions} actions */
function settingsView(actions) {
  const dialog = find(document, '[data-dialog]', HTMLDialogElement);
  const language = find(dialog, '#language', HTMLSelectElement);
  const theme = find(dialog, '#theme', HTMLSelectElement);
  const system = find(dialog, '#system', HTMLTextAreaElement);
  let before = '';
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

  return {
    /** @param {Readonly<State>} state */
    open({ preferences, conversation }) {
      before = conversation.system;
      language.value = preferences.language;
      theme.value = preferences.theme;
      system.value = conversation.system;
      dialog.showModal();
    },
  };
}

/** The settings: what holds for the whole page. Each choice holds at once. */

import { createDialog } from './dialogs.js';
import { find } from './dom.js';

/**
 * @import { Preferences } from '../state/types.d.ts'
 * @import { Panel } from './types.d.ts'
 */

/** @type {Panel} */
export function openSettings({ state: { preferences }, words, actions }) {
  const dialog = createDialog('settings', words);
  const language = find(dialog, '#language', HTMLSelectElement);
  const theme = find(dialog, '#theme', HTMLSelectElement);
  language.value = preferences.language;
  theme.value = preferences.theme;
  language.addEventListener('change', () =>
    actions.prefer({ language: /** @type {Preferences['language']} */ (language.value) }),
  );
  theme.addEventListener('change', () =>
    actions.prefer({ theme: /** @type {Preferences['theme']} */ (theme.value) }),
  );
  dialog.showModal();
}

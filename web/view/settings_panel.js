/** The settings: what holds for the whole page. Each choice holds at once. */

import { createDialog } from './dialogs.js';
import { find } from './dom.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Preferences } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Panel } from './types.d.ts'
 */

/** @type {Panel} */
export function openSettings({ state: { preferences, config }, words, actions }) {
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
  find(dialog, '[data-kept-hint]', HTMLElement).textContent = words.phrase(whatIsKept(config));
  dialog.showModal();
}

/** @param {Config | null} config @returns {Phrase} */
function whatIsKept(config) {
  const minutes = config?.keepAnswersMinutes;
  return minutes ? { key: 'keptThere', values: { minutes } } : { key: 'keptHere' };
}

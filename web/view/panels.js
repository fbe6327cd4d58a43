/** What opens over the page: each panel's module is loaded when it is first used. By button, and by keyboard. */

import { composes, takesText } from './composer.js';
import { clone } from './dom.js';

/**
 * @import { State } from '../state/types.d.ts'
 * @import { Actions, Panel, Part } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @type {Record<string, () => Promise<Panel>>} */
const PANELS = {
  settings: async () => (await import('./settings_panel.js')).openSettings,
  instructions: async () => (await import('./instructions.js')).openInstructions,
  palette: async () => (await import('./palette.js')).openPalette,
  shortcuts: async () => (await import('./shortcuts.js')).openShortcuts,
};

/** @param {Actions} actions @returns {Part} */
export function panelsView(actions) {
  /** @type {Readonly<State>} */
  let latest;
  /** @type {Words} */
  let lastWords;

  /** @param {string} name */
  async function open(name) {
    if (document.querySelector('dialog[open]')) return;
    const dialog = createDialog(name);
    if (name === 'palette') {
      lastWords.fill(dialog).showModal(); // at once: what is typed from now on is meant for it
      dialog.addEventListener('keydown', ({ key }) => key === 'Enter' && (dialog.dataset.entered = '')); // nor is this lost
    }
    try {
      const [panel] = await Promise.all([PANELS[name]?.(), import('../strings_later.js')]);
      if (!dialog.isConnected) return; // closed again
      panel?.({ dialog: lastWords.fill(dialog), state: latest, words: lastWords, actions, open });
      if (!dialog.open) dialog.showModal();
    } catch {
      dialog.close();
      dialog.remove();
      actions.sayNotLoaded();
    }
  }

  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element && target.closest('[data-panel]');
    if (button instanceof HTMLElement && button.dataset.panel) open(button.dataset.panel);
  });
  addEventListener('keydown', (event) => {
    const name = composes(event) ? undefined : panelOf(event);
    if (!name) return;
    event.preventDefault();
    open(name);
  });
  return (state, words) => {
    [latest, lastWords] = [state, words];
  };
}

/** A panel from its template: made when it opens, gone when it closes. @param {string} name */
function createDialog(name) {
  const dialog = /** @type {HTMLDialogElement} */ (clone(name));
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close(); // beside it
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

/** @param {KeyboardEvent} event */
function panelOf({ key, ctrlKey, metaKey, altKey, shiftKey, target }) {
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') return 'palette';
  return key === '?' && !ctrlKey && !metaKey && !takesText(target) ? 'shortcuts' : undefined;
}

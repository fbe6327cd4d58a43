/** The list of keyboard shortcuts. */

import { find } from './dom.js';

/**
 * @import { Key } from '../strings.js'
 * @import { Panel } from './types.d.ts'
 */

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const CONTROL = APPLE ? '⌘' : 'Ctrl';

/** @type {[string, Key][]} */
const SHORTCUTS = [
  ['Enter', 'shortcutSend'],
  [`${CONTROL} + Enter`, 'shortcutSendAnywhere'],
  ['Shift + Enter', 'shortcutBreak'],
  ['↑', 'shortcutEditLast'],
  ['Esc', 'shortcutStop'],
  [`${CONTROL} + K`, 'shortcutPalette'],
  ['?', 'shortcutList'],
];

/** @type {Panel} */
export function openShortcuts({ dialog, words }) {
  find(dialog, 'dl', HTMLElement).replaceChildren(
    ...SHORTCUTS.flatMap(([keys, meaning]) => {
      const [term, definition] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = keys;
      definition.textContent = words.word(meaning);
      return [term, definition];
    }),
  );
}

/** The settings: what holds for the whole page, each choice at once; what was spent; the back-up and the way back. */

import { find, onClick, tell } from './dom.js';
import { download } from './export.js';
import { mayNotify } from './notification.js';
import { showSpending } from './spending_table.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Preferences } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { Panel, PanelActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** What a report says when nothing, or not all, could be taken over. */
const REFUSALS = new Set([
  'brokenFile',
  'brokenZip',
  'foreignFile',
  'newerFile',
  'unreadFile',
  'restoredInPart',
  'noHistory',
]);

/** @type {Panel} */
export function openSettings({ dialog, state, words, actions, open }) {
  const { preferences, config } = state;
  const language = find(dialog, '#language', HTMLSelectElement);
  const theme = find(dialog, '#theme', HTMLSelectElement);
  const titles = find(dialog, '[data-titles]', HTMLInputElement);
  language.value = preferences.language;
  theme.value = preferences.theme;
  titles.checked = preferences.titles;
  language.addEventListener('change', async () => {
    await actions.prefer({ language: /** @type {Preferences['language']} */ (language.value) });
    dialog.close();
    requestAnimationFrame(() => open('settings')); // in the other language, once the page has it
  });
  theme.addEventListener('change', () =>
    actions.prefer({ theme: /** @type {Preferences['theme']} */ (theme.value) }),
  );
  titles.addEventListener('change', () => actions.prefer({ titles: titles.checked }));
  find(dialog, '[data-kept-hint]', HTMLElement).textContent = words.phrase(whatIsKept(config));
  askToNotify(dialog, preferences, actions, words);
  const spending = () => showSpending(dialog, state, actions, words);
  showOwnData(dialog, actions, words, spending);
  spending();
}

/** @param {Config | null} config @returns {Phrase} */
function whatIsKept(config) {
  const minutes = config?.keepAnswersMinutes;
  return minutes ? { key: 'keptThere', values: { minutes } } : { key: 'keptHere' };
}

/** @param {HTMLDialogElement} dialog @param {Preferences} preferences @param {PanelActions} actions @param {Words} words */
function askToNotify(dialog, preferences, actions, words) {
  const notifies = find(dialog, '[data-notify]', HTMLInputElement);
  const notAllowed = find(dialog, '[data-not-allowed]', HTMLElement);
  notifies.checked = preferences.notify;
  notifies.addEventListener('change', async () => {
    const wanted = notifies.checked;
    notifies.checked = wanted && (await mayNotify());
    tell(notAllowed, wanted && !notifies.checked ? words.word('notAllowed') : '');
    actions.prefer({ notify: notifies.checked });
  });
}

/** The back-up of everything, and the way back. @param {HTMLDialogElement} dialog @param {PanelActions} actions @param {Words} words @param {() => void} restored */
function showOwnData(dialog, actions, words, restored) {
  const status = find(dialog, '[data-report]', HTMLElement);
  const input = find(dialog, '[data-restore-file]', HTMLInputElement);
  const buttons = [...dialog.querySelectorAll('[data-back-up], [data-restore]')];
  const report = (/** @type {Phrase} */ phrase) => {
    tell(status, words.phrase(phrase));
    status.className = REFUSALS.has(phrase.key) ? 'notice' : 'hint';
    status.scrollIntoView({ block: 'nearest' });
  };

  /** One at a time. @param {() => Promise<unknown>} action */
  async function run(action) {
    const disable = (/** @type {boolean} */ disabled) => {
      for (const button of buttons) if (button instanceof HTMLButtonElement) button.disabled = disabled;
    };
    disable(true);
    await action().finally(() => disable(false));
  }

  onClick(dialog, '[data-back-up]', () =>
    run(async () => {
      const file = await actions.backUp(report);
      download(`claude-stream-${new Date().toISOString().slice(0, 10)}.jsonl`, file);
    }),
  );
  onClick(dialog, '[data-restore]', () => input.click());
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) run(() => actions.restore(file, report).then(restored));
    input.value = ''; // so that the same file can be chosen again
  });
}

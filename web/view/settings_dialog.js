/** The settings: a dialog that is loaded when it is first opened. */

import { addLaterWords } from '../strings_later.js';
import { find, onClick, tell } from './dom.js';
import { download } from './export.js';
import { mayNotify } from './notification.js';
import { showSpending } from './spending_table.js';

/**
 * @import { Preferences, State } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 * @import { TopActions } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @type {ReturnType<typeof settingsView> | undefined} */
let view;

/** @param {Readonly<State>} state @param {TopActions} actions @param {Words} words */
export function openSettings(state, actions, words) {
  addLaterWords();
  view ??= settingsView(actions);
  view.open(state, words);
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

  const titles = find(dialog, '[data-titles]', HTMLInputElement);
  titles.addEventListener('change', () => actions.prefer({ titles: titles.checked }));
  const notifies = find(dialog, '[data-notify]', HTMLInputElement);
  const notAllowed = find(dialog, '[data-not-allowed]', HTMLElement);
  /** @type {Words} */
  let lastWords;
  notifies.addEventListener('change', async () => {
    const wanted = notifies.checked;
    notifies.checked = wanted && (await mayNotify());
    tell(notAllowed, wanted && !notifies.checked ? lastWords.word('notAllowed') : '');
    actions.prefer({ notify: notifies.checked });
  });
  const showOwnData = ownDataView(dialog, actions);

  return {
    /** @param {Readonly<State>} state @param {Words} words */
    open(state, words) {
      const { preferences, conversation } = state;
      words.fill(dialog);
      showOwnData(words);
      showSpending(dialog, state, actions, words);
      titles.checked = preferences.titles;
      notifies.checked = preferences.notify;
      lastWords = words;
      tell(notAllowed, '');
      before = conversation.system;
      language.value = preferences.language;
      theme.value = preferences.theme;
      system.value = conversation.system;
      dialog.showModal();
    },
  };
}

/** The back-up of everything, and the way back. @param {HTMLDialogElement} dialog @param {TopActions} actions */
function ownDataView(dialog, actions) {
  const status = find(dialog, '[data-report]', HTMLElement);
  const input = find(dialog, '[data-restore-file]', HTMLInputElement);
  const buttons = [...dialog.querySelectorAll('[data-back-up], [data-restore]')];
  /** @type {Words} */
  let words;
  const report = (/** @type {Phrase | null} */ phrase) => tell(status, words.phrase(phrase));

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
    if (file) run(() => actions.restore(file, report));
    input.value = ''; // so that the same file can be chosen again
  });
  return (/** @type {Words} */ current) => {
    words = current;
    report(null);
  };
}

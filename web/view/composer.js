/** Where a message is written: text, attachments, send and stop, and the keys for them. */

import { readingHere } from '../state/draft.js';
import { canSend, hasMessage, isWorking } from '../state/store.js';
import { COARSE, find, onClick, onFirstClick, onSubmit, tell } from './dom.js';
import { showFiles } from './files.js';
import { takeFiles } from './intake.js';

/**
 * @import { State } from '../state/types.d.ts'
 * @import { Key } from '../strings.js'
 * @import { ComposerActions, Part } from './types.d.ts'
 */

/** @param {ComposerActions} actions @returns {Part} */
export function composerView(actions) {
  const form = find(document, '[data-composer]', HTMLFormElement);
  const prompt = find(form, '#prompt', HTMLTextAreaElement);
  const send = find(form, '[data-send]', HTMLButtonElement);
  const stop = find(form, '[data-stop]', HTMLButtonElement);
  const banner = find(form, '[data-editing]', HTMLElement);
  const heldBanner = find(form, '[data-held]', HTMLElement);
  const heldText = find(heldBanner, '[data-held-text]', HTMLElement);
  const files = find(form, '[data-files]', HTMLElement);
  const notice = find(form, '[data-draft-notice]', HTMLElement);
  /** @type {unknown[]} */
  let lastFiles = [];
  /** @type {State['editing']} */
  let editing = null;
  /** @type {State['conversation'] | undefined} */
  let conversation;
  /** @type {Readonly<State>} */
  let latest;
  const showText = () => {
    if (prompt.value !== latest.draft.text) prompt.value = latest.draft.text;
  };

  onSubmit(form, actions.send);
  // Send and Stop share a place: a double click on one must not press the other.
  onClick(form, '[data-send]', (event) => event.detail > 1 && event.preventDefault());
  onFirstClick(form, '[data-stop]', actions.stop);
  onClick(form, '[data-leave-editing]', actions.leaveEditing);
  onClick(form, '[data-release]', () => {
    actions.release();
    prompt.focus();
  });
  prompt.addEventListener('beforeinput', showText); // what was sent may still stand there
  prompt.addEventListener('input', () => actions.write(prompt.value));
  prompt.addEventListener('keydown', (event) => {
    const action = keyAction(event, prompt, actions);
    if (!action) return;
    event.preventDefault();
    action();
  });
  addEventListener('keydown', (event) => {
    if (isLetter(event) && !takesText(event.target)) prompt.focus(); // wherever one has just clicked
  });
  takeFiles(form, prompt, actions);

  return (state, words) => {
    const working = isWorking(state);
    prompt.enterKeyHint = COARSE.matches ? 'enter' : 'send';
    latest = state;
    showText();
    const now = [state.draft.files, state.reading, state.conversation, state.editing, words];
    if (now.some((value, index) => value !== lastFiles[index]))
      showFiles(files, state.draft.files, words, { ...actions, reading: readingHere(state) });
    lastFiles = now;
    if (state.editing !== editing || (state.conversation !== conversation && isNew(state))) prompt.focus();
    [editing, conversation] = [state.editing, state.conversation];
    banner.hidden = !editing;
    heldBanner.hidden = !state.held;
    tell(heldText, state.held ? words.word(reasonToHold(state)) : '');
    tell(notice, state.draftNotices.map(words.phrase).join('\n'));
    send.hidden = working && (state.held || !hasMessage(state));
    send.disabled = state.held || !hasMessage(state);
    // It can be pressed all the same: the message is held until it can go.
    send.ariaDisabled = String(!working && !canSend(state));
    stop.hidden = !working;
  };
}

/** @param {Readonly<State>} state @returns {Key} */
function reasonToHold(state) {
  if (!state.online) return 'heldForNetwork';
  if (isWorking(state)) return 'heldForAnswer';
  return readingHere(state).length > 0 ? 'heldForFiles' : 'heldForPage';
}

/** @param {Readonly<State>} state */
function isNew({ conversation, hasKey }) {
  return hasKey && conversation.turns.length === 0;
}

/** @param {KeyboardEvent} event @param {HTMLTextAreaElement} prompt @param {ComposerActions} actions */
function keyAction(event, prompt, actions) {
  if (sends(event)) return actions.send;
  if (event.key === 'ArrowUp' && prompt.value === '' && !composes(event)) return actions.editLast;
  return undefined;
}

/** With Ctrl or Cmd Enter sends everywhere, without them where there is a keyboard. @param {KeyboardEvent} event */
function sends(event) {
  if (event.key !== 'Enter' || composes(event)) return false;
  return event.ctrlKey || event.metaKey || !(event.shiftKey || COARSE.matches);
}

/** What is typed as text; but a space presses buttons, and ? lists the shortcuts. @param {KeyboardEvent} event */
function isLetter(event) {
  const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event;
  return /^[^ ?]$/u.test(key) && !(ctrlKey || metaKey || altKey || defaultPrevented);
}

/** Also what lies in a dialog: nothing behind it takes text. @param {EventTarget | null} target */
export function takesText(target) {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
}

/**
 * Whether the key belongs to an input method. Safari fires the Enter that ends a composition after it has ended, and
 * only its keyCode 229 tells (WebKit's bug 165004).
 * @param {KeyboardEvent} event
 */
export function composes(event) {
  return event.isComposing || event.keyCode === 229;
}

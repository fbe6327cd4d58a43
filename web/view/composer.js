/** Where a message is written: text, attachments, send and stop, and the keys for them. */

import { DOCUMENT_TYPES, PICTURE_TYPES } from '../state/conversation.js';
import { canSend, isWorking } from '../state/store.js';
import { find, onClick, onFirstClick, onSubmit, tell } from './dom.js';
import { showFiles } from './files.js';

/**
 * @import { State } from '../state/types.d.ts'
 * @import { ComposerActions, Part } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @param {ComposerActions} actions @returns {Part} */
export function composerView(actions) {
  const form = find(document, '[data-composer]', HTMLFormElement);
  const prompt = find(form, '#prompt', HTMLTextAreaElement);
  const send = find(form, '[data-send]', HTMLButtonElement);
  const stop = find(form, '[data-stop]', HTMLButtonElement);
  const banner = find(form, '[data-editing]', HTMLElement);
  const files = find(form, '[data-files]', HTMLElement);
  const notice = find(form, '[data-draft-notice]', HTMLElement);
  /** @type {State['draft']['files'] | undefined} */
  let lastFiles;
  /** @type {Words | undefined} */
  let lastWords;
  /** @type {State['editing']} */
  let editing = null;
  /** @type {State['conversation'] | undefined} */
  let conversation;

  onSubmit(form, actions.send);
  // Send and Stop share a place: a double click on one must not press the other.
  onClick(form, '[data-send]', (event) => event.detail > 1 && event.preventDefault());
  onFirstClick(form, '[data-stop]', actions.stop);
  onClick(form, '[data-leave-editing]', actions.leaveEditing);
  prompt.addEventListener('input', () => actions.write(prompt.value));
  prompt.addEventListener('keydown', (event) => {
    const action = keyAction(event, prompt, actions);
    if (!action) return;
    event.preventDefault();
    action();
  });
  takeFiles(form, prompt, actions);

  return (state, words) => {
    const working = isWorking(state);
    if (prompt.value !== state.draft.text) prompt.value = state.draft.text;
    if (lastFiles !== state.draft.files || lastWords !== words)
      showFiles(files, state.draft.files, words, actions.detach);
    [lastFiles, lastWords] = [state.draft.files, words];
    if (state.editing !== editing || (state.conversation !== conversation && isNew(state))) prompt.focus();
    [editing, conversation] = [state.editing, state.conversation];
    banner.hidden = !editing;
    tell(notice, state.draftNotices.map(words.phrase).join('\n'));
    send.hidden = working;
    send.disabled = !canSend(state);
    stop.hidden = !working;
  };
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

/** Enter sends; Shift+Enter does not. @param {KeyboardEvent} event */
function sends(event) {
  return event.key === 'Enter' && !event.shiftKey && !composes(event);
}

/**
 * Whether the key belongs to an input method. Safari fires the Enter that ends a composition after it has ended, and
 * only its keyCode 229 tells (https://bugs.webkit.org/show_bug.cgi?id=165004).
 * @param {KeyboardEvent} event
 */
export function composes(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Takes files by button, paste and drop. @param {HTMLFormElement} form @param {HTMLTextAreaElement} prompt @param {ComposerActions} actions */
function takeFiles(form, prompt, actions) {
  const input = find(form, '[data-file-input]', HTMLInputElement);
  const target = find(document, '[data-drop]', HTMLElement);
  input.accept = [...PICTURE_TYPES, ...DOCUMENT_TYPES].join(',');
  onClick(form, '[data-attach]', () => input.click());
  input.addEventListener('change', () => {
    actions.attach([...(input.files ?? [])]);
    input.value = ''; // the same file may be chosen again
  });
  prompt.addEventListener('paste', (event) => {
    const { files: pasted = [], types = [] } = event.clipboardData ?? {};
    const files = [...pasted];
    if (files.length === 0 || types.includes('text/plain')) return; // a table's cells come with a picture of them
    event.preventDefault();
    actions.attach(files);
  });
  const holdsFiles = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    target.hidden = false;
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    target.hidden ||= relatedTarget === null; // it left the window
  });
  addEventListener('drop', (event) => {
    target.hidden = true;
    if (!holdsFiles(event)) return;
    event.preventDefault(); // else the browser leaves this page to show the file
    actions.attach([...(event.dataTransfer?.files ?? [])]);
  });
}

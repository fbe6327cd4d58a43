/**
 * The only module that touches the DOM: shows the state, and reports what the person does.
 *
 * Text goes in as text, never as HTML, and grows by appending: what stands is not written again.
 */

import { isWorking } from './store.js';

/**
 * @typedef {import('./store.js').State} State
 * @typedef {import('./store.js').Turn} Turn
 * @typedef {{send(): void, stop(): void, write(draft: string): void, useKey(key: string): void, forget(): void}} Actions
 */

/**
 * @template {Element} T
 * @param {ParentNode} root @param {string} selector @param {new () => T} kind
 * @returns {T}
 */
function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`index.html has no ${kind.name} at ${selector}`);
}

/** @param {Actions} actions @returns {(state: Readonly<State>) => void} shows a state */
export function createView(actions) {
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
  const showTurns = turnsView();
  const showKey = keyView(actions, prompt);
  const showComposer = composerView(actions, prompt);
  const welcome = find(document, '[data-welcome]', HTMLElement);
  const model = find(document, '[data-model]', HTMLElement);
  const trouble = find(document, '[data-trouble]', HTMLElement);
  return (state) => {
    welcome.hidden = state.turns.length > 0;
    model.textContent = state.model;
    say(trouble, state.trouble);
    showTurns(state.turns);
    showComposer(state);
    showKey(state);
  };
}

/** Writes only what is new, for assistive technology reads a notice again when it is. @param {HTMLElement} place @param {string} text */
function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
  place.hidden = !text;
}

/** @param {Actions} actions @param {HTMLTextAreaElement} prompt */
function composerView(actions, prompt) {
  const form = find(document, '[data-composer]', HTMLFormElement);
  const send = find(form, '[data-send]', HTMLButtonElement);
  const stop = find(form, '[data-stop]', HTMLButtonElement);
  onSubmit(form, actions.send);
  stop.addEventListener('click', actions.stop);
  prompt.addEventListener('input', () => actions.write(prompt.value));
  prompt.addEventListener('keydown', (event) => {
    if (!sends(event)) return;
    event.preventDefault();
    actions.send();
  });
  return (/** @type {Readonly<State>} */ state) => {
    const working = isWorking(state);
    if (stop === document.activeElement && !working) prompt.focus(); // its button is about to vanish
    if (prompt.value !== state.draft) prompt.value = state.draft;
    send.hidden = working;
    send.disabled = !state.draft.trim() || !state.model;
    stop.hidden = !working;
  };
}

/**
 * Enter sends; Shift+Enter does not, nor does the Enter that ends an IME composition. Safari fires that one
 * after the composition has ended, and only its keyCode 229 tells (https://bugs.webkit.org/show_bug.cgi?id=165004).
 * @param {KeyboardEvent} event
 */
function sends(event) {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** @param {Actions} actions @param {HTMLTextAreaElement} prompt */
function keyView(actions, prompt) {
  const form = find(document, '[data-key-form]', HTMLFormElement);
  const input = find(form, '#key', HTMLInputElement);
  const notice = find(form, '[data-key-notice]', HTMLElement);
  const forget = find(document, '[data-forget]', HTMLButtonElement);
  onSubmit(form, () => actions.useKey(input.value.trim()));
  forget.addEventListener('click', actions.forget);
  /** @type {{hasKey?: boolean, keyNotice: string}} */
  let shown = { keyNotice: '' };
  return (/** @type {Readonly<State>} */ { hasKey, keyNotice }) => {
    if (shown.hasKey === hasKey && shown.keyNotice === keyNotice) return;
    shown = { hasKey, keyNotice };
    form.hidden = hasKey;
    forget.hidden = !hasKey;
    say(notice, keyNotice);
    input.setAttribute('aria-invalid', String(Boolean(keyNotice)));
    input.value = '';
    (hasKey ? prompt : input).focus();
  };
}

/** @param {HTMLFormElement} form @param {() => void} action */
function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    action();
  });
}

function turnsView() {
  const list = find(document, '[data-turns]', HTMLElement);
  const follow = follower(find(document, '[data-scroller]', HTMLElement));
  /** @type {Map<Turn, ReturnType<typeof turnView>>} */
  const shown = new Map();
  return (/** @type {Turn[]} */ turns) => {
    for (const [turn, view] of shown) {
      if (!turns.includes(turn)) {
        view.element.remove();
        shown.delete(turn);
      }
    }
    for (const turn of turns) {
      let view = shown.get(turn);
      if (!view) {
        view = turnView(turn);
        shown.set(turn, view);
        list.append(view.element);
        follow.again();
      }
      view.show();
    }
    follow.change();
  };
}

/** @param {Turn} turn */
function turnView(turn) {
  const template = find(document, '[data-turn-template]', HTMLTemplateElement);
  const element = find(template.content, 'article', HTMLElement).cloneNode(true);
  if (!(element instanceof HTMLElement)) throw new Error('a template holds elements');
  const answer = find(element, '[data-answer]', HTMLElement);
  const notice = find(element, '[data-notice]', HTMLElement);
  const waiting = find(element, '[data-waiting]', HTMLElement);
  find(element, '[data-prompt]', HTMLElement).textContent = turn.prompt;
  const text = answer.appendChild(document.createTextNode(''));
  let pieces = 0;
  return {
    element,
    show() {
      if (pieces < turn.pieces.length) text.appendData(turn.pieces.slice(pieces).join(''));
      pieces = turn.pieces.length;
      element.dataset.status = turn.status;
      element.setAttribute('aria-busy', String(turn.status === 'working'));
      answer.hidden = pieces === 0;
      waiting.hidden = turn.status !== 'working' || pieces > 0;
      say(notice, turn.notice);
    },
  };
}

/**
 * Keeps the end in sight while the person is there; whoever has scrolled up is left alone until they send again.
 * @param {HTMLElement} scroller
 */
function follower(scroller) {
  let following = true;
  let scheduled = false;
  let last = 0;
  const toEnd = () => {
    scheduled = false;
    scroller.scrollTop = scroller.scrollHeight;
  };
  // Told a frame late, when more text may stand below: only a move upwards means that the person has left the end.
  scroller.addEventListener('scroll', () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < 48;
    following = atEnd || (following && scrollTop >= last);
    last = scrollTop;
  });
  return {
    again() {
      following = true;
    },
    change() {
      if (!following || scheduled) return;
      scheduled = true; // once a frame is enough, however many pieces come
      requestAnimationFrame(toEnd);
    },
  };
}

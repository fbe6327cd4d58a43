/** The few things that every view needs of the DOM. */

/** A finger: no keyboard but the one on the screen, which covers half of it and has no Shift. style.css says the same. */
export const COARSE = matchMedia('(pointer: coarse)');

/**
 * @template {Element} T
 * @param {ParentNode} root @param {string} selector @param {new () => T} kind
 * @returns {T}
 */
export function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`index.html has no ${kind.name} at ${selector}`);
}

/** A copy of a template's one element. @param {string} name @param {boolean} [deep] with all that is in it @returns {HTMLElement} */
export function clone(name, deep = true) {
  const template = document.getElementById(`${name}-template`); // a selector would go through every answer to find it
  const element = template instanceof HTMLTemplateElement && template.content.firstElementChild?.cloneNode(deep);
  if (element instanceof HTMLElement) return element;
  throw new Error(`index.html has no template ${name}`);
}

/** Writes only a text that is new: assistive technology reads what is written again. @param {HTMLElement} place @param {string} text */
export function tell(place, text) {
  if (place.textContent !== text) place.textContent = text;
  place.hidden = !text;
}

/** @param {ParentNode} root @param {string} selector @param {(event: MouseEvent) => void} action */
export function onClick(root, selector, action) {
  for (const button of root.querySelectorAll(selector)) {
    if (button instanceof HTMLElement) button.addEventListener('click', action);
  }
}

/**
 * Like onClick, without the second click of a double click: it was meant for what was in this place before.
 * @param {ParentNode} root @param {string} selector @param {() => void} action
 */
export function onFirstClick(root, selector, action) {
  onClick(root, selector, ({ detail }) => {
    if (detail < 2) action();
  });
}

/**
 * Loads a part of the page once, when it is first needed; where the network fails, the next call tries again.
 * @template T
 * @param {() => Promise<T>} load @returns {() => Promise<T>}
 */
export function onDemand(load) {
  /** @type {Promise<T> | undefined} */
  let loaded;
  return () =>
    (loaded ??= load().catch((error) => {
      loaded = undefined;
      throw error;
    }));
}

/** @param {HTMLFormElement} form @param {() => void} action */
export function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    action();
  });
}

/** Puts the page's words into elements that name them, in the person's language. */

import { say } from '../strings.js';

/**
 * @import { Language } from '../state/types.d.ts'
 * @import { Key, Phrase } from '../strings.js'
 *
 * @typedef {ReturnType<typeof wordsIn>} Words
 */

/** @param {Language} language */
export function wordsIn(language) {
  const numbers = new Intl.NumberFormat(language);
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' });
  const [clock, calendar] = [{}, { dateStyle: /** @type {const} */ ('medium') }].map(
    (day) => new Intl.DateTimeFormat(language, { ...day, timeStyle: 'short' }),
  );
  const lists = new Intl.ListFormat(language);

  /** @param {Key} key @param {Phrase['values']} [values] */
  const word = (key, values) => say(language, values ? { key, values } : { key });

  return {
    language,
    word,

    /** @param {Phrase | null} phrase */
    phrase: (phrase) => (phrase ? say(language, phrase) : ''),

    /** @param {number} value */
    number: (value) => numbers.format(value),

    /** A month, with its year where that is another. @param {number} time a Date.now() */
    month(time) {
      const year = new Date(time).getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
      return new Intl.DateTimeFormat(language, { month: 'long', year }).format(time);
    },

    /** A time of the person's own place. @param {number} time a Date.now() */
    moment: (time) => moments.format(time),

    /** The same, short: today's has no date. @param {number} time a Date.now() */
    shortMoment(time) {
      const today = new Date(time).toDateString() === new Date().toDateString();
      return (today ? clock : calendar)?.format(time) ?? '';
    },

    /** @param {string[]} parts */
    list: (parts) => lists.format(parts),

    /** @template {ParentNode} T @param {T} root @returns {T} */
    fill(root) {
      for (const element of root.querySelectorAll('[data-text], [data-label], [data-placeholder]')) {
        if (!(element instanceof HTMLElement)) continue;
        const { text, label, placeholder } = /** @type {Record<string, Key | undefined>} */ (element.dataset);
        if (text) element.textContent = word(text);
        if (label) element.setAttribute('aria-label', word(label));
        if (label && element instanceof HTMLButtonElement) element.title = word(label);
        if (placeholder) element.setAttribute('placeholder', word(placeholder));
      }
      return root;
    },
  };
}

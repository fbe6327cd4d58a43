/**
 * Says words of the page in a language. The words are in strings_en.js and strings_zh.js, of which the page loads one, and
 * in strings_later.js. `{name}` is filled in. index.html names a string by `data-text`, `data-label` (aria-label and
 * tooltip) or `data-placeholder`; code by a Phrase.
 */

/**
 * @import { FailureKind } from './api/types.d.ts'
 * @import { Language } from './state/types.d.ts'
 * @import { FirstKey } from './strings_en.js'
 * @import { LaterKey } from './strings_later_en.js'
 *
 * @typedef {FirstKey | LaterKey} Key
 * @typedef {{key: Key, values?: Record<string, string | number | Phrase>}} Phrase a phrase can hold another
 */

/** By language, as far as they have been loaded. @type {Record<Language, Record<string, string>>} */
export const LANGUAGES = { en: {}, 'zh-CN': {} };

/** To be awaited before anything is said in a language. @param {Language} language */
export async function loadWords(language) {
  if (language === 'en') learn({ en: (await import('./strings_en.js')).ENGLISH });
  else learn({ 'zh-CN': (await import('./strings_zh.js')).CHINESE });
}

/** Adds the words of what has been loaded. @param {Partial<typeof LANGUAGES>} more */
export function learn(more) {
  Object.assign(LANGUAGES.en, more.en);
  Object.assign(LANGUAGES['zh-CN'], more['zh-CN']);
}

/** @param {Language} language @param {Phrase} phrase @returns {string} */
export function say(language, { key, values = {} }) {
  return (LANGUAGES[language][key] ?? key).replace(/\{(\w+)\}/g, (hole, name) => {
    const value = values[name] ?? hole;
    return typeof value === 'object' ? say(language, value) : String(value);
  });
}

/** The sentence for a failure. @param {FailureKind} kind */
export function failureKey(kind) {
  return /** @type {Key} */ (`failed${kind[0]?.toUpperCase()}${kind.slice(1)}`);
}

/** The chosen language, or the browser's. @param {Language | ''} chosen @param {string} browsers @returns {Language} */
export function languageOf(chosen, browsers) {
  return chosen || (/^zh\b/.test(browsers) ? 'zh-CN' : 'en');
}

/** `global.anthropic.claude-haiku-4-5-20251001-v1:0` -> `Claude Haiku 4.5`; another name stays. @param {string} id */
export function modelName(id) {
  const found = /claude-(?:([\d-]+)-)?([a-z]+)(?:-(\d{1,2}(?:-\d{1,2})?))?(?=$|[-:])/.exec(id);
  const [, older = '', family = '', version = older] = found ?? [];
  return version ? `Claude ${family[0]?.toUpperCase()}${family.slice(1)} ${version.replace('-', '.')}` : id;
}

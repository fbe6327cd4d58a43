/** Takes apart values that somebody else wrote: what has another type is as if it were not there. */

const MAX_TITLE_CHARACTERS = 200;
const MAX_READ_CHARACTERS = 10_000; // of a title
const ID = /^(?!__proto__$)[\w-]{1,100}$/; // it stands in an address, and as a name in objects
const HALF_SIGN = /\p{Cs}/gu; // of an emoji that was cut: no model takes it
const TURNING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu; // signs that turn around or break the sentence that they stand in
const LATEST = Date.UTC(9999, 0); // of what is written with four digits for its year
/** What stands where nothing was said: a model takes no message that is empty, */
export const NO_WORDS = '…';
/** nor a file whose name is. */
export const UNNAMED = 'file';

/** @param {unknown} value @returns {Record<string, unknown>} */
export function record(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {};
}

/** @param {unknown} value @returns {unknown[]} */
export function items(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {unknown} value @returns {string} */
export function text(value) {
  return typeof value === 'string' ? value.replaceAll('\r', '').replace(HALF_SIGN, '\ufffd') : '';
}

/** @param {unknown} value @returns {string} on one line */
export function title(value) {
  const line = text(value).slice(0, MAX_READ_CHARACTERS).replace(/\s+/g, ' ').replace(TURNING, '').trim();
  return line.slice(0, MAX_TITLE_CHARACTERS).replace(HALF_SIGN, '');
}

/** @param {unknown} value @returns {string} '' where it is none */
export function id(value) {
  return typeof value === 'string' && ID.test(value) ? value : '';
}

/** @param {unknown} value @returns {number} at least 0, and one that can be added to others */
export function number(value) {
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(Math.max(0, value), Number.MAX_SAFE_INTEGER)
    : 0;
}

/** @param {unknown} value a Date.now() @returns {number} one that every date can show, 0 where it is none */
export function moment(value) {
  return Math.min(number(value), LATEST);
}

/** @param {unknown} value ISO text, or seconds @returns {number} a Date.now(), 0 where it is none */
export function time(value) {
  return moment(Math.round(typeof value === 'number' ? value * 1000 : Date.parse(text(value))));
}

/** @template {string} T @param {unknown} value @param {readonly T[]} choices the first is the default @returns {T} */
export function choice(value, choices) {
  return choices.find((one) => one === value) ?? /** @type {T} */ (choices[0]);
}

/** Plain values that a newer page may have added. @param {Record<string, unknown>} values @param {string[]} known */
export function unknownFields(values, known) {
  const more = Object.entries(values).filter(([name, value]) => !known.includes(name) && Object(value) !== value);
  return Object.fromEntries(more);
}

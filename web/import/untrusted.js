/** Takes apart values that somebody else wrote: what has another type is as if it were not there. */

const MAX_TITLE_CHARACTERS = 200;
const ID = /^[\w-]{1,100}$/; // it stands in an address

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
  return typeof value === 'string' ? value.replaceAll('\r', '') : '';
}

/** @param {unknown} value @returns {string} on one line */
export function title(value) {
  return text(value).replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE_CHARACTERS);
}

/** @param {unknown} value @returns {string} '' where it is none */
export function id(value) {
  return typeof value === 'string' && ID.test(value) ? value : '';
}

/** @param {unknown} value @param {number} [least] @returns {number} */
export function number(value, least = 0) {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(least, value) : least;
}

/** @param {unknown} value ISO text, or seconds @returns {number} a Date.now(), 0 where it is none */
export function time(value) {
  const milliseconds = typeof value === 'number' ? value * 1000 : Date.parse(text(value));
  return Number.isFinite(milliseconds) ? Math.round(milliseconds) : 0;
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

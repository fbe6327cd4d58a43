/**
 * The API key: kept for this tab, or on this device when the person asks for that; never in a URL, a log or an export.
 */

const NAME = 'claude-stream.key';

/** @returns {string} the key, or '' */
export function readKey() {
  return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? '';
}

/** @param {string} key @param {boolean} onDevice */
export function keepKey(key, onDevice) {
  forgetKey();
  (onDevice ? localStorage : sessionStorage).setItem(NAME, key);
}

export function forgetKey() {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
}

/**
 * Whether the text can travel in a header at all; fetch throws on anything else.
 * @param {string} text
 */
export function looksLikeKey(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

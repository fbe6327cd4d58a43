/**
 * The API key: kept for this tab and no longer, never in a URL.
 */

const NAME = 'claude-stream.key';

/** @returns {string} the key, or '' */
export function readKey() {
  return sessionStorage.getItem(NAME) ?? '';
}

/** @param {string} key */
export function keepKey(key) {
  sessionStorage.setItem(NAME, key);
}

export function forgetKey() {
  sessionStorage.removeItem(NAME);
}

/**
 * Whether the text can travel in a header at all; fetch throws on anything else.
 * @param {string} text
 */
export function looksLikeKey(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

/** The API key: kept for this tab, or on this device when the person asks for that; never in a URL, a log or an export. */

import { device, tab } from './web_storage.js';

const NAME = 'claude-stream.key';

/** @returns {string} the key, or '' */
export function readKey() {
  return tab.getItem(NAME) ?? device.getItem(NAME) ?? '';
}

/** @param {string} key @param {boolean} onDevice */
export function keepKey(key, onDevice) {
  forgetKey();
  (onDevice ? device : tab).setItem(NAME, key);
}

export function forgetKey() {
  tab.removeItem(NAME);
  device.removeItem(NAME);
}

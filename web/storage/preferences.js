/** What a person has chosen; kept on this device. */

import { device } from './web_storage.js';

/** @import { Preferences } from '../state/types.d.ts' */

const NAME = 'claude-stream.preferences'; // early.js reads it too

/** @returns {Preferences} */
export function readPreferences() {
  const none = { language: /** @type {const} */ (''), theme: /** @type {const} */ (''), model: '', system: '' };
  try {
    return { ...none, ...JSON.parse(device.getItem(NAME) ?? '{}') };
  } catch {
    return none;
  }
}

/** @param {Preferences} preferences */
export function keepPreferences(preferences) {
  device.setItem(NAME, JSON.stringify(preferences));
}

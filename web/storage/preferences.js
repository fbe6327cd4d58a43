/** What a person has chosen; kept on this device. */

import { device } from './web_storage.js';

/** @import { Preferences } from '../state/types.d.ts' */

const NAME = 'claude-stream.preferences'; // early.js reads it too

/** @returns {Preferences} */
export function readPreferences() {
  /** @type {Preferences} */
  const none = { language: '', theme: '', model: '', system: '', titles: false, notify: false };
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

/** What a person has chosen, and what they have begun to write; kept on this device. */

import { device } from './storage.js';

const PREFERENCES = 'claude-stream.preferences'; // early.js reads it too
const DRAFT = 'claude-stream.draft.';

/**
 * @typedef {'en' | 'zh-CN'} Language
 * @typedef {{language: Language | '', theme: 'light' | 'dark' | '', model: string, system: string}} Preferences
 *   '' for language and theme: as the browser has it
 */

/** @returns {Preferences} */
export function readPreferences() {
  const none = { language: /** @type {const} */ (''), theme: /** @type {const} */ (''), model: '', system: '' };
  try {
    return { ...none, ...JSON.parse(device.getItem(PREFERENCES) ?? '{}') };
  } catch {
    return none;
  }
}

/** @param {Preferences} preferences */
export function keepPreferences(preferences) {
  device.setItem(PREFERENCES, JSON.stringify(preferences));
}

/** @param {string} id of the conversation; '' for a new one */
export function readDraft(id) {
  return device.getItem(DRAFT + id) ?? '';
}

/** @param {string} id @param {string} text */
export function keepDraft(id, text) {
  if (text) device.setItem(DRAFT + id, text);
  else device.removeItem(DRAFT + id);
}

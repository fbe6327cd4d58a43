/** What a person has chosen, and what they have begun to write; kept on this device. */

import { device } from './web_storage.js';

const PREFERENCES = 'claude-stream.preferences'; // early.js reads it too
const DRAFT = 'claude-stream.draft.';
const EDITING = 'claude-stream.editing.';

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
  keep(DRAFT + id, text);
}

/** Which turn's prompt is being edited. @param {string} id of the conversation @returns {string} the turn's id, or '' */
export function readEditing(id) {
  return device.getItem(EDITING + id) ?? '';
}

/** @param {string} id @param {string} turn its id; '' for none */
export function keepEditing(id, turn) {
  keep(EDITING + id, turn);
}

/** Where the draft of an edit is kept: beside the one that it interrupts. @param {string} id of the conversation */
export function editOf(id) {
  return `${id}/edit`;
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  if (value) device.setItem(name, value);
  else device.removeItem(name);
}

/**
 * The API key: asked for once, checked, kept for this tab, or on this device when the person asks for that; never in a
 * URL, a log or an export.
 */

import { Failure, checkKey } from '../api/client.js';
import { device, tab } from '../storage/web_storage.js';
import { failureKey } from '../strings.js';

const NAME = 'claude-stream.key';

/** @returns {string} the key, or '' */
export function readKey() {
  return tab.getItem(NAME) ?? device.getItem(NAME) ?? '';
}

/** @param {string} key @param {boolean} onDevice */
function keepKey(key, onDevice) {
  forgetKey();
  (onDevice ? device : tab).setItem(NAME, key);
}

export function forgetKey() {
  tab.removeItem(NAME);
  device.removeItem(NAME);
}

/** @param {import('../state/store.js').Store} store */
export function createKeys(store) {
  const { state } = store;

  return {
    /** @param {string} key @param {boolean} onDevice */
    async useKey(key, onDevice) {
      if (!canTravel(key)) return store.set({ keyNotice: { key: 'keyShape' } });
      if (!state.config) return undefined;
      store.set({ checkingKey: true, keyNotice: null });
      try {
        await checkKey(state.config, key);
        keepKey(key, onDevice);
        return store.set({ hasKey: true, checkingKey: false });
      } catch (error) {
        return store.set({ checkingKey: false, keyNotice: problem(error) });
      }
    },

    forget() {
      forgetKey();
      store.set({ hasKey: false, keyNotice: null });
    },
  };
}

/** @param {unknown} error @returns {import('../strings.js').Phrase} */
function problem(error) {
  const kind = error instanceof Failure ? error.kind : 'ours';
  if (kind === 'wrongKey') return { key: 'keyWrong' };
  return { key: 'keyUnchecked', values: { reason: { key: failureKey(kind) } } };
}

/** Whether the text can travel in a header at all; fetch throws on anything else. @param {string} text */
function canTravel(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

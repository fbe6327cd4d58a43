/** The API key as a person enters it: checked against the function before it is kept, and forgotten again. */

import { Failure, checkKey } from '../api/client.js';
import { forgetKey, keepKey } from '../storage/key.js';
import { failureKey } from '../strings.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Store } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 */

/** @param {Store} store @param {Promise<Config>} arrival */
export function createAuthentication(store, arrival) {
  return {
    /** @param {string} key @param {boolean} onDevice */
    async useKey(key, onDevice) {
      if (!canTravel(key)) return store.rejectKey({ key: 'keyShape' });
      store.startKeyCheck();
      const config = await arrival; // where it is broken, the page says so, with a Retry
      try {
        await checkKey(config, key);
        keepKey(key, onDevice);
        return store.acceptKey();
      } catch (error) {
        await import('../strings_later.js').catch(() => {}); // without a network what is said is here already
        return store.rejectKey(problem(error));
      }
    },

    forgetKey() {
      forgetKey();
      store.forgetKey();
    },
  };
}

/** @param {unknown} error @returns {Phrase} */
function problem(error) {
  const kind = error instanceof Failure ? error.kind : 'ours';
  if (kind === 'wrongKey') return { key: 'keyWrong' };
  return { key: 'keyUnchecked', values: { reason: { key: failureKey(kind) } } };
}

/** Whether the text can travel in a header at all; fetch throws on anything else. @param {string} text */
function canTravel(text) {
  return /^[\x21-\x7e]+$/.test(text);
}

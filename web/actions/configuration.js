/** Reads config.json, and again when the person asks; what needs it waits for it. */

import { UnusableConfig, loadConfig } from '../api/config.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Store } from '../state/types.d.ts'
 * @import { Phrase } from '../strings.js'
 */

/** @param {Store} store */
export function createConfiguration(store) {
  /** @type {(config: Config) => void} */
  let arrive;
  /** @type {Promise<Config>} */
  const arrival = new Promise((resolve) => {
    arrive = resolve;
  });

  /** @param {boolean} again */
  async function read(again) {
    store.reportTrouble(null);
    try {
      arrive(await loadConfig(again));
    } catch (error) {
      store.reportTrouble(troubleOf(error));
    }
  }

  read(false);
  return { arrival, retry: () => read(true) };
}

/** @param {unknown} error @returns {Phrase} */
function troubleOf(error) {
  if (error instanceof UnusableConfig && error.field)
    return { key: 'brokenConfig', values: { field: error.field } };
  return { key: error instanceof DOMException && error.name === 'TimeoutError' ? 'lateConfig' : 'noConfig' };
}

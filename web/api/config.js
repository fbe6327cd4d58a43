/** config.json: read, and checked before anything relies on it. */

/** @import { Config } from './types.d.ts' */

const TIMEOUT_MS = 20_000;
/** "/" is the page's own (infra/page_config.py). */
const ADDRESS = /^(\/|https?:\/\/[^\s/]\S*)$/;

/** What each field must be. @type {[keyof Config, (value: unknown, config: Config) => boolean][]} */
const REQUIRED = [
  ['functionUrl', (value) => ADDRESS.test(String(value))],
  [
    'models',
    (value) => Array.isArray(value) && value.length > 0 && value.every((one) => one && typeof one === 'string'),
  ],
  ['model', (value, config) => config.models.includes(String(value))],
  ['maxTokens', (value) => Number.isInteger(value) && Number(value) > 0],
];

/** It came, and cannot be used. */
export class UnusableConfig extends Error {
  /** @param {string} field '' where it is no JSON object at all */
  constructor(field) {
    super(field);
    this.field = field;
  }
}

/**
 * Throws UnusableConfig, or whatever fetch throws: a TimeoutError where nothing has come.
 * @param {boolean} again whether it was read before, so that no cache is asked @returns {Promise<Config>}
 */
export async function loadConfig(again) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch('config.json', again ? { signal, cache: 'reload' } : { signal });
  if (!response.ok) throw new UnusableConfig('');
  const config = await response.json();
  if (typeof config !== 'object' || config === null) throw new UnusableConfig('');
  const wrong = REQUIRED.find(([field, isRight]) => !isRight(config[field], config));
  if (wrong) throw new UnusableConfig(wrong[0]);
  return config;
}

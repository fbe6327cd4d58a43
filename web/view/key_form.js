/** Asks for the API key. */

import { find, onClick, onSubmit, tell } from './dom.js';

/**
 * @import { Phrase } from '../strings.js'
 * @import { KeyActions, Part } from './types.d.ts'
 */

/** @param {KeyActions} actions @returns {Part} */
export function keyView(actions) {
  const form = find(document, '[data-key-form]', HTMLFormElement);
  const input = find(form, '#key', HTMLInputElement);
  const onDevice = find(form, '[data-on-device]', HTMLInputElement);
  const use = find(form, '[data-use-key]', HTMLButtonElement);
  const notice = find(form, '[data-key-notice]', HTMLElement);
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
  /** @type {boolean | undefined} */
  let lastHasKey;
  /** @type {Phrase | null} */
  let lastNotice = null;
  onSubmit(form, () => actions.useKey(input.value.trim(), onDevice.checked));
  onClick(document, '[data-forget]', actions.forgetKey);
  return (state, words) => {
    const { hasKey, keyNotice, checkingKey } = state;
    form.hidden = hasKey;
    tell(notice, words.phrase(keyNotice));
    input.setAttribute('aria-invalid', String(Boolean(keyNotice)));
    use.textContent = words.word(checkingKey ? 'checkingKey' : 'useKey');
    use.disabled = checkingKey;
    if (lastHasKey === hasKey && lastNotice === keyNotice) return;
    if (hasKey) input.value = '';
    (hasKey ? prompt : input).focus();
    [lastHasKey, lastNotice] = [hasKey, keyNotice];
  };
}

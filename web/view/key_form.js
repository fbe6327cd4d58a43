/** Asks for the API key. */

import { find, onClick, onSubmit, tell } from './dom.js';

/** @param {{useKey(key: string, onDevice: boolean): void, forget(): void}} actions */
export function keyView(actions) {
  const form = find(document, '[data-key-form]', HTMLFormElement);
  const input = find(form, '#key', HTMLInputElement);
  const onDevice = find(form, '[data-on-device]', HTMLInputElement);
  const use = find(form, '[data-use-key]', HTMLButtonElement);
  const notice = find(form, '[data-key-notice]', HTMLElement);
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
  /** @type {boolean | undefined} */
  let had;
  /** @type {import('../strings.js').Phrase | null} */
  let noticed = null;
  onSubmit(form, () => actions.useKey(input.value.trim(), onDevice.checked));
  onClick(document, '[data-forget]', actions.forget);
  return (
    /** @type {Readonly<import('../state/store.js').State>} */ state,
    /** @type {import('./words.js').Words} */ words,
  ) => {
    const { hasKey, keyNotice, checkingKey } = state;
    form.hidden = hasKey;
    tell(notice, words.phrase(keyNotice));
    input.setAttribute('aria-invalid', String(Boolean(keyNotice)));
    use.textContent = words.word(checkingKey ? 'checkingKey' : 'useKey');
    use.disabled = checkingKey;
    if (had === hasKey && noticed === keyNotice) return;
    if (hasKey) input.value = '';
    (hasKey ? prompt : input).focus();
    [had, noticed] = [hasKey, keyNotice];
  };
}

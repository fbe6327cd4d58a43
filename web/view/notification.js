/** Tells that an answer is done, where the person allows it and does not look at the page. */

import { languageOf, say } from '../strings.js';

/** @import { Conversation, Preferences } from '../state/types.d.ts' */

/** Asks the person, through the browser. @returns {Promise<boolean>} whether they allow it */
export async function mayNotify() {
  return 'Notification' in globalThis && (await Notification.requestPermission()) === 'granted';
}

/** @param {Conversation} conversation @param {Preferences} preferences */
export async function notify({ id, title }, { language }) {
  if (!document.hidden || globalThis.Notification?.permission !== 'granted') return;
  await import('../strings_later.js');
  const sentence = say(languageOf(language, navigator.language), { key: 'answerDone' });
  const registration = await navigator.serviceWorker?.getRegistration();
  const options = { body: title, tag: id };
  if (registration?.active) await registration.showNotification(sentence, options); // the only way on a phone
  else new Notification(sentence, options).addEventListener('click', () => focus());
}

/** What a person attaches. Files are pending at once; what reads them (attachments.js) is loaded with the first. */

import { languageOf, say } from '../strings.js';

/** @import { Attachment, Store } from '../state/types.d.ts' */

/** @param {Store} store */
export function createAttaching(store) {
  const { state } = store;

  return {
    detach: store.detachFile,
    cancelReading: store.cancelReading,

    /** @param {File[]} files */
    async attach(files) {
      const readings = store.startReading(files);
      const all = readings.map((reading, index) => ({ reading, file: /** @type {File} */ (files[index]) }));
      try {
        const [{ attachTo }] = await Promise.all([import('./attachments.js'), import('../strings_later.js')]);
        await attachTo(store, all);
      } catch {
        readings.forEach((reading) => store.finishReading(reading));
        store.release();
        store.noticeDraft([{ key: 'notLoaded' }]);
      }
    },

    /** Adds a long text that was pasted. @param {string} text */
    attachText(text) {
      const number = state.draft.files.filter(({ pasted }) => pasted).length + 1;
      const language = languageOf(state.preferences.language, navigator.language);
      const name = say(language, { key: 'pasted', values: { number } });
      store.attachFile({ name, mediaType: 'text/plain', data: text, pasted: true });
    },

    /** Puts a pasted text into the message after all. @param {Attachment} file */
    unfold(file) {
      store.detachFile(file);
      store.typeText([state.draft.text, file.data].filter(Boolean).join('\n\n'));
    },
  };
}

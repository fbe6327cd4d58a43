/** Searches what was said in the conversations on this device. Loaded with the first search. */

import { wordsOf } from '../state/finding.js';
import { findTexts } from '../storage/search.js';

/**
 * @import { Hit, Store } from '../state/types.d.ts'
 * @import { Archive, Autosave } from '../storage/types.d.ts'
 *
 * @typedef {Map<string, Hit>} Hits by the conversation's id
 * @typedef {{archive: Archive, autosave: Autosave}} Parts
 */

/**
 * Where every word of a query occurs: after each batch that was read, all that has been found.
 * @param {Store} store @param {Parts} parts @param {string} query @returns {AsyncGenerator<Hits, void>}
 */
export async function* findHits({ state }, { archive, autosave }, query) {
  const words = wordsOf(query);
  if (words.length === 0) return;
  const titles = new Map(state.summaries.map(({ id, title }) => [id, title]));
  /** @type {Hits} */
  const hits = new Map();
  await autosave.flush();
  for await (const found of findTexts(archive, words, (id) => titles.get(id) ?? '')) {
    for (const [id, hit] of found) hits.set(id, hit);
    yield hits;
  }
}

/** Shows in the list what is found, as far as the search has come. @param {Store} store @param {Parts} parts @param {string} query */
export async function showHits(store, parts, query) {
  const isWanted = () => store.state.query === query; // something else may be asked for by now
  /** @type {Hits} */
  let all = new Map();
  for await (const hits of findHits(store, parts, query)) {
    if (!isWanted()) return;
    all = new Map(hits);
    if (all.size > 0) store.showHits(all);
  }
  if (isWanted()) store.showHits(all);
}

/** Brings what was found into sight. Where another version was shown, that is said, with the way back. @param {Store} store @param {Hit} hit */
export function lookAtHit(store, { turn, found }) {
  const { state } = store;
  const lastShown = () => state.conversation.turns.at(-1)?.id ?? '';
  const last = lastShown();
  store.look({ turn, words: [...new Set([found.toLowerCase(), ...wordsOf(state.query)])] });
  if (lastShown() === last) return;
  const undo = () => {
    store.hideToast();
    store.look({ turn: last, words: [] });
  };
  store.showToast({ phrase: { key: 'foundInOther' }, undo });
}

/** Finds what was said in the conversations on this device, some at a time, so that the page stays usable meanwhile. */

import { revive, saidIn } from '../state/conversation.js';
import { patternOf } from '../state/finding.js';
import { putConversation, STORES } from './archive.js';

/**
 * @import { Hit, Said } from '../state/types.d.ts'
 * @import { Archive } from './types.d.ts'
 *
 * @typedef {{id: string, said: Said[]}} Texts of a conversation
 */

const BATCH_CONVERSATIONS = 40; // that are read at once
/** How much of what stands around it is shown with what was found. */
const MAX_BEFORE_CHARACTERS = 30;
const MAX_AFTER_CHARACTERS = 90;
/** On each side of it, signs of Markdown are looked for; they may be much of the text. */
const MAX_READ_CHARACTERS = 600;

/**
 * The conversations in which every word occurs, in the title or in what was said; those with the words only in their
 * titles stay out. Yields after each batch.
 * @param {Archive} archive @param {string[]} words in lower case @param {(id: string) => string} titleOf
 * @returns {AsyncGenerator<[string, Hit][], void>} conversations' ids, and where in them
 */
export async function* findTexts(archive, words, titleOf) {
  const patterns = words.map(patternOf);
  for await (const texts of savedTexts(archive)) {
    yield texts.flatMap(({ id, said }) => {
      const hit = hitIn(said, patterns, titleOf(id));
      return hit ? [/** @type {[string, Hit]} */ ([id, hit])] : [];
    });
  }
}

/** @param {Archive} archive @returns {AsyncGenerator<Texts[], void>} */
async function* savedTexts(archive) {
  const newer = new Map([...archive.unwritten()].map((one) => [one.id, { id: one.id, said: saidIn(one) }]));
  yield [...newer.values()];
  const database = await archive.database();
  if (!database) return;
  await addMissingTexts(archive);
  for (let after = ''; ;) {
    const range = IDBKeyRange.lowerBound(after, true);
    const found = /** @type {Texts[]} */ (await database.getAll('texts', range, BATCH_CONVERSATIONS));
    const last = found.at(-1);
    if (!last) return;
    yield found.filter(({ id }) => !newer.has(id));
    after = last.id;
  }
}

/** Conversations that an older page saved have none, and summaries that are too long. @param {Archive} archive */
export async function addMissingTexts(archive) {
  const database = await archive.database();
  if (!database) return;
  const [all, present] = await Promise.all([
    database.getAllKeys('conversations'),
    database.getAllKeys('texts').then((keys) => new Set(keys)),
  ]);
  for (const id of all.filter((key) => !present.has(key))) {
    const transaction = database.transaction(STORES, 'readwrite');
    const conversation = await transaction.objectStore('conversations').get(id);
    if (conversation) await Promise.all(putConversation(transaction, revive(conversation)));
    await transaction.done;
  }
}

/** @param {Said[]} said @param {RegExp[]} patterns @param {string} title @returns {Hit | undefined} */
function hitIn(said, patterns, title) {
  const missing = patterns.filter((pattern) => !pattern.test(title));
  const inText = missing.every((pattern) => said.some(({ text }) => pattern.test(text)));
  if (!inText) return undefined;
  const best = bestTurn(said, patterns);
  const pattern = patterns.find((one) => best && one.test(best.text));
  return best && pattern ? hitAt(best, pattern) : undefined;
}

/** The one with most of the words, the latest among equals. @param {Said[]} said @param {RegExp[]} patterns */
function bestTurn(said, patterns) {
  const counted = said.map((one) => ({ one, count: patterns.filter((pattern) => pattern.test(one.text)).length }));
  const most = Math.max(...counted.map(({ count }) => count));
  return counted.findLast(({ count }) => count === most)?.one;
}

/** @param {Said} said @param {RegExp} pattern that occurs in it @returns {Hit} */
function hitAt({ turn, text }, pattern) {
  const { index, 0: word } = /** @type {RegExpExecArray} */ (pattern.exec(text));
  const [begin, end] = [Math.max(0, index - MAX_READ_CHARACTERS), index + word.length + MAX_READ_CHARACTERS];
  const around = whole(text.slice(begin, end));
  const shown = [withoutSigns(around), around].find((one) => pattern.test(one)) ?? around;
  const match = /** @type {RegExpExecArray} */ (pattern.exec(shown));
  const [at, after] = [match.index, match.index + match[0].length];
  const [from, to] = [Math.max(0, at - MAX_BEFORE_CHARACTERS), after + MAX_AFTER_CHARACTERS];
  const line = (/** @type {string} */ part) => whole(part).replace(/\s+/g, ' ');
  const before = line(shown.slice(from, at));
  return {
    turn,
    before: from + begin > 0 ? `…${before.replace(/^\S{0,11} /, '')}` : before,
    found: match[0],
    after: line(shown.slice(after, to)) + (to < shown.length || end < text.length ? '…' : ''),
  };
}

/** Without the half of an emoji at its ends. @param {string} part of a text */
function whole(part) {
  return part.replace(/\p{Cs}/gu, '');
}

/** Markdown without its signs, roughly. @param {string} text */
function withoutSigns(text) {
  return text
    .replace(/^ {0,3}(?:[-*+] |#{1,6} |> ?|\d+[.)] |`{3,}.*|~{3,}.*|[|:\- ]*-[|:\- ]*$)/gm, '')
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/\*\*+|__+|~~+|`+/g, '')
    .replace(/ *\| */g, ' · ');
}

/** How what a person searches for is found, in titles and in texts. Loaded with the list of conversations. */

const ACCENTS = '[\\u0300-\\u036f]';
/** Of Markdown; they may stand within a word: **un**finished. */
const SIGNS = '(?:\\*\\*|~~|`)?';

/** @type {Map<string, string>} */
const accented = new Map();

/** The words of a query; each has to occur. @param {string} query @returns {string[]} */
export function wordsOf(query) {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether each word of a query occurs in a text. @param {string} query @returns {(text: string) => boolean} */
export function matching(query) {
  const patterns = wordsOf(query).map(patternOf);
  return (text) => patterns.every((pattern) => pattern.test(text));
}

/** Accents make no difference, as where a browser searches a page. @param {string} word */
export function patternOf(word) {
  const plain = word.normalize('NFD').replace(new RegExp(ACCENTS, 'g'), '').normalize('NFC');
  const letters = [...(plain || word)].map((letter) =>
    /\p{L}/u.test(letter)
      ? `[${letter}${accentedLetters().get(letter) ?? ''}]${ACCENTS}*`
      : letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  return new RegExp(letters.join(SIGNS), 'iu');
}

/** The letters that are another one with an accent, by that one. @returns {Map<string, string>} */
function accentedLetters() {
  if (accented.size > 0) return accented;
  for (let code = 0xc0; code < 0x2000; code += 1) {
    const letter = String.fromCharCode(code);
    const [plain = '', accent = ''] = letter.normalize('NFD');
    if (accent >= '\u0300' && accent <= '\u036f') {
      const one = plain.toLowerCase();
      accented.set(one, (accented.get(one) ?? '') + letter);
    }
  }
  return accented;
}

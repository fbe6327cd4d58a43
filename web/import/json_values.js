/**
 * Reads JSON that is too large for one text, value by value: the values of a file of lines, the elements of an array, or
 * the one object of a file.
 */

/** Of one value: no conversation that could be asked about is nearly as long. */
export const MAX_VALUE_CHARACTERS = 200_000_000;

/** What began as JSON is none further on, or ends before its JSON does. */
export class BrokenJson extends Error {}

/** The file has no JSON of objects: it is of another kind. */
export class NoJson extends Error {}

/**
 * @param {AsyncIterable<string> | Iterable<string>} pieces of the file, cut anywhere
 * @returns {AsyncGenerator<unknown, void>} Throws BrokenJson or NoJson.
 */
export async function* jsonValues(pieces) {
  const split = createSplitter();
  for await (const piece of pieces) for (const text of split.feed(piece)) yield parseValue(text);
  split.end();
}

/** @param {string} text */
function parseValue(text) {
  try {
    return /** @type {unknown} */ (JSON.parse(text));
  } catch {
    throw new BrokenJson();
  }
}

/** Splits only by brackets; JSON.parse judges what stands between them. */
function createSplitter() {
  /** Of the value that is open. @type {string[]} */
  let parts = [];
  let length = 0;
  let [depth, inString, escaped, inArray, closed, begun] = [0, false, false, false, false, false];

  function unreadable() {
    return begun ? new BrokenJson() : new NoJson();
  }

  /** @param {string} part */
  function keep(part) {
    parts.push(part);
    length += part.length;
    if (length > MAX_VALUE_CHARACTERS) throw new BrokenJson();
  }

  return {
    /** @param {string} piece @returns {string[]} the values that are complete with it */
    feed(piece) {
      if (!piece) return [];
      const values = [];
      let from = 0;
      const signs = /["\\{}[\]]/g;
      if (escaped) signs.lastIndex = 1;
      escaped = false;
      for (let match = signs.exec(piece); match; match = signs.exec(piece)) {
        const [sign] = match;
        const at = match.index;
        if (inString) {
          if (sign === '"') inString = false;
          if (sign === '\\') {
            signs.lastIndex = at + 2;
            escaped = at + 1 === piece.length;
          }
          continue;
        }
        if (sign === '"') inString = true;
        if (depth === 0) {
          if (!isBetween(piece.slice(from, at)) || closed) throw unreadable();
          from = at;
          if (sign === '[' && !inArray) [inArray, from] = [true, at + 1];
          else if (sign === ']' && inArray) [closed, from] = [true, at + 1];
          else if (sign === '{') [depth, begun] = [1, true];
          else throw unreadable();
          continue;
        }
        if (sign === '{' || sign === '[') depth += 1;
        if (sign === '}' || sign === ']') depth -= 1;
        if (depth > 0) continue;
        keep(piece.slice(from, at + 1));
        values.push(parts.join(''));
        [parts, length, from] = [[], 0, at + 1];
      }
      if (depth > 0) keep(piece.slice(from));
      else if (!isBetween(piece.slice(from))) throw unreadable();
      return values;
    },

    end() {
      if (depth > 0 || inArray !== closed) throw new BrokenJson();
    },
  };
}

/** Whether it may stand between two values. @param {string} text */
function isBetween(text) {
  return /^[\s,]*$/.test(text);
}

/** Formulas as tokens of `marked`: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. Only found here; math.js draws them. */

/** @typedef {import('../vendor/marked/marked.js').TokenizerAndRendererExtension} Extension */

// As Pandoc has it: no space inside the dollars, no digit after them, so that $5 and $6 stay prices. Nor are they a
// formula where they are the shell's ($HOME/$USER), an amount with words behind it ($10 per month, US$), or hold code.
const DOLLARS = /\$(?![\s$]|\d[\d.,]*\s+[A-Za-z]{2})((?:\\[^]|(?!\*\*)[^\\$`\n])*?[^\s\\$`])\$(?![A-Za-z\d])/;
const INLINE = new RegExp(`^(?:${DOLLARS.source}|\\\\\\(([^\\n]+?)\\\\\\)|\\$\\$([^$\\n]+?)\\$\\$)`);
// No formula is longer: else one that never closes would be looked for from each line to the end of the answer.
const BLOCK = /^ {0,3}(?:\$\$([^]{1,5000}?)\$\$|\\\[([^]{1,5000}?)\\\])[ \t]*(?:\n|$)/;

/** @param {RegExp} pattern @param {'inline' | 'block'} level @param {RegExp} start @returns {Extension} */
function extension(pattern, level, start) {
  return {
    name: 'math',
    level,
    start: (source) => source.search(start),
    tokenizer(source, before) {
      const found = pattern.exec(source);
      if (!found || (found[0].startsWith('$') && /[A-Za-z\d]$/.test(before.at(-1)?.raw ?? ''))) return undefined;
      const text = (found[1] ?? found[2] ?? found[3] ?? '').trim();
      return text ? { type: 'math', raw: found[0], text } : undefined;
    },
  };
}

export const MATH_TOKENS = [
  extension(INLINE, 'inline', /\$|\\\(/),
  extension(BLOCK, 'block', /(?<=\n) {0,3}(?:\$\$|\\\[)/),
];

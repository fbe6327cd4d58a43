/** Formulas as tokens of `marked`: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. Only found here; math.js draws them. */

/** @typedef {import('../vendor/marked/marked.js').TokenizerAndRendererExtension} Extension */

// As Pandoc has it: no space inside the dollars, no digit after them, so that $5 and $6 stay prices.
const INLINE = /^(?:\$(?![\s$])((?:\\[^]|[^\\$\n])*?[^\s\\$])\$(?!\d)|\\\(([^\n]+?)\\\)|\$\$([^$\n]+?)\$\$)/;
const BLOCK = /^ {0,3}(?:\$\$([^]+?)\$\$|\\\[([^]+?)\\\])[ \t]*(?:\n|$)/;

/** @param {RegExp} pattern @param {'inline' | 'block'} level @param {RegExp} start @returns {Extension} */
function formula(pattern, level, start) {
  return {
    name: 'math',
    level,
    start: (source) => source.match(start)?.index,
    tokenizer(source) {
      const found = pattern.exec(source);
      if (!found) return undefined;
      const text = (found[1] ?? found[2] ?? found[3] ?? '').trim();
      return text ? { type: 'math', raw: found[0], text } : undefined;
    },
  };
}

export const MATH_TOKENS = [formula(INLINE, 'inline', /\$|\\\(/), formula(BLOCK, 'block', /^ {0,3}(?:\$\$|\\\[)/m)];

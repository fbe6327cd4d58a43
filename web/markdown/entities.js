/** The character references that Markdown allows in text. What is not known here stays as it was written. */

// oxfmt-ignore
const NAMED = new Map(Object.entries({
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', ensp: '\u2002', emsp: '\u2003', thinsp: '\u2009',
  copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”',
  laquo: '«', raquo: '»', bull: '•', middot: '·', times: '×', divide: '÷', plusmn: '±', minus: '−', ne: '≠', le: '≤',
  ge: '≥', asymp: '≈', infin: '∞', larr: '←', uarr: '↑', rarr: '→', darr: '↓', harr: '↔', deg: '°', micro: 'µ',
  euro: '€', pound: '£', yen: '¥', cent: '¢', sect: '§', para: '¶', alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ',
  lambda: 'λ', mu: 'μ', pi: 'π', sigma: 'σ', omega: 'ω', sum: '∑', radic: '√', half: '½', frac12: '½', frac14: '¼',
}));

/** @param {string} text */
export function decodeEntities(text) {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{1,10}));/g, (whole, decimal, hex, name) => {
    if (name) return NAMED.get(name) ?? whole;
    return character(decimal ? Number(decimal) : parseInt(hex, 16));
  });
}

/** CommonMark: NUL and what is no character become U+FFFD. @param {number} code */
function character(code) {
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || code > 0x10ffff || surrogate ? '\ufffd' : String.fromCodePoint(code);
}

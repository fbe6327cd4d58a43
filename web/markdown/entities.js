/**
 * The named characters of HTML 4, and numbered ones. A name that is not known here stays as it was written. (All 2,125 names
 * of HTML 5 would be as large as half of the Markdown parser.)
 */

// oxfmt-ignore
const NAMED = new Map(Object.entries({
  ...named(33, 'excl quot num dollar percnt amp apos lpar rpar ast plus comma - period sol'),
  ...named(58, 'colon semi lt equals gt quest commat'),
  ...named(91, 'lsqb bsol rsqb Hat lowbar grave'),
  ...named(123, 'lbrace vert rbrace'),
  ...named(160, 'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute ' +
    'micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
    'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute ' +
    'Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute ' +
    'icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'),
  ...named(913, 'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon ' +
    'Phi Chi Psi Omega'),
  ...named(945, 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau ' +
    'upsilon phi chi psi omega'),
  ...named(8592, 'larr uarr rarr darr harr'), ...named(8656, 'lArr uArr rArr dArr hArr'),
  OElig: 'Œ', oelig: 'œ', Scaron: 'Š', scaron: 'š', Yuml: 'Ÿ', fnof: 'ƒ',
  circ: 'ˆ', tilde: '˜', thetasym: 'ϑ', upsih: 'ϒ', piv: 'ϖ', ensp: '\u2002', emsp: '\u2003', thinsp: '\u2009', zwnj: '\u200c',
  zwj: '\u200d', lrm: '\u200e', rlm: '\u200f', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”',
  bdquo: '„', dagger: '†', Dagger: '‡', bull: '•', hellip: '…', permil: '‰', prime: '′', Prime: '″', lsaquo: '‹', rsaquo: '›',
  oline: '‾', frasl: '⁄', euro: '€', image: 'ℑ', weierp: '℘', real: 'ℜ', trade: '™', alefsym: 'ℵ', crarr: '↵', forall: '∀',
  part: '∂', exist: '∃', empty: '∅', nabla: '∇', isin: '∈', notin: '∉', ni: '∋', prod: '∏', sum: '∑', minus: '−', lowast: '∗',
  radic: '√', prop: '∝', infin: '∞', ang: '∠', and: '∧', or: '∨', cap: '∩', cup: '∪', int: '∫', there4: '∴', sim: '∼', cong: '≅',
  asymp: '≈', ne: '≠', equiv: '≡', le: '≤', ge: '≥', sub: '⊂', sup: '⊃', nsub: '⊄', sube: '⊆', supe: '⊇', oplus: '⊕', otimes: '⊗',
  perp: '⊥', sdot: '⋅', lceil: '⌈', rceil: '⌉', lfloor: '⌊', rfloor: '⌋', lang: '⟨', rang: '⟩', loz: '◊', spades: '♠', clubs: '♣',
  hearts: '♥', diams: '♦', check: '✓', cross: '✗', half: '½', Tab: '\t', NewLine: '\n',
}));

/** Names of characters that follow one another. @param {number} first @param {string} names */
function named(first, names) {
  return Object.fromEntries(names.split(' ').map((name, index) => [name, String.fromCharCode(first + index)]));
}

/** @param {string} text */
export function decodeEntities(text) {
  return text.replace(/&(\w{1,10});/g, (whole, name) => NAMED.get(name) ?? whole);
}

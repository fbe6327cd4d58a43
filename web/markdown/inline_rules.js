/** What stands in a line that CommonMark does not have: a few elements, comments, marks of footnotes, bare addresses. */

import { footnoteLabel } from './block_rules.js';

/** @import { InlineRule, MarkdownIt } from './types.d.ts' */

/** What is shown as an element, without its attributes. */
export const TAGS = 'sub|sup|kbd|u|mark|br';
const TAG = new RegExp(`<(/?)(${TAGS})(?:\\s[^<>]*|/)?>`, 'iy');
const FOOTNOTE = /\[\^([^\s[\]]{1,40})\](:?)/y;
/** An address ends before a space, and before the punctuation of Chinese and Japanese; letters of every script belong to it. */
const ADDRESS =
  /[^\s<>"`\u2014\u2018-\u201f\u2026\u3000-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+/y;
const WITHOUT_SCHEME =
  /(?<![\w.+/@-])(?:www\.[\w-]+\.\w[^\s<>"`\u2014\u2018-\u201f\u2026\u3000-\u3003\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]*|[\w.+-]+@(?:[\da-z-]+\.)+[a-z]{2,}(?![\w-]|:\w))/gi; // neither react@18.2.0 nor git@host.org:path

/** @param {MarkdownIt} md */
export function addInlineRules({ inline }) {
  inline.ruler.before('escape', 'bare_address', bareAddress);
  inline.ruler.before('link', 'footnote', footnoteMark);
  inline.ruler.before('autolink', 'comment', inlineComment);
  inline.ruler.before('autolink', 'tag', tag);
}

/** @type {InlineRule} */
function tag(state, silent) {
  TAG.lastIndex = state.pos;
  const [source, slash, name = ''] = TAG.exec(state.src) ?? [];
  if (!source) return false;
  if (!silent) {
    const token = state.push('tag', name.toLowerCase(), 0);
    token.content = source;
    token.meta = { closing: slash === '/' };
  }
  state.pos += source.length;
  return true;
}

/** @type {InlineRule} */
function inlineComment(state) {
  if (!state.src.startsWith('<!--', state.pos) || state.pos >= (state.cache['<!--'] ?? Infinity)) return false;
  const end = state.src.indexOf('-->', state.pos + 4);
  if (end >= 0 && end < state.posMax) {
    state.pos = end + 3;
    return true;
  }
  state.cache['<!--'] = state.pos;
  if (!state.env.unfinished) return false;
  state.pos = state.posMax;
  return true;
}

/** @type {InlineRule} */
function footnoteMark(state, silent) {
  FOOTNOTE.lastIndex = state.pos;
  const [source = '', label = '', colon] = FOOTNOTE.exec(state.src) ?? [];
  if (!source || !(/^\d+$/.test(label) || footnoteLabel(label) in state.env.references)) return false;
  if (!silent) state.push('footnote', 'sup', 0).content = label;
  state.pos += colon && state.pos > 0 ? source.length - 1 : source.length;
  return true;
}

/** `https://…` @type {InlineRule} */
function bareAddress(state, silent) {
  const { src, pos, env } = state;
  if (silent || state.linkLevel > 0 || !src.startsWith('://', pos)) return false;
  const [, scheme = ''] = /(?:^|[^a-z\d])(https?)$/i.exec(src.slice(Math.max(0, pos - 6), pos)) ?? [];
  if (!scheme || !state.pending.endsWith(scheme)) return false;
  ADDRESS.lastIndex = pos + 3;
  const label = env.unfinished && env.labelEnd !== undefined ? env.labelEnd : -1;
  const end = label > pos ? label : state.posMax;
  const rest = withoutEnd(ADDRESS.exec(src)?.[0].slice(0, end - pos - 3) ?? '');
  if (!rest) return false;
  state.pending = state.pending.slice(0, -scheme.length);
  const address = `${scheme}://${rest}`;
  state.push('link_open', 'a', 1).attrs = [['href', address]];
  state.push('text', '', 0).content = address;
  state.push('link_close', 'a', -1);
  state.pos += 3 + rest.length;
  return true;
}

/** Without what belongs to the sentence: a bracket that it did not open, signs before Chinese, punctuation. @param {string} text */
function withoutEnd(text) {
  const [address = ''] = text.split(/(?:(?<!\*)\*+|~~)(?=[^ -~])/, 1);
  let open = 0;
  let end = 0;
  for (; end < address.length; end++) {
    if (address[end] === '(') open++;
    else if (address[end] === ')' && open-- === 0) break;
  }
  while (end > 0 && /[?!.,:;*_~'\]|\\$]/.test(/** @type {string} */ (address[end - 1]))) end--;
  return address.slice(0, end);
}

/** Text, and the addresses in it that begin without a scheme. @param {string} text @returns {(string | {text: string, href: string})[]} */
export function withAddresses(text) {
  if (!text.includes('@') && !/www\./i.test(text)) return [text];
  /** @type {(string | {text: string, href: string})[]} */
  const parts = [];
  let end = 0;
  for (const { 0: source, index } of text.matchAll(WITHOUT_SCHEME)) {
    const address = withoutEnd(source);
    const href = /^www\./i.test(address) ? `http://${address}` : `mailto:${address}`;
    parts.push(text.slice(end, index), { text: address, href });
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

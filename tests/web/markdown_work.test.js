/** What Markdown costs: in proportion to its length, whatever it says and however it comes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { workOf } from './work.js';

import { createMarkdown } from '../../web/markdown/stream.js';

const SHORT_CHARACTERS = 5000;
const MAX_GROWTH_RATIO = 2.2; // of the work, for a text of twice the length

/** Each makes a text of about `length` characters. @type {Record<string, (length: number) => string>} */
const TEXTS = {
  paragraphs: (length) => 'Some *words* and `code`.\n\n'.repeat(length / 26),
  'sentences of one paragraph': (length) => 'Some *words*, `code`, [1] and $x$. '.repeat(length / 35),
  'lines of one paragraph': (length) => 'Some *words* and `code`\n'.repeat(length / 24),
  'Chinese sentences of one paragraph': (length) => '一段很长的文字，没有空格。'.repeat(length / 13),
  'rows of one table': (length) => `| a | b |\n|---|---|\n${'| *c* | `d|e` |\n'.repeat(length / 16)}`,
  'items of one list': (length) => '1. an item of *one* list\n'.repeat(length / 25),
  'items with lines between': (length) => '- an item of *one* list\n\n'.repeat(length / 25),
  'lines of one block of code': (length) => `\`\`\`py\n${'x = 1  # a line\n'.repeat(length / 16)}`,
  'quotes in quotes': (length) => '>'.repeat(length),
  'lists in lists': (length) => '- '.repeat(length / 2),
  stars: (length) => '*'.repeat(length),
  underscores: (length) => '_'.repeat(length),
  tildes: (length) => '~'.repeat(length),
  backticks: (length) => '`'.repeat(length),
  dollars: (length) => '$'.repeat(length),
  'less-than signs': (length) => '<'.repeat(length),
  brackets: (length) => '['.repeat(length),
  pictures: (length) => '!['.repeat(length / 2),
  'words in stars that never close': (length) => '*a **b '.repeat(length / 7),
  'backticks of every length': (length) => 'a`b``c```d````'.repeat(length / 14),
  'links that never close': (length) => '[a]('.repeat(length / 4),
  'marks of footnotes': (length) => '[^a] [^1]: '.repeat(length / 11),
  tags: (length) => '<b>'.repeat(length / 3),
  'elements that never close': (length) => '<sub><u>'.repeat(length / 8),
  'comments that never close': (length) => '<!-- a\n'.repeat(length / 7),
  'comments in comments': (length) => 'a <!--'.repeat(length / 6),
  'formulas that never close': (length) => '$$a\n'.repeat(length / 4),
  'brackets of formulas': (length) => '\\[a\n'.repeat(length / 4),
  'brackets of formulas in a line': (length) => '\\[a \\(b '.repeat(length / 8),
  'prices in a line': (length) => 'for $5 '.repeat(length / 7),
  addresses: (length) => 'https://a.b '.repeat(length / 12),
  'addresses in one': (length) => 'https://'.repeat(length / 8),
  'at signs': (length) => 'a@'.repeat(length / 2),
  'blocks of Markdown that never close': (length) => '```md\n```py\n```\n'.repeat(length / 16),
  'blocks that hold blocks': (length) => '```\n```py\n```\n```\n'.repeat(length / 18),
  'formulas in a row': (length) => `| a |\n|-|\n| ${'$x|\\(y| '.repeat(length / 8)}`,
  'definitions of links': (length) =>
    Array.from({ length: length / 20 }, (_, at) => `[a${at}]: https://x.y`).join('\n'),
  'quotes in code': (length) => `\`\`\`\n${`${'>'.repeat(31)}\n`.repeat(length / 32)}`,
};
/** Of these a part can be settled while they come, or a piece of them is short. */
const GROWING = Object.keys(TEXTS).filter((name) =>
  /^paragraphs|^sentences|Chinese|^rows|^items|of code$/.test(name),
);

/** @param {string} text */
const whole = (text) => void createMarkdown()(`${text} x`, true);

/** @param {string} text */
const unfinished = (text) => void createMarkdown()(text, false);

/** @param {(text: string) => void} act @param {(length: number) => string} made */
function growth(act, made) {
  act(made(SHORT_CHARACTERS)); // what is made with the first run is not counted
  return workOf(() => act(made(2 * SHORT_CHARACTERS))) / workOf(() => act(made(SHORT_CHARACTERS)));
}

for (const [name, made] of Object.entries(TEXTS)) {
  test(`twice as many ${name} are twice the work, whole and unfinished`, () => {
    for (const act of [whole, unfinished]) {
      const grown = growth(act, made);
      assert.ok(grown < MAX_GROWTH_RATIO, `${grown} times the work`);
    }
  });
}

/** @param {string} text */
function inPieces(text) {
  const parse = createMarkdown();
  for (let end = 50; end < text.length; end += 50) parse(text.slice(0, end), false);
  parse(text, true);
}

for (const name of GROWING) {
  test(`twice as many ${name} are twice the work, in pieces`, () => {
    const grown = growth(inPieces, (length) => /** @type {(length: number) => string} */ (TEXTS[name])(2 * length));
    assert.ok(grown < MAX_GROWTH_RATIO, `${grown} times the work`);
  });
}

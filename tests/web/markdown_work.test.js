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
  'quotes in quotes': (length) => '>'.repeat(length),
  'lists in lists': (length) => '- '.repeat(length / 2),
  stars: (length) => '*'.repeat(length),
  brackets: (length) => '['.repeat(length),
  tags: (length) => '<b>'.repeat(length / 3),
  'formulas that never close': (length) => '$$a\n'.repeat(length / 4),
  'quotes in code': (length) => `\`\`\`\n${`${'>'.repeat(31)}\n`.repeat(length / 32)}`,
};

/** @param {string} text */
const whole = (text) => void createMarkdown()(`${text} x`, true);

/** @param {string} text */
const unfinished = (text) => void createMarkdown()(text, false);

/** @param {(text: string) => void} act @param {(length: number) => string} made */
const growth = (act, made) =>
  workOf(() => act(made(2 * SHORT_CHARACTERS))) / workOf(() => act(made(SHORT_CHARACTERS)));

for (const [name, made] of Object.entries(TEXTS)) {
  test(`twice as many ${name} are twice the work, whole and unfinished`, () => {
    for (const act of [whole, unfinished]) {
      const grown = growth(act, made);
      assert.ok(grown < MAX_GROWTH_RATIO, `${grown} times the work`);
    }
  });
}

test('a piece costs the same at the end of a long answer as at its beginning', () => {
  const inPieces = (/** @type {string} */ text) => {
    const parse = createMarkdown();
    for (let end = 50; end < text.length; end += 50) parse(text.slice(0, end), false);
  };
  const grown = growth(inPieces, TEXTS.paragraphs);
  assert.ok(grown < MAX_GROWTH_RATIO, `${grown} times the work`);
});

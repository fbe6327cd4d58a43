/** What a search finds, and what it shows of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matching, wordsOf } from '../../web/state/finding.js';
import { findTexts } from '../../web/storage/search.js';

const said = (id, prompt, answer = '') => ({ id, prompt, blocks: [{ type: 'text', text: answer }] });

/** The first hit of a query. @param {string} query @param {object[]} turns */
async function found(query, turns, { aside = [], title = 'Rivers' } = {}) {
  const archive = { unwritten: () => [{ id: 'c', turns, aside }], database: async () => undefined };
  for await (const [hit] of findTexts(archive, wordsOf(query), () => title)) return hit?.[1];
  return undefined;
}

test('every word has to occur, in the title or in what was said in any version', async () => {
  const [turns, more] = [[said('1', 'long?', 'The Nile')], { aside: [said('2', 'wide?', 'no')] }];
  for (const query of ['nile', 'RIVERS nile', 'long', 'wide', 'nile wide'])
    assert.ok(await found(query, turns, more), query);
  for (const query of ['amazon', 'nile amazon']) assert.equal(await found(query, turns, more), undefined, query);
});

test('it shows the words around what was found, on one line', async () => {
  const text = `${'before '.repeat(9)}\n\n**The Nile** is long. ${'after '.repeat(40)}`;
  const { turn, before, found: word, after } = await found('nile', [said('1', 'x', text)]);
  assert.deepEqual([turn, word], ['1', 'Nile']);
  assert.match(before, /^…[^\n]*before The $/);
  assert.match(after, /^ is long\. after [^\n]*…$/);
});

test('it shows the turn with most of the words, the latest of several', async () => {
  const turns = [said('1', 'red'), said('2', 'red and blue'), said('3', 'red and blue'), said('4', 'red')];
  assert.equal((await found('blue red', turns)).turn, '3');
});

test('signs are signs, and letters of other scripts are found', async () => {
  for (const query of ['a.b(c', '[x]', '北京', 'é', '$1*'])
    assert.equal((await found(query, [said('1', `so: ${query}!`)])).found, query);
  assert.equal(await found('a.b', [said('1', 'aXb')]), undefined);
});

test('accents make no difference, nor how they are written, nor does case', async () => {
  for (const [query, text] of [
    ['cafe', 'Café'],
    ['CAFÉ', 'cafe\u0301'],
    ['cafe\u0301', 'CAFÉ'],
    ['é', 'É'],
    ['é', 'E'],
    ['ngon', 'ngọn'],
    ['история', 'Исто\u0301рия\u0301'],
    ['αθηνα', 'Αθήνα'],
    ['istanbul', 'İstanbul'],
  ])
    assert.equal((await found(query, [said('1', `1 ${text}!`)]))?.found, text, query);
  for (const [query, text] of [
    ['cafe', 'cage'],
    ['か', 'が'],
    ['e.', 'é!'],
  ])
    assert.equal(await found(query, [said('1', text)], { title: '' }), undefined, query);
});

test('a word is found of which a part is bold, struck or code', async () => {
  for (const [query, text] of [
    ['人工智能', '说说**人工**智能'],
    ['npm包', '装`npm`包'],
    ['unfinished', 'an ~~un~~finished'],
  ])
    assert.equal((await found(query, [said('1', text)])).found, query);
  assert.equal(await found('ab', [said('1', 'a*b, a_b')]), undefined);
});

test('no half of an emoji is shown, wherever the text is cut', async () => {
  for (let shift = 0; shift < 2; shift += 1) {
    const many = 'x'.repeat(shift) + '😀'.repeat(400);
    const hit = await found('nile', [said('1', `${many}Nile${many}`)]);
    assert.ok(!/\p{Cs}/u.test(hit.before + hit.after) && hit.before.includes('😀') && hit.after.includes('😀'));
  }
});

test('around what was found the signs of Markdown are left out, and what is written with them stays', async () => {
  const around = async (/** @type {string} */ text) => {
    const { before, found: word, after } = await found('nile', [said('1', 'x', text)], { title: '' });
    return `${before}${word}${after}`.replace(/^x /, '');
  };
  for (const [text, shown] of [
    ['## Rivers\n- The **Nile** is `long`', 'Rivers The Nile is long'],
    ['| River | km |\n|---|--:|\n| Nile | 6650 |', '· River · km · · Nile · 6650 · '],
    ['1. [the Nile](https://e.com/nile) and ![a map](m.png)', 'the Nile and a map'],
    ['```py\nnile = a_b * 2\n```', 'nile = a_b * 2 '],
    ['> so the ~~Rhine~~ Nile\n>\n> 3 - 2', 'so the Rhine Nile 3 - 2'],
  ])
    assert.equal(await around(text), shown);
});

test('a title is found as a text is: whatever its accents, and where each word occurs', () => {
  for (const [query, title] of [
    ['cafe', 'Café Ångström'],
    ['café', 'cafe\u0301 deux'],
    ['ANGSTROM café', 'Café Ångström'],
    ['c++ (', 'On C++ (part 1)'],
    ['北京', '北京 in autumn'],
    [' ', 'anything'],
  ])
    assert.ok(matching(query)(title), query);
  assert.ok(!matching('cafe deux')('Café Ångström'));
});

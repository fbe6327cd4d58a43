/** Every string exists in every language, and is used somewhere. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { LANGUAGES, languageOf, modelName, say } from '../../web/strings.js';
import { addLaterWords } from '../../web/strings_later.js';

addLaterWords();

const WEB = new URL('../../web/', import.meta.url);
const sources = readdirSync(WEB, { recursive: true })
  .map(String)
  .filter((name) => /\.(js|html)$/.test(name) && !name.startsWith('vendor') && !name.startsWith('strings'))
  .map((name) => readFileSync(new URL(name, WEB), 'utf8'));

test('both languages have the same strings, with the same holes', () => {
  const { en, 'zh-CN': zh } = LANGUAGES;
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  const holes = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(en)) assert.deepEqual(holes(zh[key]), holes(text), key);
});

test('no string is left over, and none that is named is missing', () => {
  const all = sources.join('\n');
  const composed = /^failed[A-Z]/; // by the kind of failure
  const unused = Object.keys(LANGUAGES.en).filter(
    (key) => !composed.test(key) && !new RegExp(`['"]${key}['"]`).test(all),
  );
  assert.deepEqual(unused, []);
  const named = [...all.matchAll(/data-(?:text|label|placeholder)="(\w+)"/g)].map(([, key]) => key);
  assert.deepEqual(
    named.filter((key) => !(key in LANGUAGES.en)),
    [],
  );
});

test('every kind of failure has its sentence', () => {
  const kinds = readFileSync(new URL('api/types.d.ts', WEB), 'utf8').match(/FailureKind =([^;]+);/)?.[1] ?? '';
  const named = [...kinds.matchAll(/'(\w)(\w+)'/g)].map(
    ([, first, rest]) => `failed${first?.toUpperCase()}${rest}`,
  );
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter((key) => !(key in LANGUAGES.en)),
    [],
  );
});

test('no other module holds words for people', () => {
  const chinese = sources.filter((text) => /[\u4e00-\u9fff]/.test(text.replace(/<noscript>.*|简体中文/g, '')));
  assert.equal(chinese.length, 0);
  const body =
    readFileSync(new URL('index.html', WEB), 'utf8')
      .split('<body>')[1]
      ?.replace(/<!--[^]*?-->|<noscript>.*/g, '') ?? '';
  const words = [...body.matchAll(/>([^<>]*[a-z]{2}[^<>]*)</gi)].map(([, text]) => text?.trim());
  assert.deepEqual(words, ['claude-stream', 'English']);
});

test("holes are filled in, and the language is the chosen one or the browser's", () => {
  assert.equal(say('en', { key: 'waitSeconds', values: { seconds: 3 } }), 'You can try again in 3 s.');
  assert.deepEqual([languageOf('', 'zh-TW'), languageOf('', 'de'), languageOf('en', 'zh')], ['zh-CN', 'en', 'en']);
});

test('a model goes by its name, the same as in the API', () => {
  const cases = JSON.parse(readFileSync(new URL('../model_names.json', import.meta.url), 'utf8'));
  assert.ok(cases.length > 3);
  for (const { id, name } of cases) assert.equal(modelName(id), name);
  assert.equal(modelName('other.model'), 'other.model');
});

/** What config.json has to be, over a simulated fetch. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { cheapestModel } from '../../web/api/cheapest.js';
import { UnusableConfig, loadConfig } from '../../web/api/config.js';
import { cost } from '../../web/api/prices.js';

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

const RIGHT = { functionUrl: 'https://f.example/', model: 'm', models: ['m', 'n'], maxTokens: 9 };

/** @param {string} body */
function load(body) {
  globalThis.fetch = async () => new Response(body);
  return loadConfig(false);
}

test('one with more fields than are known, or a mark at its beginning, is taken', async () => {
  const whole = { ...RIGHT, shelf: [1], prices: null };
  assert.deepEqual(await load(`\ufeff${JSON.stringify(whole)}`), whole);
  assert.equal((await load(JSON.stringify({ ...RIGHT, functionUrl: '/' }))).functionUrl, '/');
});

test('one that cannot be used names the field that is wrong', async () => {
  for (const [field, value] of [
    ['functionUrl', 'f.example'],
    ['functionUrl', 'localhost:8000'],
    ['functionUrl', 'ftp://f.example/'],
    ['functionUrl', 'https://'],
    ['functionUrl', 'https://a b'],
    ['functionUrl', null],
    ['model', null],
    ['models', {}],
    ['models', [{ id: 'm' }]],
    ['models', ['m', '']],
    ['model', 'one that is not on offer'],
    ['maxTokens', '9'],
    ['maxTokens', 0.5],
  ])
    await assert.rejects(load(JSON.stringify({ ...RIGHT, [field]: value })), { field }, `${field} ${value}`);
  for (const body of ['null', '5', '"text"']) await assert.rejects(load(body), { field: '' }, body);
  await assert.rejects(load('<!doctype html>'), SyntaxError);
  globalThis.fetch = async () => new Response(null, { status: 304 });
  await assert.rejects(loadConfig(true), UnusableConfig);
});

test('prices that are no table are as good as none', () => {
  for (const prices of [undefined, null, {}, { models: null }, 'x', []]) {
    assert.equal(cost(prices, 'm', { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }), null);
    assert.equal(cheapestModel({ ...RIGHT, prices }), 'm');
  }
});

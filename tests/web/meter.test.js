import assert from 'node:assert/strict';
import test from 'node:test';

import { beforeReplay, createMeter } from '../../web/api/meter.js';

const free = () => 0;
const task = () => new Promise((done) => setTimeout(done));
const USAGE = { input_tokens: 10, output_tokens: 20 };

async function words(meter, tasks) {
  meter.event('message_start', { input_tokens: 10 });
  for (let n = 0; n < tasks; n += 1) {
    meter.word();
    meter.word();
    await task();
    await task();
  }
  meter.event('message_delta', USAGE);
  return meter.figures();
}

test('words that come in one task are a burst, words that come one after the other are none', async () => {
  assert.equal((await words(createMeter(null, free), 1)).burst, true);
  assert.equal((await words(createMeter(null, free), 5)).burst, false);
});

test('what is read again has no times, and its tokens count once', async () => {
  const figures = await words(createMeter(null, free, true), 5);
  assert.deepEqual([figures.first, figures.writing, figures.burst], [0, 0, true]);
  assert.deepEqual([figures.input, figures.output, figures.partial], [10, 20, false]);
});

test('what was known of the first word before the line broke stays known, and its tokens are not counted twice', async () => {
  const broken = { ...(await words(createMeter(null, free), 5)), first: 123, partial: true };
  const before = beforeReplay({ kept: { id: '1', before: [], figures: null }, figures: broken });
  const figures = await words(createMeter(before, free, true), 5);
  assert.deepEqual([figures.first, figures.input, figures.output, figures.partial], [123, 10, 20, false]);
});

test('an answer that goes on adds to what its beginning took', async () => {
  const beginning = await words(createMeter(null, free), 5);
  const before = beforeReplay({ kept: { id: '1', before: [], figures: beginning }, figures: beginning });
  const whole = await words(createMeter(before, free, true), 5);
  assert.equal(whole.output, 40);
  assert.equal(whole.context, 30, 'its last request took what was there in');
});

test('an answer whose last event counts nothing is not known in full', () => {
  for (const usage of [undefined, null, {}, { output_tokens: 0 }]) {
    const meter = createMeter(null, free);
    meter.event('message_start', { input_tokens: 10, output_tokens: 1 });
    meter.event('message_delta', usage);
    assert.equal(meter.figures().partial, true);
  }
});

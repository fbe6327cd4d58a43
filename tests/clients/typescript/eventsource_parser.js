// A parser of server-sent events, on GET /stream.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createParser } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';

import { answer, key, url } from './asking.js';

describe('eventsource-parser', () => {
  const get = () => fetch(`${url}/stream?prompt=${encodeURIComponent('你好')}`, { headers: { 'x-api-key': key } });

  test('reads GET /stream', async () => {
    const response = await get();
    const events = [];
    for await (const event of response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream()))
      events.push(event);
    const done = events.pop();
    assert.equal(events.map(({ data }) => JSON.parse(data)).join(''), answer);
    assert.equal(done.event, 'done');
  });

  test('reads it fed by hand', async () => {
    const events = [];
    createParser({ onEvent: (event) => events.push(event) }).feed(await (await get()).text());
    assert.equal(
      events
        .slice(0, -1)
        .map(({ data }) => JSON.parse(data))
        .join(''),
      answer,
    );
  });
});

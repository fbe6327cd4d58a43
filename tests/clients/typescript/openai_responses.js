// OpenAI's SDK on the Responses API.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import OpenAI from 'openai';

import { answer, key, model, png, schema, url } from './asking.js';

describe("openai's Responses", () => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const asked = (input = '你好') => ({ model, input, store: false });

  test('streams numbered events, and the response at their end', async () => {
    const events = [];
    for await (const event of await client.responses.create({ ...asked(), stream: true })) events.push(event);
    const pieces = events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta);
    assert.equal(pieces.join(''), answer);
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, index) => index),
    );
    assert.equal(events[0].type, 'response.created');
    assert.equal(events.at(-1).type, 'response.completed');
    assert.ok(events.at(-1).response.usage.total_tokens > 0);
  });

  test('answers whole', async () => {
    assert.equal((await client.responses.create(asked())).output_text, answer);
  });

  test('goes through a tool and back, thoughts included', async () => {
    const tools = [{ type: 'function', name: 'weather', parameters: schema, strict: false }];
    const reasoning = { effort: 'low', summary: 'auto' };
    const input = [{ role: 'user', content: '/tool 北京' }];
    const question = { ...asked(input), tools, reasoning, include: ['reasoning.encrypted_content'] };
    const { output } = await client.responses.stream(question).finalResponse();
    const call = output.find(({ type }) => type === 'function_call');
    assert.deepEqual(JSON.parse(call.arguments), { city: '北京' });
    assert.ok(output[0].summary[0].text);
    const result = { type: 'function_call_output', call_id: call.call_id, output: '晴天' };
    const last = await client.responses.create({ ...question, input: [...input, ...output, result] });
    assert.match(last.output_text, /晴天/);
  });

  test('takes pictures, and refuses remote ones with a sentence', async () => {
    const picture = (address) =>
      asked([{ role: 'user', content: [{ type: 'input_image', detail: 'auto', image_url: address }] }]);
    const { usage } = await client.responses.create(picture(`data:image/png;base64,${png}`));
    assert.ok(usage.input_tokens > 1500);
    await assert.rejects(client.responses.create(picture('https://example.com/a.png')), /fetches nothing/);
  });

  test('raises an error midway', async () => {
    const stream = await client.responses.create({ ...asked('/throttle-midway'), stream: true });
    await assert.rejects(async () => {
      for await (const event of stream) assert.ok(event.type);
    }, /throttling/);
    await assert.rejects(client.responses.stream(asked('/cut')).finalResponse(), /cut off/);
  });

  for (const [fault, kind] of [
    ['/throttle', OpenAI.RateLimitError],
    ['/invalid', OpenAI.BadRequestError],
    ['/overloaded', OpenAI.InternalServerError],
  ]) {
    test(`raises its own ${kind.name} for ${fault}`, async () => {
      await assert.rejects(client.responses.create({ ...asked(fault), stream: true }), kind);
    });
  }

  test('gets a sentence: nothing is kept', async () => {
    await assert.rejects(client.responses.retrieve('resp_1'), OpenAI.NotFoundError);
    await assert.rejects(
      client.responses.create({ ...asked(), previous_response_id: 'resp_1' }),
      /whole conversation/,
    );
  });
});

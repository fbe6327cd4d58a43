// OpenAI's SDK.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import OpenAI from 'openai';

import { answer, asked, key, model, png, recording, schema, url } from './asking.js';

describe('openai', () => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });

  test('streams, with usage', async () => {
    const stream = await client.chat.completions.create({
      ...asked(),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const usage = chunks.at(-1).usage;
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), answer);
    assert.equal(chunks.at(-2).choices[0].finish_reason, 'stop');
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });

  test('answers whole', async () => {
    const completion = await client.chat.completions.create(asked());
    assert.equal(completion.choices[0].message.content, answer);
  });

  test('goes through a tool and back', async () => {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: schema } }];
    const question = { ...asked('/tool 北京'), tools };
    const { choices } = await client.chat.completions.stream(question).finalChatCompletion();
    const [call] = choices[0].message.tool_calls;
    assert.deepEqual(JSON.parse(call.function.arguments), { city: '北京' });
    const result = { role: 'tool', tool_call_id: call.id, content: '晴天' };
    const messages = [...question.messages, choices[0].message, result];
    const last = await client.chat.completions.create({ ...question, messages });
    assert.match(last.choices[0].message.content, /晴天/);
  });

  test('takes pictures, and refuses remote ones with a sentence', async () => {
    const picture = (address) => asked([{ type: 'image_url', image_url: { url: address } }]);
    const { usage } = await client.chat.completions.create(picture(`data:image/png;base64,${png}`));
    assert.ok(usage.prompt_tokens > 1500);
    await assert.rejects(client.chat.completions.create(picture('https://example.com/a.png')), /fetches nothing/);
  });

  test('lists models', async () => {
    const { data } = await client.models.list();
    assert.deepEqual(
      data.map(({ id }) => id),
      ['claude-haiku-5-5', 'claude-sonnet-5-5'],
    );
    assert.equal((await client.models.retrieve(model)).owned_by, 'anthropic');
  });

  for (const [fault, kind] of [
    ['/throttle', OpenAI.RateLimitError],
    ['/denied', OpenAI.PermissionDeniedError],
    ['/notfound', OpenAI.NotFoundError],
    ['/invalid', OpenAI.BadRequestError],
    ['/overloaded', OpenAI.InternalServerError],
  ]) {
    test(`raises its own ${kind.name} for ${fault}`, async () => {
      await assert.rejects(client.chat.completions.create({ ...asked(fault), stream: true }), kind);
    });
  }

  test('raises its own AuthenticationError', async () => {
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  });

  test('raises an error midway', async () => {
    const stream = await client.chat.completions.create({ ...asked('/throttle-midway'), stream: true });
    await assert.rejects(async () => {
      for await (const chunk of stream) assert.ok(chunk.choices);
    }, /throttling/);
  });

  for (const [fault, status] of [
    ['/busy', 429],
    ['/crowded', 529],
  ]) {
    test(`asks again after the ${status} of ${fault} when retry-after says so`, async () => {
      const record = recording();
      const patient = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 1, fetch: record.fetch });
      await patient.chat.completions.create(asked(`${fault} 1 openai-ts`));
      assert.deepEqual(record.seen, [
        [status, '1'],
        [200, null],
      ]);
    });
  }
});

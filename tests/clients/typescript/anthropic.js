// Anthropic's SDK.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import Anthropic from '@anthropic-ai/sdk';

import { answer, asked, key, model, png, recording, schema, url } from './asking.js';

describe('@anthropic-ai/sdk', () => {
  const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });

  test('streams', async () => {
    const pieces = [];
    const stream = client.messages.stream(asked()).on('text', (text) => pieces.push(text));
    const message = await stream.finalMessage();
    assert.equal(pieces.join(''), answer);
    assert.ok(pieces.length > 20);
    assert.equal(message.stop_reason, 'end_turn');
  });

  test('answers whole', async () => {
    const message = await client.messages.create(asked());
    assert.equal(message.content[0].text, answer);
  });

  test('goes through a tool and back', async () => {
    const tools = [{ name: 'weather', input_schema: schema }];
    const question = asked('/tool 北京');
    const said = await client.messages.stream({ ...question, tools }).finalMessage();
    const call = said.content.at(-1);
    assert.deepEqual(call.input, { city: '北京' });
    const result = { type: 'tool_result', tool_use_id: call.id, content: '晴天' };
    const messages = [
      ...question.messages,
      { role: 'assistant', content: said.content },
      { role: 'user', content: [result] },
    ];
    const last = await client.messages.create({ ...question, messages, tools });
    assert.match(last.content[0].text, /晴天/);
  });

  test('thinks, and takes pictures', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } };
    const said = await client.messages
      .stream({ ...asked([image, { type: 'text', text: 'Hello' }]), model: 'claude-sonnet-5-5' })
      .finalMessage();
    assert.deepEqual(
      said.content.map((block) => block.type),
      ['thinking', 'text'],
    );
    assert.ok(said.content[0].signature);
    assert.ok(said.usage.input_tokens > 1500);
  });

  test('counts tokens and lists models', async () => {
    const { input_tokens } = await client.messages.countTokens({ model, messages: asked().messages });
    assert.ok(input_tokens > 0);
    const ids = [];
    for await (const { id } of client.models.list({ limit: 1 })) ids.push(id);
    assert.deepEqual(ids, ['claude-haiku-5-5', 'claude-sonnet-5-5']);
    assert.equal((await client.models.retrieve(model)).display_name, 'Claude Haiku 5.5');
  });

  for (const [fault, kind] of [
    ['/throttle', Anthropic.RateLimitError],
    ['/denied', Anthropic.PermissionDeniedError],
    ['/notfound', Anthropic.NotFoundError],
    ['/invalid', Anthropic.BadRequestError],
    ['/overloaded', Anthropic.InternalServerError],
  ]) {
    test(`raises its own ${kind.name} for ${fault}`, async () => {
      await assert.rejects(client.messages.create({ ...asked(fault), stream: true }), kind);
    });
  }

  test('raises its own AuthenticationError', async () => {
    const stranger = new Anthropic({ baseURL: url, apiKey: 'wrong', maxRetries: 0 });
    await assert.rejects(stranger.messages.create(asked()), Anthropic.AuthenticationError);
  });

  test('raises an error midway', async () => {
    const stream = client.messages.stream(asked('/throttle-midway'));
    await assert.rejects(stream.finalMessage(), /throttling/);
  });

  for (const [fault, status] of [
    ['/busy', 429],
    ['/crowded', 529],
  ]) {
    test(`asks again after the ${status} of ${fault} when retry-after says so`, async () => {
      const record = recording();
      const patient = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 1, fetch: record.fetch });
      const began = Date.now();
      await patient.messages.create(asked(`${fault} 1 anthropic-ts`));
      assert.deepEqual(record.seen, [
        [status, '1'],
        [200, null],
      ]);
      assert.ok(Date.now() - began >= 1000);
    });
  }
});

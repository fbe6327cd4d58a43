// The clients that people use in TypeScript, pointed at the function by an address and a key alone.
// Run by test_typescript.py, all in one process: what takes time is starting them.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { createParser } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import OpenAI from 'openai';

const { URL: url = '', KEY: key = '' } = process.env;
const model = 'claude-haiku-5-5';
const answer = process.env.ANSWER ?? ''; // to 你好, whole
const png = 'iVBORw0KGgo=';
const schema = { type: 'object', properties: { city: { type: 'string' } } };
const asked = (content = '你好') => ({ model, max_tokens: 1000, messages: [{ role: 'user', content }] });

/** A fetch that writes down what it was answered. */
function recording() {
  const seen = [];
  const fetcher = async (input, init) => {
    const response = await fetch(input, init);
    seen.push([response.status, response.headers.get('retry-after')]);
    return response;
  };
  return { seen, fetch: fetcher };
}

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
    test(`asks again after the ${status} of ${fault} when it is told to`, async () => {
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
    test(`asks again after the ${status} of ${fault} when it is told to`, async () => {
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

describe("Vercel's AI SDK", () => {
  const providers = {
    '@ai-sdk/anthropic': createAnthropic({ baseURL: `${url}/v1`, apiKey: key }),
    '@ai-sdk/openai-compatible': createOpenAICompatible({ name: 'here', baseURL: `${url}/v1`, apiKey: key }),
  };
  for (const [name, provider] of Object.entries(providers)) {
    const settings = { model: provider(model), maxOutputTokens: 1000, maxRetries: 0 };

    test(`${name} streams`, async () => {
      const result = streamText({ ...settings, prompt: '你好' });
      const pieces = [];
      for await (const piece of result.textStream) pieces.push(piece);
      assert.equal(pieces.join(''), answer);
      assert.equal(await result.finishReason, 'stop');
    });

    // Bedrock refuses the flag structured-outputs-2025-11-13, which this provider sends with tools.
    const todo = name === '@ai-sdk/anthropic' && 'until the function leaves out the flags that Bedrock refuses';
    test(`${name} goes through a tool and back`, { todo }, async () => {
      const weather = tool({ inputSchema: jsonSchema(schema), execute: async ({ city }) => `${city}: 晴天` });
      const { text } = await generateText({
        ...settings,
        prompt: '/tool 北京',
        tools: { weather },
        stopWhen: stepCountIs(2),
      });
      assert.match(text, /北京: 晴天/);
    });

    test(`${name} says what is wrong`, async () => {
      await assert.rejects(generateText({ ...settings, prompt: '/denied' }), /usage form/);
    });
  }
});

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

after(() => setTimeout(() => process.exit(), 100).unref()); // the SDKs keep connections open

// Vercel's AI SDK, by its providers for Anthropic and for what is compatible with OpenAI.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';

import { answer, key, model, schema, url } from './asking.js';

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

    test(`${name} goes through a tool and back`, async () => {
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

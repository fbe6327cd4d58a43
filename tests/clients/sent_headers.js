// Which headers the SDKs for JavaScript send from a page when every option that adds one is used.
// Run by test_sdk_headers.py. Prints an object: for each client, the names in lower case.
// Nothing is sent: each client gets a fetch that records the names and answers 400.

import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';

// The globals by which the SDKs recognise a page.
Object.assign(globalThis, { window: { document: {} } });
Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'Mozilla/5.0' }, configurable: true });

const url = 'https://function.example';
const model = 'claude-haiku-5-5';
const messages = [{ role: 'user', content: 'hello' }];
const tools = [{ name: 'weather', input_schema: { type: 'object' } }];

function recording() {
  const names = new Set();
  const fetcher = async (input, init) => {
    for (const [name] of new Request(input, init).headers) names.add(name);
    return Response.json({}, { status: 400 });
  };
  return { names, fetch: fetcher };
}

/** The names that were sent while `calls` ran. All the calls fail, as they should. */
async function sent(calls) {
  const { names, fetch } = recording();
  await Promise.allSettled(calls(fetch).map(async (call) => call()));
  return [...names].sort();
}

function anthropic(fetch) {
  const common = { baseURL: url, fetch, maxRetries: 0, dangerouslyAllowBrowser: true };
  const client = new Anthropic({ ...common, apiKey: 'key' });
  const bearer = new Anthropic({ ...common, apiKey: null, authToken: 'token' });
  const asked = { model, max_tokens: 9, messages, workspace_id: 'w', user_profile_id: 'u' };
  const beta = { ...asked, tools, betas: ['context-1m-2025-08-07'] };
  const options = { idempotencyKey: 'once', timeout: 60_000 };
  return [
    () => client.messages.create(asked, options),
    () => bearer.messages.create(asked, options),
    () => client.messages.stream(asked, options).finalMessage(),
    () => client.messages.parse(asked, options),
    () => client.messages.countTokens({ model, messages, workspace_id: 'w' }),
    () => client.beta.messages.create(beta, options),
    () => client.beta.messages.stream(beta).finalMessage(),
    () => client.beta.messages.toolRunner(beta).runUntilDone(),
    () => client.models.list({ workspace_id: 'w' }),
  ];
}

function openai(fetch) {
  const client = new OpenAI({
    baseURL: `${url}/v1`,
    apiKey: 'key',
    organization: 'org',
    project: 'proj',
    fetch,
    maxRetries: 0,
    dangerouslyAllowBrowser: true,
  });
  client.idempotencyHeader = 'Idempotency-Key';
  const options = { idempotencyKey: 'once', timeout: 60_000 };
  return [
    () => client.chat.completions.create({ model, messages }, options),
    () => client.chat.completions.stream({ model, messages }, options).finalChatCompletion(),
    () => client.chat.completions.runTools({ model, messages, tools: [] }, options).done(),
    () => client.responses.create({ model, input: 'hello' }, options),
    () => client.responses.stream({ model, input: 'hello' }, options).finalResponse(),
    () => client.beta.threads.create({}, options),
    () => client.models.list(options),
  ];
}

function vercel(fetch) {
  const options = { baseURL: `${url}/v1`, apiKey: 'key', fetch };
  const models = [
    createAnthropic(options)(model),
    createAnthropic({ ...options, apiKey: undefined, authToken: 'token' })(model),
    createOpenAICompatible({ ...options, name: 'here' })(model),
  ];
  return models.flatMap((chosen) => [
    () => generateText({ model: chosen, prompt: 'hello', maxRetries: 0 }),
    () => streamText({ model: chosen, prompt: 'hello', maxRetries: 0, onError() {} }).consumeStream(),
  ]);
}

const clients = { '@anthropic-ai/sdk': anthropic, openai, '@ai-sdk': vercel };
const found = {};
for (const [name, calls] of Object.entries(clients)) found[name] = await sent(calls);
console.log(JSON.stringify(found));
process.exit();

// The Node.js function of the article (README.md, "Where it comes from"), behind AWS's runtime client for Node.js.
// Changed: today's model; the address of Bedrock, the region and the model come from the environment; the event, which has
// the prompt, is not logged; it speaks HTTP/1.1, as Bedrock's stand-in knows no other.
import querystring from 'node:querystring';

import {
  BedrockRuntimeClient,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const client = new BedrockRuntimeClient({
  region: process.env.AWS_REGION,
  requestHandler: new NodeHttpHandler(),
});
const modelId = process.env.MODEL_ID;

export const handler = globalThis.awslambda.streamifyResponse(async (event, responseStream) => {
  responseStream.setContentType('text/event-stream');
  const { prompt } = querystring.parse(event.rawQueryString);
  const payload = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 1000,
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
  };
  try {
    const command = new InvokeModelWithResponseStreamCommand({
      contentType: 'application/json',
      body: JSON.stringify(payload),
      modelId,
    });
    const apiResponse = await client.send(command);
    for await (const item of apiResponse.body) {
      const chunk = JSON.parse(new TextDecoder().decode(item.chunk.bytes));
      if (chunk.type === 'content_block_delta') {
        responseStream.write(`data: ${JSON.stringify(chunk.delta.text)}\n\n`);
      }
    }
  } catch {
    responseStream.write(`data: ${JSON.stringify({ error: 'the answer failed' })}\n\n`);
  }
  responseStream.end();
});

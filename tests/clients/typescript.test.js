// The clients that people use in TypeScript, pointed at the function by an address and a key only.
// Run by test_typescript.py, all in one process, as starting them takes most of the time.

import { after } from 'node:test';

const CLIENTS = ['anthropic', 'openai', 'openai_responses', 'ai_sdk', 'eventsource_parser'];

await Promise.all(CLIENTS.map((client) => import(`./typescript/${client}.js`)));

after(() => setTimeout(() => process.exit(), 100).unref()); // the SDKs keep connections open

// The clients that people use in TypeScript, pointed at the function by an address and a key alone.
// Run by test_typescript.py, all in one process: what takes time is starting them.

import { after } from 'node:test';

const CLIENTS = ['anthropic', 'openai', 'openai_responses', 'ai_sdk', 'eventsource_parser'];

await Promise.all(CLIENTS.map((client) => import(`./typescript/${client}.js`)));

after(() => setTimeout(() => process.exit(), 100).unref()); // the SDKs keep connections open

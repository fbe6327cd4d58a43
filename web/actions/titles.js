/** Has the cheapest model name a conversation, where the person allows it: one small request, after the first answer. */

import { streamMessage } from '../api/client.js';
import { toBody } from '../api/messages.js';
import { cheapestModel } from '../api/cheapest.js';
import { cost } from '../api/prices.js';
import { answerOf, titleFrom } from '../state/conversation.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Conversation, Store, Turn } from '../state/types.d.ts'
 */

const SYSTEM =
  'You name conversations. Reply with a title of at most six words for the one you are given, in its language, without quotation marks, Markdown or a full stop. Do not answer it.';
const MAX_QUOTED_CHARACTERS = 2000; // of the prompt, and of the answer
const MAX_TITLE_CHARACTERS = 80;
const MAX_TOKENS = { title: 60 };
const TIMEOUT_MS = 30_000;

/**
 * Where that fails, the title stays what it is: nothing is asked again.
 * @param {Store} store @param {{readKey(): string, find(id: string): Promise<Conversation | undefined>}} parts
 * @param {Conversation} conversation @param {Turn} turn its first
 */
export async function nameConversation(store, { readKey, find }, { id, title }, turn) {
  const { config } = store.state;
  if (!config || title !== titleFrom(turn)) return; // the person has named it
  const named = await ask(config, readKey(), turn).catch(() => undefined);
  const conversation = await find(id);
  const listed = store.state.summaries.some((one) => one.id === id);
  if (named?.title && listed && conversation?.title === title)
    store.nameConversation(conversation, named.title, named.usd);
}

/** @param {Config} config @param {string} key @param {Turn} turn */
async function ask(config, key, turn) {
  const model = cheapestModel(config);
  const excerpt = [turn.prompt, answerOf(turn)]
    .map((text) => beginning(text, MAX_QUOTED_CHARACTERS))
    .join('\n\n---\n\n');
  /** @type {Parameters<typeof toBody>[0]} */
  const messages = [
    { role: 'user', content: [{ type: 'text', text: `<conversation>\n${excerpt}\n</conversation>` }] },
  ];
  const body = toBody(messages, { model, system: SYSTEM }, { ...config, maxTokens: MAX_TOKENS.title });
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let text = '';
  for await (const { delta, message, usage } of streamMessage({
    config,
    key,
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })) {
    text += delta?.text ?? '';
    const counted = usage ?? message?.usage;
    tokens.input = counted?.input_tokens || tokens.input;
    tokens.output = counted?.output_tokens || tokens.output;
  }
  return { title: plain(text), usd: cost(config.prices, model, tokens) ?? 0 };
}

/** One line, without what surrounds a title. @param {string} text */
function plain(text) {
  const [line = ''] = text.trim().split('\n');
  const bare = line.replace(/^[\s#*_`"'“”„«»「『《]+|[\s*_`"'“”«»」』》.。]+$/g, '');
  return beginning(bare, MAX_TITLE_CHARACTERS).trim();
}

/** No half of an emoji. @param {string} text @param {number} count */
function beginning(text, count) {
  return [...text].slice(0, count).join('');
}

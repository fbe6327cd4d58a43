/**
 * Follows a prompt from Send to the end of its answer. Nothing is sent again by itself: sending costs money.
 */

import { Failure, loadLimits, MAX_BODY_BYTES, streamMessage } from '../api/client.js';
import { toBody, toMessages } from '../api/messages.js';
import { createMeter } from '../api/meter.js';
import { cost } from '../api/prices.js';
import { promptIn } from '../state/draft.js';
import { canSend, isWorking } from '../state/store.js';
import { languageOf, say } from '../strings.js';

/**
 * @import { Config } from '../api/types.d.ts'
 * @import { Meter } from '../api/meter.js'
 * @import { Conversation, Figures, Prompt, Store, Turn } from '../state/types.d.ts'
 *
 * @typedef {ReturnType<typeof createChat>} Chat
 * @typedef {{conversation: Conversation, control: AbortController, ended: Promise<void>}} Run one request
 */

/** @param {Store} store @param {{readKey(): string, forgetKey(): void}} keys */
export function createChat(store, { readKey, forgetKey }) {
  const { state } = store;
  /** @type {Map<Turn, Run>} */
  const runs = new Map();

  /**
   * The body to send; undefined, with the reason shown, where it is too large.
   * @param {Turn[]} turns @param {Prompt} prompt
   */
  function bodyOf(turns, prompt) {
    const { config, conversation } = state;
    if (!config) return undefined;
    const { model, system } = conversation;
    const body = toBody(toMessages(turns, prompt), { model, system, maxTokens: config.maxTokens });
    const size = new TextEncoder().encode(body).length;
    if (size <= MAX_BODY_BYTES) return body;
    store.noticeDraft([{ key: 'bodySize', values: { size: (size / 1024 / 1024).toFixed(1) } }]);
    return undefined;
  }

  /** @param {Turn} turn */
  function turnsBefore(turn) {
    const { turns } = state.conversation;
    return turns.slice(0, turns.indexOf(turn));
  }

  function mayAsk() {
    if (!state.online || isWorking(state)) return false;
    if (!state.hasKey) store.askForKey({ key: 'keyFirst' });
    return state.hasKey;
  }

  /** @param {Turn} turn @param {string} body */
  function start(turn, body) {
    const { conversation, config } = state;
    if (!config) return;
    const control = new AbortController();
    const ended = follow(turn, { conversation, config, body, control }).finally(() => runs.delete(turn));
    runs.set(turn, { conversation, control, ended });
  }

  /** @param {Turn} turn @param {{conversation: Conversation, config: Config, body: string, control: AbortController}} request */
  async function follow(turn, { conversation, config, body, control: { signal } }) {
    const meter = createMeter(turn.figures, (tokens) => cost(config.prices, turn.model, tokens));
    try {
      const events = streamMessage({ config, key: readKey(), body, signal });
      const ending = await read(conversation, turn, meter, events);
      store.finishAnswer(conversation, turn, { status: 'done', ending, figures: meter.figures() });
    } catch (error) {
      fail(conversation, turn, error, signal.aborted, meter.figures());
    }
    look(config);
  }

  /** What is left of the key's limits: asked once, and after each answer where there are any. @param {Config} config */
  async function look(config) {
    if (!state.hasKey || state.limits?.length === 0) return;
    store.showLimits(await loadLimits(config, readKey()).catch(() => state.limits ?? []));
  }

  /** @param {Conversation} conversation @param {Turn} turn @param {Meter} meter @param {ReturnType<typeof streamMessage>} events */
  async function read(conversation, turn, meter, events) {
    let ending = '';
    for await (const { type, delta, message, usage } of events) {
      const silent = meter.event(type, usage ?? message?.usage);
      if (silent && !turn.silent) store.markSilent(conversation, turn);
      const { text, thinking } = delta ?? {};
      if (text || thinking) meter.word();
      if (thinking) store.appendText(conversation, turn, 'thinking', thinking.replaceAll('\r', ''));
      if (text) store.appendText(conversation, turn, 'text', text.replaceAll('\r', ''));
      ending = delta?.stop_reason ?? ending;
    }
    return ending;
  }

  /** @param {Conversation} conversation @param {Turn} turn @param {unknown} error @param {boolean} aborted @param {Figures} figures */
  function fail(conversation, turn, error, aborted, figures) {
    if (aborted) {
      store.finishAnswer(conversation, turn, { status: 'stopped', figures });
    } else if (error instanceof Failure && error.kind === 'wrongKey') {
      forgetKey();
      store.refuseKey(conversation, turn, { key: 'keyRefused' });
    } else if (error instanceof Failure) {
      const { kind, detail, retryAfterSeconds: seconds } = error;
      const retryAt = seconds ? Date.now() + seconds * 1000 : 0;
      store.finishAnswer(conversation, turn, { status: 'failed', problem: { kind, detail, retryAt }, figures });
    } else {
      const problem = /** @type {const} */ ({ kind: 'ours', detail: '', retryAt: 0 });
      store.finishAnswer(conversation, turn, { status: 'failed', problem });
      throw error; // a mistake of ours: leave its trace in the console
    }
  }

  return {
    send() {
      const prompt = promptIn(state.draft);
      if (!prompt || !canSend(state) || !mayAsk()) return;
      const { conversation, editing } = state;
      const body = bodyOf(editing ? turnsBefore(editing) : conversation.turns, prompt);
      if (body) start(store.startAnswer(prompt), body);
    },

    /** Asks a prompt again. @param {Turn} turn */
    again(turn) {
      if (!mayAsk()) return;
      const body = bodyOf(turnsBefore(turn), turn);
      if (body) start(store.restartAnswer(turn), body);
    },

    /** Asks for the rest of the last answer, which was cut off. @param {Turn} turn */
    goOn(turn) {
      if (!mayAsk()) return;
      const language = languageOf(state.preferences.language, navigator.language);
      const body = bodyOf(state.conversation.turns, { prompt: say(language, { key: 'goOnPrompt' }), files: [] });
      if (body) start(store.resumeAnswer(turn), body);
    },

    /** Ends the answer in the conversation that is shown. */
    stop() {
      for (const { conversation, control } of runs.values()) {
        if (conversation === state.conversation) control.abort();
      }
    },

    /** Ends the answers in a conversation that is deleted, and waits for that. @param {string} id */
    async abandon(id) {
      const ending = [...runs.values()].filter(({ conversation }) => conversation.id === id);
      ending.forEach(({ control }) => control.abort());
      await Promise.all(ending.map(({ ended }) => ended));
    },

    /** The conversation of that id, while an answer to it is on its way. @param {string} id */
    running(id) {
      return [...runs.values()].find(({ conversation }) => conversation.id === id)?.conversation;
    },
  };
}

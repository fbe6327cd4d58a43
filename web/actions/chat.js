/**
 * Follows a prompt from Send to the end of its answer. Nothing here is sent twice by itself: sending costs money.
 */

import { Failure, MAX_BODY_BYTES, streamMessage } from '../api/client.js';
import { toMessages } from '../state/conversation.js';
import { cost } from '../api/prices.js';
import { languageOf, say } from '../strings.js';
import { canSend, isWorking } from '../state/store.js';

/**
 * @typedef {import('../state/conversation.js').Conversation} Conversation
 * @typedef {import('../state/conversation.js').Turn} Turn
 * @typedef {import('../state/conversation.js').Figures} Figures
 */

/** A ping that comes so long (ms) after the last event says: alive, and silent. One in an answer's flow says nothing. */
const SILENCE = 500;

/**
 * @param {import('../state/store.js').Store} store
 * @param {{readKey(): string, forgetKey(): void}} keys
 */
export function createChat(store, { readKey, forgetKey }) {
  const { state } = store;
  /** @type {Map<Turn, {conversation: Conversation, control: AbortController, over: Promise<void>}>} */
  const running = new Map();

  /**
   * The body that would be sent, or undefined, with the reason shown, where it cannot be.
   * @param {Turn[]} turns @param {Pick<Turn, 'prompt' | 'files'>} asked
   */
  function bodyOf(turns, asked) {
    const { config, conversation } = state;
    if (!config) return undefined;
    const { model, system } = conversation;
    const messages = toMessages(turns, asked);
    const body = JSON.stringify({
      model,
      max_tokens: config.maxTokens,
      stream: true,
      ...(system.trim() && { system }),
      messages,
    });
    const size = new TextEncoder().encode(body).length;
    if (size <= MAX_BODY_BYTES) return body;
    store.set({ draftNotices: [{ key: 'bodySize', values: { size: (size / 1024 / 1024).toFixed(1) } }] });
    return undefined;
  }

  /** @param {Turn} turn */
  function turnsBefore(turn) {
    const { turns } = state.conversation;
    return turns.slice(0, turns.indexOf(turn));
  }

  function mayAsk() {
    if (!state.online || isWorking(state)) return false;
    if (!state.hasKey) store.set({ keyNotice: { key: 'keyFirst' } });
    return state.hasKey;
  }

  /** @param {Turn} turn @param {string} body */
  function start(turn, body) {
    const { conversation, config } = state;
    if (!config) return;
    const control = new AbortController();
    const over = follow(turn, { conversation, config, body, control }).finally(() => running.delete(turn));
    running.set(turn, { conversation, control, over });
  }

  /** @param {Turn} turn @param {{conversation: Conversation, config: import('../api/client.js').Config, body: string, control: AbortController}} how */
  async function follow(turn, { conversation, config, body, control }) {
    const meter = createMeter(turn.figures, (tokens) => cost(config.prices, turn.model, tokens));
    try {
      const ending = await read(
        conversation,
        turn,
        meter,
        streamMessage({ config, key: readKey(), body, signal: control.signal }),
      );
      store.finish(conversation, turn, { status: 'done', ending, figures: meter.figures() });
    } catch (error) {
      fail(conversation, turn, error, control.signal.aborted, meter.figures());
    }
  }

  /** @param {Conversation} conversation @param {Turn} turn @param {Meter} meter @param {ReturnType<typeof streamMessage>} events */
  async function read(conversation, turn, meter, events) {
    let ending = '';
    for await (const { type, delta, message, usage } of events) {
      const silent = meter.event(type, usage ?? message?.usage);
      if (silent && !turn.silent) store.note(conversation, turn, { silent });
      const { text, thinking } = delta ?? {};
      if (text || thinking) meter.word();
      if (thinking) store.add(conversation, turn, 'thinking', thinking.replaceAll('\r', ''));
      if (text) store.add(conversation, turn, 'text', text.replaceAll('\r', ''));
      ending = delta?.stop_reason ?? ending;
    }
    return ending;
  }

  /** @param {Conversation} conversation @param {Turn} turn @param {unknown} error @param {boolean} aborted @param {Figures} figures */
  function fail(conversation, turn, error, aborted, figures) {
    if (aborted) {
      store.finish(conversation, turn, { status: 'stopped', figures });
    } else if (error instanceof Failure && error.kind === 'wrongKey') {
      forgetKey();
      store.refuseKey(conversation, turn, { key: 'keyRefused' });
    } else if (error instanceof Failure) {
      const { kind, detail, retryAfter } = error;
      const retryAt = retryAfter ? Date.now() + retryAfter * 1000 : 0;
      store.finish(conversation, turn, { status: 'failed', problem: { kind, detail, retryAt }, figures });
    } else {
      store.finish(conversation, turn, { status: 'failed', problem: { kind: 'ours', detail: '', retryAt: 0 } });
      throw error; // a mistake of ours: leave its trace in the console
    }
  }

  return {
    send() {
      if (!canSend(state) || !mayAsk()) return;
      const { conversation, draft, editing } = state;
      const before = editing ? turnsBefore(editing) : conversation.turns;
      const body = bodyOf(before, { prompt: draft.text.trim(), files: draft.files });
      if (body) start(store.ask(), body);
    },

    /** A prompt once more. @param {Turn} turn */
    again(turn) {
      if (!mayAsk()) return;
      const body = bodyOf(turnsBefore(turn), turn);
      if (body) start(store.again(turn), body);
    },

    /** The rest of the last answer, which was cut off. @param {Turn} turn */
    goOn(turn) {
      if (!mayAsk()) return;
      const language = languageOf(state.preferences.language, navigator.language);
      const body = bodyOf(state.conversation.turns, { prompt: say(language, { key: 'goOnPrompt' }), files: [] });
      if (body) start(store.goOn(turn), body);
    },

    /** Ends what is on its way in the conversation that is shown. */
    stop() {
      for (const { conversation, control } of running.values()) {
        if (conversation === state.conversation) control.abort();
      }
    },

    /** Ends what is on its way in a conversation that goes, and waits for the end. @param {string} id */
    async abandon(id) {
      const going = [...running.values()].filter(({ conversation }) => conversation.id === id);
      going.forEach(({ control }) => control.abort());
      await Promise.all(going.map(({ over }) => over));
    },

    /** The conversation of that id, while an answer to it is on its way. @param {string} id */
    running(id) {
      return [...running.values()].find(({ conversation }) => conversation.id === id)?.conversation;
    },
  };
}

/** @typedef {ReturnType<typeof createMeter>} Meter */

/**
 * Times and counts one request; what an earlier part of the same answer took is added.
 * @param {Figures | null} before
 * @param {(tokens: import('../api/prices.js').Tokens) => number | null} price
 */
function createMeter(before, price) {
  const began = performance.now();
  let [firstWord, lastWord, lastEvent] = [0, 0, began];
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let counted = false;

  return {
    /** @param {string} type @param {import('../api/client.js').Usage} [usage] @returns {boolean} whether it tells of silence */
    event(type, usage) {
      const now = performance.now();
      const silent = type === 'ping' && now - lastEvent > SILENCE;
      if (type !== 'ping') lastEvent = now;
      counted ||= type === 'message_delta';
      tokens.input = usage?.input_tokens ?? tokens.input;
      tokens.output = usage?.output_tokens ?? tokens.output;
      tokens.cacheRead = usage?.cache_read_input_tokens ?? tokens.cacheRead;
      tokens.cacheWrite = usage?.cache_creation_input_tokens ?? tokens.cacheWrite;
      return silent;
    },

    word() {
      lastWord = performance.now();
      firstWord ||= lastWord;
    },

    /** @returns {Figures} */
    figures() {
      const now = price(tokens);
      return {
        first: before?.first || (firstWord ? firstWord - began : 0),
        writing: (before?.writing ?? 0) + (lastWord - firstWord),
        input: (before?.input ?? 0) + tokens.input,
        output: (before?.output ?? 0) + tokens.output,
        cacheRead: (before?.cacheRead ?? 0) + tokens.cacheRead,
        cacheWrite: (before?.cacheWrite ?? 0) + tokens.cacheWrite,
        cost: now === null ? null : now + (before?.cost ?? 0),
        partial: !counted || (before?.partial ?? false),
      };
    },
  };
}

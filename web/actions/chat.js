/**
 * Follows a prompt from Send to the end of its answer. Nothing that costs money is repeated by itself; what the
 * function keeps is fetched, as that costs nothing.
 */

import { streamAnswer } from '../api/answers.js';
import { Failure, MAX_BODY_BYTES, cancelAnswer, forgetAnswer, loadLimits, prepare } from '../api/client.js';
import { toBody, toMessages } from '../api/messages.js';
import { beforeReplay, createMeter } from '../api/meter.js';
import { cost } from '../api/prices.js';
import { promptIn } from '../state/draft.js';
import { canSend, hasMessage, isWorking } from '../state/store.js';
import { languageOf, say } from '../strings.js';

/**
 * @import { Config, StreamEvent } from '../api/types.d.ts'
 * @import { Meter } from '../api/meter.js'
 * @import { Conversation, Figures, Prompt, Store, Turn } from '../state/types.d.ts'
 *
 * @typedef {ReturnType<typeof createChat>} Chat
 * @typedef {{conversation: Conversation, control: AbortController, ended: Promise<void>}} Run one request
 */

/** Another tab may still be reading the answer's end. */
const FORGET_DELAY_MS = 10_000;

/**
 * @param {Store} store
 * @param {{readKey(): string, forgetKey(): void, answered?: (conversation: Conversation, turn: Turn) => void}} parts
 *   `answered` is called with each answer that is whole and shown in its place
 */
export function createChat(store, { readKey, forgetKey, answered = () => {} }) {
  const { state } = store;
  /** @type {Map<Turn, Run>} */
  const runs = new Map();

  /**
   * The body to send; undefined, with the reason shown, where it is too large.
   * @param {Turn[]} turns @param {Prompt} prompt @param {string} [model]
   */
  function bodyOf(turns, prompt, model = state.conversation.model) {
    const { config, conversation } = state;
    if (!config) return undefined;
    const body = toBody(toMessages(turns, prompt), { ...conversation, model }, config);
    const size = new TextEncoder().encode(body).length;
    if (size <= MAX_BODY_BYTES) return body;
    store.noticeDraft([{ key: 'bodySize', values: { size: (size / 1024 / 1024).toFixed(1) } }]);
    return undefined;
  }

  /** @param {Turn} turn shown, or a version of one that is */
  function turnsBefore({ after }) {
    const { turns } = state.conversation;
    return turns.slice(
      0,
      turns.findIndex((turn) => turn.after === after),
    );
  }

  /** Whose answer is asked for in a turn's place: beside another, the model that answers there. @param {Turn} turn */
  function modelFor({ id, model }) {
    const { conversation } = state;
    return id === conversation.beside ? model : conversation.model;
  }

  function mayAsk() {
    return !isWorking(state) && canAsk();
  }

  function canAsk() {
    if (!state.online) return false;
    if (!state.hasKey) store.askForKey({ key: 'keyFirst' });
    return state.hasKey;
  }

  function sendDraft() {
    const prompt = promptIn(state.draft);
    if (!prompt) return;
    const { conversation, editing } = state;
    const { second = '' } = conversation;
    const turns = editing ? turnsBefore(editing) : conversation.turns;
    const body = bodyOf(turns, prompt);
    const other = state.config?.models.includes(second) && bodyOf(turns, prompt, second);
    if (!body) return;
    const turn = store.startAnswer(prompt);
    start(turn, body);
    if (other) start(store.startBeside(turn, second), other);
  }

  /** @param {Turn} turn @param {string} body */
  function start(turn, body) {
    store.keepUnder(turn, crypto.randomUUID());
    run(turn, body);
  }

  /** @param {Turn} turn @param {string | null} body null to read what is kept of its answer */
  function run(turn, body) {
    const { conversation, config } = state;
    if (!config) return;
    const control = new AbortController();
    const ended = follow(turn, { conversation, config, body, control }).finally(() => runs.delete(turn));
    runs.set(turn, { conversation, control, ended });
  }

  /** @param {Turn} turn @param {{conversation: Conversation, config: Config, body: string | null, control: AbortController}} request */
  async function follow(turn, { conversation, config, body, control: { signal } }) {
    const again = body === null;
    const before = again ? beforeReplay(turn) : turn.figures;
    const meter = createMeter(before, (tokens) => cost(config.prices, turn.model, tokens), again);
    const [key, id] = [readKey(), turn.kept?.id ?? ''];
    const onBreak = () => store.markReconnecting(conversation, turn);
    let [isKept, ending] = [again, ''];
    try {
      for await (const event of streamAnswer({ config, key, body, signal, id, onBreak })) {
        isKept ||= Boolean(event.number);
        if (again && event.type === 'message_start') store.beginAgain(conversation, turn);
        read(conversation, turn, meter, event);
        ending = event.delta?.stop_reason ?? ending;
      }
      const status = ending === 'cancelled' ? 'stopped' : 'done'; // in another tab
      store.finishAnswer(conversation, turn, { status, ending, figures: meter.figures() });
      if (status === 'done' && conversation.turns.includes(turn)) answered(conversation, turn);
    } catch (error) {
      if (config.keepAnswersMinutes && signal.aborted) cancelAnswer(config, key, id);
      if (again && error instanceof Failure && error.kind === 'notFound')
        store.finishAnswer(conversation, turn, { status: 'stopped' });
      else fail(conversation, turn, error, signal.aborted, meter.figures(), isKept ? turn.kept : null);
    }
    if (isKept && !turn.kept) setTimeout(() => forgetAnswer(config, key, id), FORGET_DELAY_MS);
    look(config);
  }

  /** What is left of the key's limits: asked once, and after each answer where there are any. @param {Config} config */
  async function look(config) {
    if (!state.hasKey || state.limits?.length === 0) return;
    store.showLimits(await loadLimits(config, readKey()).catch(() => state.limits ?? []));
  }

  /** @param {Conversation} conversation @param {Turn} turn @param {Meter} meter @param {StreamEvent} event */
  function read(conversation, turn, meter, { type, delta, message, usage, content_block: block }) {
    const silent = meter.event(type, usage ?? message?.usage);
    if (silent && !turn.silent) store.markSilent(conversation, turn);
    const { text, thinking } = delta ?? {};
    if (block?.type === 'thinking') store.startThinking(conversation, turn);
    if (type === 'content_block_stop') store.finishThinking(conversation, turn);
    if (text || thinking) meter.word();
    if (thinking) store.appendText(conversation, turn, 'thinking', thinking.replaceAll('\r', ''));
    if (text) store.appendText(conversation, turn, 'text', text.replaceAll('\r', ''));
  }

  /** @param {Conversation} conversation @param {Turn} turn @param {unknown} error @param {boolean} aborted @param {Figures} figures @param {Turn['kept']} kept */
  function fail(conversation, turn, error, aborted, figures, kept) {
    if (aborted) {
      store.finishAnswer(conversation, turn, { status: 'stopped', figures });
    } else if (error instanceof Failure && error.kind === 'wrongKey') {
      forgetKey();
      store.refuseKey(conversation, turn, { key: 'keyRefused' });
    } else if (error instanceof Failure) {
      const { kind, detail, retryAfterSeconds: seconds } = error;
      const problem = { kind, detail, retryAt: seconds ? Date.now() + seconds * 1000 : 0 };
      const still = error.ofConnection ? kept : null; // it can be read once there is a connection
      store.finishAnswer(conversation, turn, { status: 'failed', problem, figures, kept: still ?? null });
    } else {
      const problem = /** @type {const} */ ({ kind: 'ours', detail: '', retryAt: 0 });
      store.finishAnswer(conversation, turn, { status: 'failed', problem });
      throw error; // a mistake of ours: leave its trace in the console
    }
  }

  return {
    /** @param {string} text */
    write(text) {
      prepare().catch(() => {}); // if it is missed, that is said when it is needed
      store.typeText(text);
    },

    /** At once, or as soon as the answer before it has ended, its files are read, config.json is there and so is the network. */
    send() {
      if (!hasMessage(state) || (state.online && !canAsk())) return;
      if (canSend(state)) sendDraft();
      else store.hold();
    },

    /** To be called after every change: sends the message that is held, once it can go. */
    async sendHeld() {
      if (!state.held || !canSend(state)) return;
      await Promise.resolve(); // the change is heard by all first
      if (!state.held || !canSend(state)) return;
      store.release();
      if (canAsk()) sendDraft();
    },

    /** Asks a prompt again; another model answers where one is named, beside the answer that is there. @param {Turn} turn @param {string} [model] */
    again(turn, model) {
      if (!mayAsk()) return;
      const body = bodyOf(turnsBefore(turn), turn, model ?? modelFor(turn));
      if (body) start(store.restartAnswer(turn, model), body);
    },

    /** Asks for the rest of the last answer, which was cut off. @param {Turn} turn */
    goOn(turn) {
      if (!mayAsk()) return;
      const language = languageOf(state.preferences.language, navigator.language);
      const prompt = { prompt: say(language, { key: 'goOnPrompt' }), files: [] };
      const body = bodyOf([...turnsBefore(turn), turn], prompt, modelFor(turn));
      if (body) start(store.resumeAnswer(turn, modelFor(turn)), body);
    },

    /** Reads what the function keeps of answers to the shown conversation that have broken off. */
    resume() {
      const { conversation, config, hasKey } = state;
      if (!config || !hasKey) return;
      for (const turn of [...conversation.turns, ...conversation.aside]) {
        if (!turn.kept || turn.status === 'working') continue;
        store.readAgain(conversation, turn);
        run(turn, null);
      }
    },

    /** Ends the answers in the conversation that is shown. */
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

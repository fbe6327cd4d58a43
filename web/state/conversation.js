/** What a conversation is: how it begins, and what can be asked of it. */

/** @import { Conversation, Preferences, Prompt, Said, Spent, Summary, Turn } from './types.d.ts' */

const MAX_TITLE_CHARACTERS = 60;

/** @param {Pick<Preferences, 'model' | 'system' | 'thinking' | 'chosen'>} preferences @returns {Conversation} */
export function newConversation({ model, system, thinking = '', chosen: instructions = '' }) {
  const now = Date.now();
  const choices = { model, system, thinking, instructions };
  return { id: crypto.randomUUID(), title: '', created: now, updated: now, ...choices, turns: [], aside: [] };
}

/** The next turn of a conversation. @param {Conversation} conversation @param {Prompt} prompt @returns {Turn} */
export function newTurn({ model, turns }, { prompt, files }) {
  const place = { id: crypto.randomUUID(), after: turns.at(-1)?.id ?? '', created: Date.now() };
  const answer = { blocks: [], ending: '', problem: null, figures: null, silent: false };
  return { ...place, prompt, files, model, status: 'working', ...answer };
}

/** @param {Turn} turn @returns {string} the answer's text, as Markdown */
export function answerOf({ blocks }) {
  return blocks
    .filter(({ type }) => type === 'text')
    .map(({ text }) => text)
    .join('');
}

/** @param {Turn} turn @returns {boolean} */
export function isAnswered(turn) {
  return turn.blocks.some(({ type, text }) => type === 'text' && text.trim());
}

/** @param {Conversation} conversation @returns {boolean} whether it has no turns */
export function isEmpty({ turns }) {
  return turns.length === 0;
}

/** @param {Conversation} conversation @returns {boolean} whether an answer to it is on its way */
export function isUnderWay({ turns, aside }) {
  return [...turns, ...aside].some(({ status }) => status === 'working');
}

/** A name until the person gives another: the beginning of the first prompt. @param {Prompt} prompt */
export function titleFrom({ prompt, files }) {
  const line = prompt.replace(/\s+/g, ' ').trim() || files[0]?.name || '';
  const characters = [...line]; // an emoji is one
  if (characters.length <= MAX_TITLE_CHARACTERS) return line;
  return `${characters.slice(0, MAX_TITLE_CHARACTERS - 1).join('')}…`;
}

/** @param {Conversation} conversation @returns {Summary} */
export function summarize(conversation) {
  const { id, title, updated, pinned = false, unseen = false } = conversation;
  const working = isUnderWay(conversation);
  return { id, title, updated, pinned, unseen, working, spent: spentOn(conversation) };
}

/** @param {Conversation} conversation @returns {Record<string, Spent>} by day */
function spentOn({ created, titleUsd = 0, turns, aside }) {
  /** @type {Record<string, Spent>} */
  const days = {};
  const add = (/** @type {number} */ time, /** @type {number} */ usd, /** @type {number} */ tokens) => {
    const day = new Date(time).toLocaleDateString('sv'); // 2026-11-27
    const sum = (days[day] ??= { usd: 0, tokens: 0 });
    sum.usd += usd;
    sum.tokens += tokens;
  };
  if (titleUsd) add(created, titleUsd, 0);
  for (const turn of [...turns, ...aside]) {
    if (!turn.figures) continue;
    const { input, output, cacheRead, cacheWrite, cost } = turn.figures;
    add(turn.created ?? created, cost ?? 0, input + output + cacheRead + cacheWrite);
  }
  return days;
}

/** What is searched, in every version. @param {Conversation} conversation @returns {Said[]} */
export function saidIn({ turns, aside }) {
  return [...turns, ...aside].map((turn) => ({ turn: turn.id, text: `${turn.prompt}\n${answerOf(turn)}` }));
}

/** Repairs what comes from the disk: an answer that was on its way when the page closed has stopped. @param {Conversation} conversation */
export function revive(conversation) {
  addMissingPlaces(conversation);
  for (const turn of [...conversation.turns, ...conversation.aside]) {
    if (turn.status !== 'working') continue;
    Object.assign(turn, { status: 'stopped', silent: false, reconnecting: false });
  }
  return conversation;
}

/** Conversations saved before turns had versions lack ids and order. @param {Conversation} conversation */
function addMissingPlaces(conversation) {
  conversation.aside ??= [];
  conversation.turns.forEach((turn, index, turns) => {
    turn.id ??= crypto.randomUUID();
    turn.after ??= turns[index - 1]?.id ?? '';
    turn.created ??= conversation.created;
  });
}

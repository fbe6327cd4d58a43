/** What a conversation is: how it begins, what can be asked of it, how it is found, and how it leaves as a file. */

/** @import { Conversation, Preferences, Prompt, Summary, Turn } from './types.d.ts' */

const MAX_TITLE_CHARACTERS = 60;
const MAX_SEARCHED_CHARACTERS = 50_000; // of a conversation: the list of all of them is read at the start

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
export function summarize({ id, title, updated, turns, aside }) {
  const text = [...turns, ...aside].map((turn) => `${turn.prompt}\n${answerOf(turn)}`).join('\n');
  return { id, title, updated, text: text.slice(0, MAX_SEARCHED_CHARACTERS).toLowerCase() };
}

/** Every word has to occur, in the title or in what was said. @param {Summary[]} all @param {string} query */
export function search(all, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ title, text }) =>
    words.every((word) => title.toLowerCase().includes(word) || text.includes(word)),
  );
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

/** @param {Conversation} conversation @param {{you: string}} words @returns {string} */
export function toMarkdown({ title, system, turns }, { you }) {
  const sections = turns.flatMap((turn) => [
    `## ${you}`,
    [...turn.files.map(({ name }) => `*${name}*`), turn.prompt].filter(Boolean).join('\n\n'),
    '## Claude',
    answerOf(turn).trim(),
  ]);
  return (
    [`# ${title}`, ...(system ? [`> ${system.replaceAll('\n', '\n> ')}`] : []), ...sections].join('\n\n') + '\n'
  );
}

/** @param {Conversation} conversation @returns {string} */
export function toJson(conversation) {
  return JSON.stringify({ format: 'claude-stream conversation', version: 1, ...conversation }, null, 2) + '\n';
}

/**
 * What a conversation is, what of it goes to the model, and what leaves as a file. Pure.
 */

/**
 * @typedef {{name: string, mediaType: string, data: string}} Attachment a picture or a PDF; `data` is base64
 * @typedef {{type: 'text' | 'thinking', text: string}} Block a part of an answer
 * @typedef {'working' | 'done' | 'stopped' | 'failed'} Status
 * @typedef {{kind: import('./client.js').FailureKind, detail: string, retryAt: number}} Problem
 *   `detail` is the server's own words; `retryAt` is a Date.now(), 0 where nobody said how long to wait
 * @typedef {{first: number, writing: number, input: number, output: number, cacheRead: number, cacheWrite: number,
 *   cost: number | null}} Figures
 *   milliseconds to the first word and from there to the end, tokens, US dollars
 * @typedef {{prompt: string, files: Attachment[], model: string, blocks: Block[], status: Status, ending: string,
 *   problem: Problem | null, figures: Figures | null, silent: boolean}} Turn
 *   one prompt and its answer; `ending` is the stop reason; `silent`: alive, but nothing has come for a while
 * @typedef {{id: string, title: string, created: number, updated: number, model: string, system: string, turns: Turn[]}}
 *   Conversation
 * @typedef {{id: string, title: string, updated: number, text: string}} Summary what the list and the search know
 * @typedef {{role: 'user' | 'assistant', content: string | object[]}} Message
 */

/** @param {{model: string, system: string}} choices @returns {Conversation} */
export function newConversation({ model, system }) {
  const now = Date.now();
  return { id: crypto.randomUUID(), title: '', created: now, updated: now, model, system, turns: [] };
}

/** @param {string} prompt @param {Attachment[]} files @param {string} model @returns {Turn} */
export function newTurn(prompt, files, model) {
  return { prompt, files, ...unanswered(model) };
}

/** @param {string} model @returns {Omit<Turn, 'prompt' | 'files'>} */
export function unanswered(model) {
  return { model, blocks: [], status: 'working', ending: '', problem: null, figures: null, silent: false };
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
  return answerOf(turn).trim() !== '';
}

/** A name until the person gives another: the beginning of the first prompt. @param {Turn} turn */
export function titleFrom({ prompt, files }) {
  const line = prompt.replace(/\s+/g, ' ').trim() || files[0]?.name || '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/**
 * What is sent for the last of `turns`. A turn without an answer would leave two user messages in a row, so it stays
 * out; thinking stays out too: the model wants it back with tools alone.
 * @param {Turn[]} turns
 * @param {string} goOn asks for the rest of a last answer that was cut off; '' for a new one
 * @returns {Message[]}
 */
export function toMessages(turns, goOn = '') {
  const past = turns.slice(0, -1).filter(isAnswered);
  const last = turns.slice(-1);
  return [
    ...past.flatMap((turn) => [asked(turn), answered(turn)]),
    ...last.flatMap((turn) => (goOn ? [asked(turn), answered(turn), user(goOn)] : [asked(turn)])),
  ];
}

/** @param {string | object[]} content @returns {Message} */
function user(content) {
  return { role: 'user', content };
}

/** @param {Turn} turn @returns {Message} */
function asked({ prompt, files }) {
  if (files.length === 0) return user(prompt);
  return user([...files.map(fileBlock), ...(prompt ? [{ type: 'text', text: prompt }] : [])]);
}

/** @param {Turn} turn @returns {Message} */
function answered(turn) {
  return { role: 'assistant', content: answerOf(turn).trimEnd() };
}

/** @param {Attachment} file */
function fileBlock({ name, mediaType, data }) {
  const source = { type: 'base64', media_type: mediaType, data };
  return mediaType === 'application/pdf' ? { type: 'document', title: name, source } : { type: 'image', source };
}

/** @param {Conversation} conversation @returns {Summary} */
export function summary({ id, title, updated, turns }) {
  const text = turns.map((turn) => `${turn.prompt}\n${answerOf(turn)}`).join('\n');
  return { id, title, updated, text: text.slice(0, 50_000).toLowerCase() };
}

/** Every word has to occur, in the title or in what was said. @param {Summary[]} all @param {string} query */
export function search(all, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ title, text }) => words.every((word) => title.toLowerCase().includes(word) || text.includes(word)));
}

/** As it comes from the disk: whoever was working then is no longer. @param {Conversation} conversation */
export function revived(conversation) {
  for (const turn of conversation.turns) {
    if (turn.status !== 'working') continue;
    Object.assign(turn, { status: 'stopped', silent: false });
  }
  return conversation;
}

/** @param {Conversation} conversation @param {{you: string}} words @returns {string} */
export function toMarkdown({ title, system, turns }, { you }) {
  const said = turns.flatMap((turn) => [
    `## ${you}`,
    [...turn.files.map(({ name }) => `*${name}*`), turn.prompt].filter(Boolean).join('\n\n'),
    '## Claude',
    answerOf(turn).trim(),
  ]);
  return [`# ${title}`, ...(system ? [`> ${system.replaceAll('\n', '\n> ')}`] : []), ...said].join('\n\n') + '\n';
}

/** @param {Conversation} conversation @returns {string} */
export function toJson(conversation) {
  return JSON.stringify({ format: 'claude-stream conversation', version: 1, ...conversation }, null, 2) + '\n';
}

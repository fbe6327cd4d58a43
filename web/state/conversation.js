/**
 * What a conversation is, what of it goes to the model, and what leaves as a file. Pure.
 */

/**
 * @typedef {{name: string, mediaType: string, data: string}} Attachment a picture or a PDF; `data` is base64
 * @typedef {{type: 'text' | 'thinking', text: string}} Block a part of an answer
 * @typedef {'working' | 'done' | 'stopped' | 'failed'} Status
 * @typedef {{kind: import('../api/client.js').FailureKind, detail: string, retryAt: number}} Problem
 *   `detail` is the server's own words; `retryAt` is a Date.now(), 0 where nobody said how long to wait
 * @typedef {{first: number, writing: number, input: number, output: number, cacheRead: number, cacheWrite: number,
 *   cost: number | null, partial: boolean}} Figures
 *   milliseconds to the first word and from there to the end, tokens, US dollars; `partial`: of a part that was broken
 *   off, nobody has said how many tokens it had
 * @typedef {{id: string, after: string, created: number, prompt: string, files: Attachment[], model: string,
 *   blocks: Block[], status: Status, ending: string, problem: Problem | null, figures: Figures | null,
 *   silent: boolean}} Turn
 *   one prompt and its answer; `after` is the id of the turn before it, '' for a first one; `ending` is the stop reason;
 *   `silent`: alive, but nothing has come for a while
 * @typedef {{id: string, title: string, created: number, updated: number, model: string, system: string, turns: Turn[],
 *   aside: Turn[]}} Conversation `turns` is what is shown; `aside` holds the other versions (versions.js)
 * @typedef {{id: string, title: string, updated: number, text: string}} Summary what the list and the search know
 * @typedef {{role: 'user' | 'assistant', content: object[]}} Message
 */

/** @param {{model: string, system: string}} choices @returns {Conversation} */
export function newConversation({ model, system }) {
  const now = Date.now();
  return { id: crypto.randomUUID(), title: '', created: now, updated: now, model, system, turns: [], aside: [] };
}

/** The next turn of a conversation. @param {Conversation} conversation @param {Pick<Turn, 'prompt' | 'files'>} asked @returns {Turn} */
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

/** @param {Conversation} conversation @returns {boolean} whether an answer to it is on its way */
export function isUnderWay({ turns, aside }) {
  return [...turns, ...aside].some(({ status }) => status === 'working');
}

/** A name until the person gives another: the beginning of the first prompt. @param {Pick<Turn, 'prompt' | 'files'>} turn */
export function titleFrom({ prompt, files }) {
  const line = prompt.replace(/\s+/g, ' ').trim() || files[0]?.name || '';
  const characters = [...line]; // an emoji is one
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : line;
}

/**
 * What is sent to have `asked` answered after `turns`. A turn without an answer would leave two user messages in a
 * row, so it stays out; thinking stays out too: the model wants it back with tools alone.
 *
 * All of it is marked for the model's cache: the next prompt sends it again, and then it costs a tenth
 * (docs/decisions/0005).
 * @param {Turn[]} turns @param {Pick<Turn, 'prompt' | 'files'>} asked
 * @returns {Message[]}
 */
export function toMessages(turns, asked) {
  const past = turns.filter(isAnswered).flatMap((turn) => [user(turn), answered(turn)]);
  const { role, content } = user(asked);
  const last = content.length - 1;
  const marked = content.map((block, index) =>
    index === last ? { ...block, cache_control: { type: 'ephemeral' } } : block,
  );
  return [...past, { role, content: marked }];
}

/** @param {Pick<Turn, 'prompt' | 'files'>} asked @returns {Message} */
function user({ prompt, files }) {
  return { role: 'user', content: [...files.map(fileBlock), ...(prompt ? [{ type: 'text', text: prompt }] : [])] };
}

/** @param {Turn} turn @returns {Message} */
function answered(turn) {
  return { role: 'assistant', content: [{ type: 'text', text: answerOf(turn).trimEnd() }] };
}

/** @param {Attachment} file */
function fileBlock({ name, mediaType, data }) {
  const source = { type: 'base64', media_type: mediaType, data };
  return mediaType === 'application/pdf' ? { type: 'document', title: name, source } : { type: 'image', source };
}

/** @param {Conversation} conversation @returns {Summary} */
export function summary({ id, title, updated, turns, aside }) {
  const text = [...turns, ...aside].map((turn) => `${turn.prompt}\n${answerOf(turn)}`).join('\n');
  return { id, title, updated, text: text.slice(0, 50_000).toLowerCase() };
}

/** Every word has to occur, in the title or in what was said. @param {Summary[]} all @param {string} query */
export function search(all, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ title, text }) =>
    words.every((word) => title.toLowerCase().includes(word) || text.includes(word)),
  );
}

/** As it comes from the disk: whoever was working then is no longer. @param {Conversation} conversation */
export function revived(conversation) {
  placed(conversation);
  for (const turn of [...conversation.turns, ...conversation.aside]) {
    if (turn.status !== 'working') continue;
    Object.assign(turn, { status: 'stopped', silent: false });
  }
  return conversation;
}

/** What was kept before turns had versions knew of no places. @param {Conversation} conversation */
function placed(conversation) {
  conversation.aside ??= [];
  conversation.turns.forEach((turn, index, turns) => {
    turn.id ??= crypto.randomUUID();
    turn.after ??= turns[index - 1]?.id ?? '';
    turn.created ??= conversation.created;
  });
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

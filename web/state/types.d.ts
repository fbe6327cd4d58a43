/** What the page's parts say to each other. Types only: tsc reads this file, no browser loads it. */

import type { Config, FailureKind, Limit } from '../api/types.d.ts';
import type { Phrase } from '../strings.js';
import type { createStore } from './store.js';

/** A picture, a PDF or a text. */
export type Attachment = {
  name: string;
  mediaType: string;
  /** base64; of a text, which is text/plain whatever it is, the text itself. */
  data: string;
  /** Whether it was pasted, and can go back into the message. */
  pasted?: boolean;
};

/** A file that is being read for a draft; it becomes an Attachment there. */
export type Reading = {
  file: { name: string };
  /** Of which draft (draft.js). */
  place: string;
};

/** What a person sends. */
export type Prompt = { prompt: string; files: Attachment[] };

/** A part of an answer. */
export type Block = {
  type: 'text' | 'thinking';
  text: string;
  /** When the thinking began, as a Date.now(), and how long it took in ms, once it is over. */
  began?: number;
  took?: number;
};

/** Instructions that are kept under a name. */
export type Instructions = {
  id: string;
  name: string;
  /** The system prompt. */
  system: string;
  /** Chosen along with them; '' for none. */
  model: string;
  /** What an empty conversation offers to begin with. */
  starters: string[];
};

/** How much a model should think; '' is what it does by itself. */
export type Level = '' | 'off' | 'low' | 'medium' | 'high';

export type Problem = {
  kind: FailureKind;
  /** The server's own words. */
  detail: string;
  /** A Date.now(); 0 where the server gave no time to wait. */
  retryAt: number;
};

/** What an answer took. */
export type Figures = {
  /** Milliseconds to the first word. */
  first: number;
  /** Milliseconds from there to the last. */
  writing: number;
  /** Whether the words did not come as they were written, so that no speed can be told. */
  burst?: boolean;
  /** Tokens, here and below. */
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Of the last request, where an answer took several: what the conversation takes up. */
  context?: number;
  /** US dollars; null where the model has no price. */
  cost: number | null;
  /** Whether a part was cut off, so that its tokens are not known. */
  partial: boolean;
};

/** One prompt and its answer. */
export type Turn = Prompt & {
  id: string;
  /** The id of the turn before it; '' for the first turn. */
  after: string;
  /** A Date.now(). */
  created: number;
  model: string;
  /** The models that wrote the beginning, where another went on. */
  models?: string[];
  blocks: Block[];
  status: 'working' | 'done' | 'stopped' | 'failed';
  /** The stop reason. */
  ending: string;
  problem: Problem | null;
  figures: Figures | null;
  /** The connection is alive, but no text has come for a while. */
  silent: boolean;
  /** The connection has broken, and what is missing is being fetched. */
  reconnecting?: boolean;
  /** Where the function keeps the answer while it comes. */
  kept?: Kept | null;
};

/** The answer's id, and what stood in the turn before it and had taken. */
export type Kept = { id: string; before: Block[]; figures?: Figures | null };

export type Conversation = {
  id: string;
  title: string;
  /** A Date.now(), both. */
  created: number;
  updated: number;
  model: string;
  system: string;
  thinking?: Level;
  /** The id of those that `system` came from. */
  instructions?: string;
  /** Whether it stands at the top of the list. */
  pinned?: boolean;
  /** What naming it has cost. */
  titleUsd?: number;
  /** Whether an answer has come that nobody has looked at. */
  unseen?: boolean;
  /** The model that is asked beside `model`; '' for none. */
  second?: string;
  /** The version that is shown beside the one in its place; '' for none. */
  beside?: string;
  /** The turns that are shown, in order. */
  turns: Turn[];
  /** The other versions (versions.js). */
  aside: Turn[];
};

/** What the list needs of a conversation. */
export type Summary = {
  id: string;
  title: string;
  updated: number;
  pinned: boolean;
  unseen: boolean;
  /** Whether an answer to it is on its way. */
  working: boolean;
  /** By day, 2026-11-27, in the person's own time; kept for spent_days.js, and not in the list. */
  spent?: Record<string, Spent>;
};

/** Of a day; tokens in and out, also those that have no price. */
export type Spent = { usd: number; tokens: number };

/** What the search reads of a turn. */
export type Said = { turn: string; text: string };

/** Where in a conversation something was found, with the words around it. */
export type Hit = { turn: string; before: string; found: string; after: string };

/** A place in the conversation that is shown, to be brought into sight. */
export type Place = { turn: string; words: string[] };

/** A message that is being written. */
export type Draft = { text: string; files: Attachment[] };

/** Another version of a prompt that is being written. */
export type Edit = {
  /** A turn's id; '' for none. */
  turn: string;
  draft: Draft;
};

export type Language = 'en' | 'zh-CN';

export type Preferences = {
  /** '' in either: as in the browser. */
  language: Language | '';
  theme: 'light' | 'dark' | '';
  /** Whether the list of conversations is closed where there is room for it. */
  history?: string;
  model: string;
  system: string;
  thinking?: Level;
  /** Those of new conversations. */
  chosen?: string;
  instructions?: Instructions[];
  /** Whether the cheapest model may name conversations. */
  titles: boolean;
  /** Whether to tell that an answer is done while the page is out of sight. */
  notify: boolean;
};

/** A sentence that is shown for a while. */
export type Toast = { phrase: Phrase; undo?: () => void };

export type State = {
  /** Null until it has been read. */
  config: Config | null;
  /** What keeps the page from working at all. */
  trouble: Phrase | null;
  preferences: Preferences;
  online: boolean;
  hasKey: boolean;
  checkingKey: boolean;
  /** The key's, as the function last said; null until it has been asked. */
  limits: Limit[] | null;
  keyNotice: Phrase | null;
  /** The conversation that is shown. */
  conversation: Conversation;
  /** Grows with every change inside a conversation. */
  revision: number;
  /** Of all saved conversations, the newest first. */
  summaries: Summary[];
  /** What the history is searched for. */
  query: string;
  /** Where it was found, by the conversation's id; null while the search has found nothing yet. */
  hits: Map<string, Hit> | null;
  /** Where the person wants to look; a new one for each time. */
  place: Place | null;
  draft: Draft;
  /** The turn whose prompt the draft will replace. */
  editing: Turn | null;
  /** The draft that comes back when the editing ends. */
  interrupted: Draft;
  /** The files that are being read, for this draft and others. */
  reading: Reading[];
  /** The person has sent the draft, which cannot go yet: it goes as soon as it can. */
  held: boolean;
  /** Why something could not be attached or sent. */
  draftNotices: Phrase[];
  toast: Toast | null;
};

export type Store = ReturnType<typeof createStore>;

/** What the store's own modules change the state with; private to them. */
export type Core = {
  state: State;
  /** Writes the state and tells the listeners; `grown` where an answer has got more text, and nothing else has changed. */
  set(change: Partial<State>, grown?: boolean): void;
  /** `set`, for a conversation that has changed: it becomes the newest, and will be saved. */
  touch(conversation: Conversation, change?: Partial<State>, grown?: boolean): void;
  /** The conversations that have changed since they were last saved. */
  unsaved: Set<Conversation>;
};

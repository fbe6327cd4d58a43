/** What storage keeps and announces. Types only: tsc reads this file, no browser loads it. */

import type { Draft, Edit, Summary } from '../state/types.d.ts';
import type { IDBPDatabase, IDBPTransaction } from '../vendor/idb/index.js';
import type { openArchive } from './archive.js';
import type { createAutosave } from './autosave.js';
import type { createDrafts } from './drafts.js';

/** The archive's database, and a transaction that writes a conversation (archive.js has the stores). */
export type Database = IDBPDatabase<unknown>;
export type Stores = IDBPTransaction<
  unknown,
  ('conversations' | 'summaries' | 'texts')[],
  'readwrite'
>;

export type Archive = ReturnType<typeof openArchive>;
export type Autosave = ReturnType<typeof createAutosave>;
export type Drafts = ReturnType<typeof createDrafts>;

/** What became of the conversations in a file. */
export type Taken = {
  added: number;
  /** Replaced by a newer version. */
  updated: number;
  /** Here already, just so. */
  present: number;
  /** Newer here, and not touched. */
  newer: number;
  /** Whether there was no room for all. */
  full: boolean;
};

/** What another tab did to a conversation. */
export type Change = {
  id: string;
  /** Without it, the conversation has been deleted. */
  summary?: Summary;
};

/** A conversation's draft, and the edit that may have interrupted it. */
export type Writing = { draft: Draft; edit: Edit };

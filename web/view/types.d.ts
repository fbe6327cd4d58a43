/** The view's parts, and what a person can do, as they report it. Types only: tsc reads this file, no browser loads it. */

import type {
  Attachment,
  Conversation,
  Hit,
  Preferences,
  Spent,
  State,
  Turn,
} from '../state/types.d.ts';
import type { Phrase } from '../strings.js';
import type { Words } from './words.js';

/** A part of the page: shows what it needs of the state. */
export type Part = (state: Readonly<State>, words: Words) => void;

export type ComposerActions = {
  send(): void;
  stop(): void;
  write(text: string): void;
  attach(files: File[]): void;
  detach(file: Attachment): void;
  leaveEditing(): void;
  editLast(): void;
};

export type TurnActions = {
  edit(turn: Turn): void;
  again(turn: Turn): void;
  goOn(turn: Turn): void;
  bringBack(version: Turn): void;
};

/** As one turn reports them: with the button that was pressed, which keeps the focus. */
export type TurnViewActions = Omit<TurnActions, 'bringBack'> & {
  bringBack(version: Turn, button: string): void;
};

export type SideActions = {
  create(): void;
  open(id: string, hit?: Hit): void;
  find(id: string): Promise<Conversation | undefined>;
  pin(id: string, pinned: boolean): void;
  rename(id: string, title: string): void;
  remove(id: string): void;
  search(query: string): void;
};

export type TopActions = {
  chooseModel(model: string): void;
  chooseSystem(system: string): void;
  prefer(change: Partial<Preferences>): void;
  /** `days` by day, 2026-11-27, the newest first. */
  spending(): Promise<{ days: Map<string, Spent>; titleModel: string; titleUsd: number | null }>;
  backUp(report: (phrase: Phrase) => void): Promise<Blob>;
  restore(file: Blob, report: (phrase: Phrase) => void): Promise<void>;
};

export type KeyActions = {
  useKey(key: string, onDevice: boolean): void;
  forgetKey(): void;
};

export type Actions = ComposerActions &
  TurnActions &
  SideActions &
  TopActions &
  KeyActions & { undo(): void };

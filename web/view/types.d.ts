/** The view's parts, and what a person can do, as they report it. Types only: tsc reads this file, no browser loads it. */

import type {
  Attachment,
  Conversation,
  Hit,
  Instructions,
  Level,
  Preferences,
  Reading,
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
  /** Takes back what is held. */
  release(): void;
  attach(files: File[]): void;
  attachText(text: string): void;
  detach(file: Attachment): void;
  /** Puts a pasted text into the message after all. */
  unfold(file: Attachment): void;
  cancelReading(one: Reading): void;
  leaveEditing(): void;
  editLast(): void;
};

export type TurnActions = {
  edit(turn: Turn): void;
  /** `model` where another is to answer. */
  again(turn: Turn, model?: string): void;
  goOn(turn: Turn): void;
  bringBack(version: Turn): void;
  /** `version` beside the one in its place; '' for none. */
  compare(version: string): void;
};

/** As one turn reports them: with the button that was pressed, which keeps the focus. */
export type TurnViewActions = Omit<TurnActions, 'bringBack'> & {
  bringBack(version: Turn, button: string): void;
  /** There is more of its answer to draw. */
  changed(): void;
  /** What shows it beside another will be wanted. */
  prepare(): void;
};

export type SideActions = {
  create(): void;
  open(id: string, hit?: Hit): void;
  find(id: string): Promise<Conversation | undefined>;
  pin(id: string, pinned: boolean): void;
  rename(id: string, title: string): void;
  remove(id: string): void;
  search(query: string): void;
  prefer(change: Partial<Preferences>): void;
};

export type BarActions = {
  write(text: string): void;
  chooseModel(model: string): void;
  chooseSecond(model: string): void;
  chooseThinking(level: Level): void;
};

/** What two answers beside each other report. */
export type PairActions = Pick<
  TurnActions & BarActions,
  'bringBack' | 'compare' | 'chooseModel' | 'chooseSecond'
>;

/** What the panels report, besides the commands of the other parts. */
export type PanelActions = {
  prefer(change: Partial<Preferences>): Promise<void>;
  /** `days` by day, 2026-11-27, the newest first. */
  spending(): Promise<{ days: Map<string, Spent>; titleModel: string; titleUsd: number | null }>;
  backUp(report: (phrase: Phrase) => void): Promise<Blob>;
  restore(file: Blob, report: (phrase: Phrase) => void): Promise<void>;
  /** Where it occurs in what was said, by the conversation: all that has been found, again and again. */
  findHits(query: string): AsyncGenerator<Map<string, Hit>, void>;
  useInstructions(one: Instructions): void;
  removeInstructions(id: string): void;
  sayNotLoaded(): void;
};

/** What a panel shows when it opens; `open` opens another. */
export type PanelContext = {
  /** To be filled in; it is shown after that, if not before. */
  dialog: HTMLDialogElement;
  state: Readonly<State>;
  words: Words;
  actions: Actions;
  open(name: string): void;
};

export type Panel = (context: PanelContext) => void;

export type KeyActions = {
  useKey(key: string, onDevice: boolean): void;
  forgetKey(): void;
};

export type Actions = ComposerActions &
  TurnActions &
  SideActions &
  BarActions &
  PanelActions &
  KeyActions & { undo(): void; hideToast(): void; retry(): void };

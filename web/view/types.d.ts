/** The view's parts, and what a person can do, as they report it. Types only: tsc reads this file, no browser loads it. */

import type { Attachment, Preferences, State, Turn } from '../state/types.d.ts';
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
  /** `model` where another is to answer. */
  again(turn: Turn, model?: string): void;
  goOn(turn: Turn): void;
  bringBack(version: Turn): void;
};

/** As one turn reports them: with the button that was pressed, which keeps the focus. */
export type TurnViewActions = Omit<TurnActions, 'bringBack'> & {
  bringBack(version: Turn, button: string): void;
  /** There is more of its answer to draw. */
  changed(): void;
};

export type SideActions = {
  create(): void;
  open(id: string): void;
  rename(id: string, title: string): void;
  remove(id: string): void;
  search(query: string): void;
  prefer(change: Partial<Preferences>): void;
};

export type TopActions = {
  chooseModel(model: string): void;
  chooseSystem(system: string): void;
  prefer(change: Partial<Preferences>): void;
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

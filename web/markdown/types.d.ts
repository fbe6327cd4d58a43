/** What of markdown-it these modules use. Its own types know neither what we keep in `env` nor that each line has its marks. */

export interface Token {
  type: string;
  tag: string;
  /** 1: opens, 0: stands by itself, -1: closes. */
  nesting: 1 | 0 | -1;
  level: number;
  /** The first line, and the one after the last. */
  map: [number, number] | null;
  markup: string;
  info: string;
  content: string;
  children: Token[] | null;
  block: boolean;
  hidden: boolean;
  attrs: [string, string][] | null;
  meta: Meta | null;
  attrGet(name: string): string | null;
}

interface Meta {
  closed?: boolean; // a fence
  nested?: boolean; // a fence that holds others
  closing?: boolean; // a tag
  display?: boolean; // a formula
  label?: string; // a definition
  unfinished?: boolean; // a text or a formula that goes on with the next piece
}

/** What links are defined to lead to, by label. */
export type References = Record<string, { href: string; title: string } | undefined>;

/** Shared by all rules of one parse. The lines and places say up to where something was searched in vain. */
export interface Env {
  references: References;
  /** Whether more is to come. */
  open: boolean;
  unfinished?: boolean;
  labelEnd?: number;
  searches?: number;
  noComment?: number;
  searched?: Record<string, number>;
  /** How many `$$` stand in the lines of a paragraph. */
  dollars?: { from: number; to: number; count: number };
}

export interface State {
  src: string;
  md: MarkdownIt;
  env: Env;
  tokens: Token[];
  level: number;
  push(type: string, tag: string, nesting: 1 | 0 | -1): Token;
}

/** Of each line: where it begins, how far it is indented, where it ends. */
type Marks = Record<number, any>;

export interface StateBlock extends State {
  bMarks: Marks;
  eMarks: Marks;
  tShift: Marks;
  sCount: Marks;
  blkIndent: number;
  line: number;
  parentType: string;
  isEmpty(line: number): boolean;
  getLines(begin: number, end: number, indent: number, keepLastLineFeed: boolean): string;
}

export interface Delimiter {
  marker: number;
  length: number;
  token: number;
  end: number;
  open: boolean;
  close: boolean;
}

export interface StateInline extends State {
  pos: number;
  posMax: number;
  pending: string;
  linkLevel: number;
  delimiters: Delimiter[];
  /** By place: where its token ends; by name: from where on something was searched in vain. */
  cache: Record<string | number, number>;
}

export type BlockRule = (state: StateBlock, start: number, end: number, silent: boolean) => boolean;
export type InlineRule = (state: StateInline, silent: boolean) => boolean;

interface Ruler<Rule> {
  __rules__: { name: string; fn: Rule }[];
  at(name: string, rule: Rule, options?: { alt: string[] }): void;
  before(next: string, name: string, rule: Rule, options?: { alt: string[] }): void;
  after(previous: string, name: string, rule: Rule): void;
  disable(names: string[]): void;
}

export class MarkdownIt {
  constructor(options?: { breaks?: boolean });
  use(plugin: (md: MarkdownIt) => void): MarkdownIt;
  parse(text: string, env: Env): Token[];
  normalizeLink: (address: string) => string;
  normalizeLinkText: (address: string) => string;
  validateLink: (address: string) => boolean;
  core: { ruler: Ruler<(state: State) => void> };
  block: {
    ruler: Ruler<BlockRule>;
    parse(text: string, md: MarkdownIt, env: Env, tokens: Token[]): void;
    tokenize(state: StateBlock, start: number, end: number): void;
  };
  inline: {
    ruler: Ruler<InlineRule>;
    ruler2: Ruler<(state: StateInline) => void>;
    parse(text: string, md: MarkdownIt, env: Env, tokens: Token[]): void;
  };
  helpers: { parseLinkLabel(state: StateInline, start: number): number };
}

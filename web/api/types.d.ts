/** What the function and config.json say to the page. Types only: tsc reads this file, no browser loads it. */

/** config.json, as infra/page_config.py writes it; the first model is the default. */
export type Config = {
  functionUrl: string;
  model: string;
  models: string[];
  maxTokens: number;
  /** How long the function keeps an answer; absent where it keeps none. */
  keepAnswersMinutes?: number;
  prices?: PriceTable;
};

/** Prices by model id, and the date on which they were looked up. The last band has no limit. */
export type PriceTable = { date: string; models: Record<string, Band[]> };

/** US dollars per million tokens, for prompts of at most `promptUpTo` tokens. */
export type Band = {
  promptUpTo?: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
};

/** A limit of the key, as `GET /v1/usage` has it (docs/openapi.yaml). Dollars or numbers; `resets_at` is an ISO time. */
export type Limit = {
  name: 'requests_per_minute' | 'tokens_per_day' | 'usd_per_day' | 'usd_per_month';
  limit: number;
  used: number;
  remaining: number;
  resets_at: string;
};

export type Tokens = { input: number; output: number; cacheRead: number; cacheWrite: number };

/** What this page reads of an event. */
export type StreamEvent = {
  type: string;
  /** From 1 on, where the function keeps the answer. */
  number?: number;
  message?: { usage?: Usage };
  usage?: Usage;
  delta?: { type?: string; text?: string; thinking?: string; stop_reason?: string | null };
  error?: { type?: string; message?: string };
};

export type Usage = {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
};

export type FailureKind =
  | 'wrongKey'
  | 'denied'
  | 'invalid'
  | 'notFound'
  | 'tooLarge'
  | 'throttled'
  | 'limited'
  | 'noRoom'
  | 'overloaded'
  | 'timeout'
  | 'server'
  | 'cutOff'
  | 'garbled'
  | 'unreachable'
  | 'offline'
  | 'ours';

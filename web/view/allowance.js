/** What is left: of the key's limits on a day and a month, where it has any, and of the model's context. */

import { modelName } from '../strings.js';
import { find, tell } from './dom.js';

/**
 * @import { Limit } from '../api/types.d.ts'
 * @import { Conversation, Figures } from '../state/types.d.ts'
 * @import { Part } from './types.d.ts'
 * @import { Words } from './words.js'
 */

/** @returns {Part} */
export function allowanceView() {
  const element = find(document, '[data-allowance]', HTMLElement);
  const context = find(document, '[data-context]', HTMLElement);
  const meter = find(context, 'meter', HTMLMeterElement);
  const text = find(context, 'span', HTMLElement);
  return ({ limits, conversation }, words) => {
    tell(element, allLeft(limits, words));
    const { used, size } = contextOf(conversation);
    meter.value = used / size;
    const share = Math.min(100, Math.floor((used / size) * 100));
    const percent = share || '< 1';
    tell(text, used ? words.word('context', { percent, size: words.number(size) }) : '');
    context.hidden = !used;
  };
}

/** @param {Limit[] | null} limits @param {Words} words */
export function allLeft(limits, words) {
  const parts = (limits ?? []).map((limit) => left(limit, words));
  return parts.filter(Boolean).join(' · ');
}

/** The tokens that the conversation takes up, and that its model can take: lambda_src/claude_stream/accounts/ceilings.py. @param {Conversation} conversation */
function contextOf({ turns, model }) {
  const counts = turns.map(({ figures }) => figures && (figures.context || tokensOf(figures)));
  const used = counts.findLast(Boolean) ?? 0; // what failed took none
  const version = Number(/[\d.]+$/.exec(modelName(model))?.[0] ?? 0);
  return { used, size: version >= 4.6 ? 1_000_000 : 200_000 };
}

/** @param {Figures} figures */
function tokensOf({ input, output, cacheRead, cacheWrite }) {
  return input + output + cacheRead + cacheWrite;
}

/** '' for a limit on a minute, which begins again before anybody reads it. @param {Limit} limit @param {Words} words */
function left({ name, remaining }, { word, number }) {
  const amount = name.startsWith('usd')
    ? word('dollars', { amount: (Math.floor(remaining * 100 + 1e-6) / 100).toFixed(2) })
    : word('someTokens', { count: number(remaining) });
  if (name.endsWith('_day')) return word('leftToday', { amount });
  return name.endsWith('_month') ? word('leftThisMonth', { amount }) : '';
}

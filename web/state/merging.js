/** One conversation in two tabs: what was answered in either is in both. */

import { answerOf, isAnswered } from './conversation.js';

/** @import { Conversation, Turn } from './types.d.ts' */

/**
 * Takes over what only the other one has: its turns as other versions, and more of an answer that does not come in here.
 * No turn with an answer is ever deleted, so one that is missing has come since.
 * @param {Conversation} conversation @param {Conversation} other @returns {boolean} whether there was anything
 */
export function adoptTurns(conversation, other) {
  const own = new Map([...conversation.turns, ...conversation.aside].map((turn) => [turn.id, turn]));
  let changed = false;
  for (const theirs of [...other.turns, ...other.aside]) {
    const ours = own.get(theirs.id);
    if (ours ? !isFurther(theirs, ours) : !isAnswered(theirs)) continue;
    if (ours) Object.assign(ours, theirs);
    else conversation.aside.push(theirs);
    changed = true;
  }
  return changed;
}

/** @param {Turn} theirs @param {Turn} ours */
function isFurther(theirs, ours) {
  if (ours.status === 'working') return false;
  const more = answerOf(theirs).length - answerOf(ours).length;
  return more > 0 || (more === 0 && theirs.status === 'done' && ours.status !== 'done');
}

/**
 * When a prompt is edited or answered again, the old turn is kept as another version, which can be shown in its place.
 *
 * `turns` is what is shown, one after the other; `aside` is everything else. Each turn has the id of the turn before
 * it, `after`; versions of a turn are those with the same `after`.
 */

/** @import { Conversation, Turn } from './types.d.ts' */

/** The oldest first, the turn itself among them. @param {Conversation} conversation @param {Turn} turn @returns {Turn[]} */
export function versions({ turns, aside }, turn) {
  if (aside.length === 0) return [turn];
  return [...turns, ...aside].filter(({ after }) => after === turn.after).toSorted((a, b) => a.created - b.created);
}

/** Makes room for another version of a turn: the one that is shown goes aside with all that follows it. @param {Conversation} conversation @param {Turn} turn */
export function putAside({ turns, aside }, turn) {
  aside.push(...turns.splice(turns.findIndex(({ after }) => after === turn.after)));
}

/** Shows a version that is aside, with what was last said after it. @param {Conversation} conversation @param {Turn} version */
export function bringBack(conversation, version) {
  const { turns, aside } = conversation;
  const shown = turns.find(({ after }) => after === version.after);
  if (shown) putAside(conversation, shown);
  /** @type {Turn | undefined} */
  let next = version;
  while (next) {
    aside.splice(aside.indexOf(next), 1);
    turns.push(next);
    next = lastAfter(aside, next);
  }
}

/** Shows the version in which a turn stands. @param {Conversation} conversation @param {string} id the turn's */
export function reveal(conversation, id) {
  const hidden = new Map(conversation.aside.map((turn) => [turn.id, turn]));
  const way = [];
  for (let turn = hidden.get(id); turn; turn = hidden.get(turn.after)) {
    way.unshift(turn);
    hidden.delete(turn.id); // a broken file may lead in a circle
  }
  for (const turn of way) if (conversation.aside.includes(turn)) bringBack(conversation, turn);
}

/** @param {Turn[]} turns @param {Turn} turn */
function lastAfter(turns, { id }) {
  return turns
    .filter(({ after }) => after === id)
    .toSorted((a, b) => a.created - b.created)
    .at(-1);
}

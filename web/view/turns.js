/**
 * The conversation that is shown: a view for each turn. All turns have their place at once; what stands in them is made
 * a slice a frame, what is in sight first, then from the end upwards. So no click waits for a long conversation.
 */

import { versions } from '../state/versions.js';
import { isWorking } from '../state/store.js';
import { clone, find } from './dom.js';
import { turnView } from './turn.js';

/**
 * @import { Conversation, State, Turn } from '../state/types.d.ts'
 * @import { TurnActions } from './types.d.ts'
 * @import { TurnPlace, TurnView } from './turn.js'
 * @import { Words } from './words.js'
 *
 * @typedef {{element: HTMLElement, turn: Turn, place: TurnPlace, view: TurnView | undefined, whole: boolean, drawn: string, near: boolean}} Slot
 */

const TICK_MS = 250; // between two steps of a countdown
const QUIET_MS = 300; // until what was brought back has been drawn

/** What is drawn in one frame at most, and what a turn costs besides its text. */
const SLICE_CHARACTERS = 12_000;
const TURN_CHARACTERS = 800;

/** @param {TurnActions} actions @param {{again(): void}} follower */
export function turnsView(actions, follower) {
  const list = find(document, '[data-turns]', HTMLElement);
  /** By the turn's id. @type {Map<string, Slot>} */
  let slots = new Map();
  /** @type {unknown[]} */
  let last = [];
  /** @type {Readonly<State>} */
  let state;
  /** @type {Words} */
  let words;
  let shown = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let tick;
  let [requested, quiet] = [false, false];
  /** @type {{version: Turn, button: string} | undefined} */
  let step;
  const turnActions = {
    ...actions,
    /** @param {Turn} version @param {string} button the one that was pressed */
    bringBack(version, button) {
      step = { version, button };
      actions.bringBack(version);
    },
  };
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const slot = slots.get(target instanceof HTMLElement ? (target.dataset.turn ?? '') : '');
        if (slot) slot.near = isIntersecting;
      }
    },
    { root: list.parentElement, rootMargin: '50%' },
  );
  addEventListener('beforeprint', () => fill(Infinity));

  /** @param {Readonly<State>} next @param {Words} nextWords */
  function show(next, nextWords) {
    const { conversation, editing, config, revision } = next;
    const now = [conversation, revision, editing, config, nextWords];
    if (now.every((value, index) => value === last[index])) return;
    const opened = shown !== conversation.id;
    if (opened || words !== nextWords) clear();
    [state, words, last, shown] = [next, nextWords, now, conversation.id];
    if (opened || step) quietly();
    const added = conversation.turns.some(({ id, status }) => status === 'working' && !slots.has(id));
    arrange(conversation);
    fill(SLICE_CHARACTERS);
    if (opened || added) follower.again();
    if (step) slots.get(step.version.id)?.view?.focus(step.button);
    step = undefined;
  }

  function clear() {
    list.replaceChildren();
    sight.disconnect();
    slots = new Map();
  }

  /** Gives each turn its place, and takes away what has none. @param {Conversation} conversation */
  function arrange(conversation) {
    const { turns } = conversation;
    const ids = new Set(turns.map(({ id }) => id));
    for (const [id, { element }] of slots) {
      if (ids.has(id)) continue;
      element.remove();
      slots.delete(id);
    }
    const working = isWorking(state);
    turns.forEach((turn, index) => {
      const slot = slots.get(turn.id) ?? newSlot(turn);
      slot.place = {
        last: index === turns.length - 1,
        editing: turn === state.editing,
        versions: working ? [turn] : versions(conversation, turn),
        config: state.config,
      };
      slot.turn = turn;
      slot.whole &&= slot.drawn === extent(turn);
      slot.view?.show(turn, slot.place);
      if (list.children[index] !== slot.element) list.insertBefore(slot.element, list.children[index] ?? null);
    });
  }

  /** @param {Turn} turn @returns {Slot} */
  function newSlot(turn) {
    const element = clone('turn', false);
    element.dataset.turn = turn.id;
    element.style.containIntrinsicBlockSize = `auto ${estimatedLines(turn)}lh`;
    sight.observe(element);
    const place = { last: false, editing: false, versions: [turn], config: state.config };
    const slot = { element, turn, place, view: undefined, whole: false, drawn: '', near: false };
    slots.set(turn.id, slot);
    return slot;
  }

  /** Draws what is not drawn yet: about `room` characters now, the rest with the frames that follow. @param {number} room */
  function fill(room) {
    let budget = room;
    for (let slot = nextSlot(); slot && budget > 0; slot = nextSlot()) budget -= draw(slot, budget);
    const more = nextSlot() !== undefined;
    if (more) request();
    if (!more && quiet) setTimeout(() => list.setAttribute('aria-live', 'polite'), QUIET_MS);
    quiet &&= more;
    clearTimeout(tick);
    if ([...slots.values()].some(({ view }) => view?.isTicking())) tick = setTimeout(count, TICK_MS);
  }

  function request() {
    if (!requested) {
      requestAnimationFrame(() => {
        requested = false;
        fill(SLICE_CHARACTERS);
      });
    }
    requested = true;
  }

  /** @returns {Slot | undefined} */
  function nextSlot() {
    const open = [...slots.values()].filter(({ whole }) => !whole);
    return open.findLast(({ near }) => near) ?? open.at(-1);
  }

  /** @param {Slot} slot @param {number} room @returns {number} what it cost, in characters */
  function draw(slot, room) {
    const { element, turn, place } = slot;
    const isNew = !slot.view;
    if (!slot.view) {
      element.append(...words.fill(clone('turn')).childNodes);
      slot.view = turnView(element, turn, { ...turnActions, changed: () => reopen(slot) }, words);
      slot.view.show(turn, place);
    }
    const { drawn, whole } = slot.view.draw(room);
    [slot.whole, slot.drawn] = [whole, extent(turn)];
    return drawn + (isNew || drawn > 0 ? TURN_CHARACTERS : 0);
  }

  /** @param {Slot} slot */
  function reopen(slot) {
    slot.whole = false;
    request();
  }

  function count() {
    for (const { view, turn, place } of slots.values()) if (view?.isTicking()) view.show(turn, place);
    fill(SLICE_CHARACTERS);
  }

  /** Keeps assistive technology from reading aloud again what comes back from the history. */
  function quietly() {
    list.setAttribute('aria-live', 'off');
    quiet = true;
  }

  /** Answers have grown, and nothing else has changed. */
  function grow() {
    for (const slot of slots.values()) {
      if (slot.turn.status !== 'working') continue;
      slot.whole = false;
      slot.view?.show(slot.turn, slot.place);
    }
    last[1] = state.revision;
    fill(SLICE_CHARACTERS);
  }

  return { show, grow };
}

/** Tells whether an answer has changed. @param {Turn} turn */
function extent({ blocks, status }) {
  return `${status} ${blocks.map(({ text }) => text.length)}`;
}

/** How high a turn will be, roughly, until it is drawn. @param {Turn} turn */
function estimatedLines({ prompt, blocks }) {
  const texts = [prompt, ...blocks.filter(({ type }) => type === 'text').map(({ text }) => text)];
  return 6 + texts.reduce((sum, text) => sum + text.length / 60, 0);
}

/**
 * The conversation that is shown: a view for each turn. All turns have their place at once; what stands in them is made a
 * slice a frame, what is in sight first, then from the end upwards. So no click waits for a long conversation.
 */

import { versions } from '../state/versions.js';
import { isWorking } from '../state/store.js';
import { clone, find, onDemand } from './dom.js';
import { estimatedLines, extent, turnView } from './turn.js';

/**
 * @import { Conversation, State, Turn } from '../state/types.d.ts'
 * @import { PairActions, PanelActions, TurnActions } from './types.d.ts'
 * @import { createFollower } from './scroll.js'
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

/** @param {TurnActions & PairActions & Pick<PanelActions, 'sayNotLoaded'>} actions @param {ReturnType<typeof createFollower>} follower */
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
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let tick;
  let [shown, requested, quiet] = ['', false, false];
  /** @type {{version: Turn, button: string, top: number} | undefined} */
  let step;
  /** @type {ReturnType<typeof import('./pair.js').pairView> | undefined} */
  let pair;
  const loadPair = onDemand(async () => {
    const { pairView } = await import('./pair.js');
    pair = pairView(actions);
    redraw();
  });
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
    const { conversation } = next;
    const now = [conversation, next.revision, next.editing, next.config, nextWords, conversation.beside];
    if (now.every((value, index) => value === last[index])) return;
    const opened = shown !== conversation.id;
    if (opened || words !== nextWords) clear();
    if (opened || step || conversation.beside !== last[5]) quietly();
    [state, words, last, shown] = [next, nextWords, now, conversation.id];
    const added = conversation.turns.some(({ id, status }) => status === 'working' && !slots.has(id));
    redraw(opened || added);
    if (step) land(step);
  }

  /** On the version that was stepped to, with what was pressed in its place on the screen, or at the end. @param {NonNullable<typeof step>} to */
  function land({ version, button, top }) {
    const slot = slots.get(version.id);
    step = undefined;
    if (!slot) return;
    draw(slot, SLICE_CHARACTERS);
    slot.view?.focus(button);
    if (slot.element.nextSibling) follower.hold(find(slot.element, button, HTMLElement), top);
    else follower.again();
  }

  /** @param {boolean} [follow] the end from now on */
  function redraw(follow) {
    if (!state) return;
    const fresh = arrange(state.conversation);
    fill(SLICE_CHARACTERS);
    if (follow) follower.again();
    if (fresh) follower.bring(fresh);
  }

  function clear() {
    pair?.end();
    list.replaceChildren();
    sight.disconnect();
    slots = new Map();
  }

  /**
   * Gives each turn its place, and takes away what has none.
   * @param {Conversation} conversation @returns {Element | undefined} what has just come beside another
   */
  function arrange(conversation) {
    const { turns } = conversation;
    const { config, editing } = state;
    const other = otherOf(conversation);
    if (!other) pair?.end();
    const ids = new Set([...turns, other].map((turn) => turn?.id));
    for (const [id, { element }] of slots) {
      if (ids.has(id)) continue;
      element.remove();
      slots.delete(id);
    }
    const idle = !isWorking(state);
    /** @type {Element | undefined} */
    let fresh;
    turns.forEach((turn, index) => {
      const all = versions(conversation, turn);
      const beside = other?.after === turn.after ? other : undefined;
      const [isLast, edited] = [index === turns.length - 1, turn === editing];
      const place = { last: isLast, idle, editing: edited, versions: idle ? all : [turn], beside, config };
      const slot = settle(turn, place);
      if (list.children[index] !== slot.element) list.insertBefore(slot.element, list.children[index] ?? null);
      if (!beside || !pair) return;
      const second = settle(beside, { ...place, versions: idle ? all : [beside], beside: turn });
      [slot, second].forEach(makeView);
      fresh = pair.show(slot, second, { all, idle, state, words });
    });
    return fresh;
  }

  /** The version beside the one in its place; what shows it comes when it is first wanted. @param {Conversation} conversation */
  function otherOf({ turns, aside, beside }) {
    const other = aside.find(({ id }) => id === beside);
    if (!other || !turns.some(({ after }) => after === other.after)) return undefined;
    if (!pair)
      loadPair().catch(() => {
        actions.compare('');
        actions.sayNotLoaded();
      });
    return pair && other;
  }

  /** A turn's slot, with what it shows now. @param {Turn} turn @param {TurnPlace} place */
  function settle(turn, place) {
    const slot = slots.get(turn.id) ?? newSlot(turn, place);
    Object.assign(slot, { turn, place });
    slot.whole &&= slot.drawn === extent(turn);
    slot.view?.show(turn, place);
    return slot;
  }

  /** @param {Turn} turn @param {TurnPlace} place @returns {Slot} */
  function newSlot(turn, place) {
    const element = clone('turn', false);
    element.dataset.turn = turn.id;
    element.style.containIntrinsicBlockSize = `auto ${estimatedLines(turn)}lh`;
    sight.observe(element);
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
    else if (quiet) setTimeout(() => list.setAttribute('aria-live', 'polite'), QUIET_MS);
    quiet &&= more;
    clearTimeout(tick);
    if ([...slots.values()].some(({ view }) => view?.isTicking())) tick = setTimeout(count, TICK_MS);
  }

  function request() {
    if (requested) return;
    requested = true;
    requestAnimationFrame(() => {
      requested = false;
      fill(SLICE_CHARACTERS);
    });
  }

  /** @returns {Slot | undefined} */
  function nextSlot() {
    const open = [...slots.values()].filter(({ whole }) => !whole);
    return open.findLast(({ near }) => near) ?? open.at(-1);
  }

  /** @param {Slot} slot @param {number} room @returns {number} what it cost, in characters */
  function draw(slot, room) {
    const isNew = !slot.view;
    const { drawn, whole } = makeView(slot).draw(room);
    [slot.whole, slot.drawn] = [whole, extent(slot.turn)];
    return drawn + (isNew || drawn > 0 ? TURN_CHARACTERS : 0);
  }

  /** @param {Slot} slot @returns {TurnView} */
  function makeView(slot) {
    const { element, turn, view } = slot;
    if (view) return view;
    element.append(...words.fill(clone('turn')).childNodes);
    const [changed, bringBack] = [reopen.bind(null, slot), exchange.bind(null, slot)];
    const prepare = () => loadPair().catch(() => {}); // it is tried again when it is wanted
    slot.view = turnView(element, turn, { ...actions, changed, bringBack, prepare }, words);
    slot.view.show(turn, slot.place);
    return slot.view;
  }

  /** Another version takes the place of a slot's. @param {Slot} slot @param {Turn} version @param {string} button the one that was pressed */
  function exchange(slot, version, button) {
    step = { version, button, top: find(slot.element, button, HTMLElement).getBoundingClientRect().top };
    if (slot.turn.id === state.conversation.beside) actions.compare(version.id);
    else actions.bringBack(version);
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
    for (const slot of slots.values()) slot.whole &&= slot.turn.status !== 'working';
    last[1] = state.revision;
    fill(SLICE_CHARACTERS);
  }

  return { show, grow };
}

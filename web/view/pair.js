/**
 * Two versions of a turn beside each other, each under the name of its model. Loaded when it is first wanted.
 *
 * The other version stands inside the turn that is shown in its place, before or after its answer; a prompt that it only
 * repeats is hidden there (style.css).
 */

import { clone, find, onClick, tell } from './dom.js';
import { authorsOf } from './figures.js';

/**
 * @import { State, Turn } from '../state/types.d.ts'
 * @import { TurnView } from './turn.js'
 * @import { PairActions } from './types.d.ts'
 * @import { Words } from './words.js'
 *
 * @typedef {{element: HTMLElement, turn: Turn, view: TurnView | undefined}} Column
 * @typedef {{own: Column, other: Column, otherFirst: boolean, heads: HTMLElement[], onward: HTMLElement}} Pair the version
 *   in its place, the other one, and what was added to them
 */

/** @param {PairActions} actions */
export function pairView({ bringBack, compare, chooseModel, chooseSecond }) {
  /** @type {Pair | undefined} */
  let pair;
  /** @type {Readonly<State>} */
  let latest;

  /** Shows a version in its place, and asks its model from now on. @param {Turn} version */
  function goOnWith(version) {
    const { conversation, config } = latest;
    const { model, second } = conversation;
    bringBack(version);
    if (!config?.models.includes(version.model)) return;
    chooseModel(version.model);
    if (second === version.model) chooseSecond(model); // the two change places
  }

  /** @param {Column} own @param {Column} other @param {Words} words @returns {Pair} */
  function join(own, other, words) {
    // The older one is on the left; where one of the two is exchanged, the other stays where it is.
    const stays = pair && (pair.own.element === own.element || pair.other.element === other.element);
    const otherFirst = pair && stays ? pair.otherFirst : other.turn.created < own.turn.created;
    separate();
    const heads = [own, other].map((column) => headOf(column, words));
    for (const head of heads) onClick(head, '[data-close]', () => compare(''));
    find(answerIn(own), '[data-close]', HTMLElement).style.visibility = 'hidden'; // one is enough; its place makes both as high
    const onward = onwardButton(words.word('goOnWith'), () => goOnWith(other.turn));
    find(answerIn(other), ':scope > .tools', HTMLElement).before(onward);
    own.element.classList.add('pair');
    other.element.setAttribute('role', 'region');
    answerIn(own)[otherFirst ? 'before' : 'after'](other.element);
    return { own, other, otherFirst, heads, onward };
  }

  function separate() {
    if (!pair) return;
    const { own, other, heads, onward } = pair;
    const isFocused = other.element.contains(document.activeElement);
    for (const part of [...heads, onward, other.element]) part.remove();
    own.element.classList.remove('pair');
    answerIn(own).removeAttribute('aria-label');
    for (const name of ['role', 'aria-label']) other.element.removeAttribute(name);
    if (isFocused) own.view?.focus('[data-compare]');
    pair = undefined;
  }

  return {
    end: separate,

    /**
     * @param {Column} own the version in its place @param {Column} other
     * @param {{all: Turn[], idle: boolean, state: Readonly<State>, words: Words}} context all versions, and whether none is on its way
     * @returns {Element | undefined} what was not there before
     */
    show(own, other, { all, idle, state, words }) {
      latest = state;
      const isNew = pair?.own.element !== own.element || pair.other.element !== other.element;
      if (!pair || isNew) pair = join(own, other, words);
      const names = [own, other].map(({ turn }) => authorsOf(turn, words));
      const numbers = [own, other].map(({ turn }) => ` · ${all.indexOf(turn) + 1} / ${all.length}`);
      const isOneModel = names[0] === names[1];
      const { heads } = pair;
      [answerIn(own), other.element].forEach((region, index) => {
        const name = `${names[index]}${isOneModel ? numbers[index] : ''}`;
        region.setAttribute('aria-label', name);
        if (heads[index]) tell(find(heads[index], '[data-name]', HTMLElement), name);
      });
      other.element.classList.toggle('asked-else', !isSamePrompt(own.turn, other.turn));
      pair.onward.hidden = !idle;
      if (!isNew) return undefined;
      return own.turn.status === 'working' ? answerIn(own) : other.element;
    },
  };
}

/** @param {Turn} one @param {Turn} other */
function isSamePrompt(one, other) {
  const names = (/** @type {Turn} */ { files }) => files.map(({ name }) => name).join('\n');
  return one.prompt === other.prompt && names(one) === names(other);
}

/** @param {Column} column @returns {HTMLElement} */
function answerIn({ element }) {
  return find(element, ':scope > .answered', HTMLElement);
}

/** @param {Column} column @param {Words} words */
function headOf(column, words) {
  const head = words.fill(clone('column'));
  answerIn(column).prepend(head);
  return head;
}

/** @param {string} text @param {() => void} act */
function onwardButton(text, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = text;
  button.addEventListener('click', act);
  return button;
}

/** The bar of the composer: the model, how much it thinks, the instructions; and what one can begin with. */

import { levelsOf } from '../state/levels.js';
import { modelName } from '../strings.js';
import { find, tell } from './dom.js';

/**
 * @import { Level } from '../state/types.d.ts'
 * @import { Key } from '../strings.js'
 * @import { BarActions, Part } from './types.d.ts'
 */

/** @type {Record<Level, Key>} */
export const LEVELS = {
  '': 'thinkingAsIs',
  off: 'thinkingOff',
  low: 'thinkingLow',
  medium: 'thinkingMedium',
  high: 'thinkingHigh',
};
const STARTERS = /** @type {const} */ (['starterExplain', 'starterReview', 'starterDraft', 'starterDraw']);

/** @param {BarActions} actions @returns {Part} */
export function barView(actions) {
  const model = find(document, '[data-model]', HTMLSelectElement);
  const second = find(document, '[data-second]', HTMLSelectElement);
  const thinking = find(document, '[data-thinking]', HTMLSelectElement);
  const instructions = find(document, '[data-instructions]', HTMLElement);
  const opener = find(document, '[data-opener]', HTMLElement);
  const chosen = find(opener, '[data-chosen]', HTMLElement);
  const starters = find(document, '[data-starters]', HTMLElement);
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
  /** @type {unknown[]} */
  let last = [];
  let turns = 0;
  model.addEventListener('change', () => actions.chooseModel(model.value));
  second.addEventListener('change', () => actions.chooseSecond(second.value));
  thinking.addEventListener('change', () => actions.chooseThinking(/** @type {Level} */ (thinking.value)));

  const unfold = (/** @type {boolean} */ open) => (opener.ariaExpanded = String(open));
  opener.addEventListener('click', () => unfold(opener.ariaExpanded !== 'true'));
  const scroller = find(document, '[data-scroller]', HTMLElement);
  for (const move of ['wheel', 'touchmove'])
    scroller.addEventListener(move, () => unfold(false), { passive: true });

  /** @param {string} text */
  const starter = (text) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet';
    button.textContent = text;
    button.addEventListener('click', () => {
      actions.write(text);
      prompt.focus();
    });
    return button;
  };

  return ({ config, conversation, preferences }, words) => {
    const template = preferences.instructions?.find(({ id }) => id === conversation.instructions);
    const levels = levelsOf(config, conversation.model);
    const models = config?.models ?? [];
    const now = [config, levels.join(), template, words];
    if (now.some((value, index) => value !== last[index])) {
      model.replaceChildren(...models.map((id) => new Option(modelName(id), id)));
      const and = (/** @type {string} */ name) => words.word('andModel', { name });
      const others = models.map((id) => new Option(and(modelName(id).replace('Claude ', '')), id));
      second.replaceChildren(new Option(and('…'), ''), ...others);
      thinking.replaceChildren(...levels.map((level) => new Option(words.word(LEVELS[level]), level)));
      const texts = template?.starters.length ? template.starters : STARTERS.map((key) => words.word(key));
      starters.replaceChildren(...texts.map(starter));
    }
    last = now;
    if (conversation.turns.length !== turns) unfold(false);
    turns = conversation.turns.length;
    model.value = conversation.model;
    model.hidden = !config;
    second.value = conversation.second ?? '';
    second.hidden = models.length < 2;
    thinking.value = conversation.thinking ?? '';
    for (const select of [second, thinking]) select.value ||= ''; // what is not on offer
    thinking.hidden = levels.length < 2;
    const own = template?.name ?? (conversation.system && words.word('ownInstructions'));
    instructions.textContent = own || words.word('instructions');
    const choices = [model, second, thinking].map(({ value, selectedOptions: [one] }) => value && one?.text);
    tell(chosen, [...choices, own].filter(Boolean).join(' · ') || instructions.textContent);
  };
}

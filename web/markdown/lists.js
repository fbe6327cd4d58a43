/** The numbers of a list: as they were written, but for `1. 1. 1.`, which means 1, 2, 3. */

import { element } from './elements.js';

/** @import { Element } from './elements.js' */

/**
 * Leaves a number only to those items that a browser would number otherwise, and the first one's to the list.
 *
 * @param {Element} list whose items have the number that was written
 * @param {Element['last']} [before] what the item before them has, where they go on with a list
 * @returns {Element}
 */
export function numbered(list, before) {
  const [first] = list.children;
  const start = Number(typeof first === 'object' ? first.attributes.value : 1);
  let last = before ?? { shown: start - 1, written: NaN };
  const items = list.children.map((item) => {
    if (typeof item === 'string') return item;
    const { value, ...attributes } = item.attributes;
    const written = Number(value);
    const next = last.shown + 1;
    const same = written === next || written === last.written;
    last = { shown: same ? next : written, written };
    return element(item.tag, item.children, same ? attributes : { ...attributes, value });
  });
  return { ...element('ol', items, { start: start === 1 || before ? undefined : String(start) }), last };
}

/**
 * Keeps the end of the answer in sight while the person is there. After they have scrolled up nothing scrolls, until
 * they send again or ask to be taken back.
 */

import { find, onClick } from './dom.js';

const NEAR_END_PX = 48;

export function createFollower() {
  const scroller = find(document, '[data-scroller]', HTMLElement);
  const toEnd = find(document, '[data-to-end]', HTMLButtonElement);
  let following = true;
  let last = 0;

  const follow = () => {
    if (following) scroller.scrollTop = scroller.scrollHeight;
    else toEnd.hidden = false;
  };
  // The event comes a frame late, when more text may stand below: only a move upwards means that the person has left.
  scroller.addEventListener(
    'scroll',
    () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      following = atEnd || (following && scrollTop >= last);
      last = scrollTop;
      toEnd.hidden = following;
    },
    { passive: true },
  );
  const again = () => {
    following = true;
    toEnd.hidden = true;
    follow();
  };
  onClick(document, '[data-to-end]', again);
  // Pictures, colours and formulas come after the text and make it taller.
  new ResizeObserver(follow).observe(find(document, '[data-turns]', HTMLElement));
  return { again };
}

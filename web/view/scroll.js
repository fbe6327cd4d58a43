/**
 * Keeps the end of the conversation in sight for whoever is there, whatever grows or shrinks: the answer, the message
 * box, a notice, the window. A move upwards ends that at once, however small; it begins again at the end.
 */

import { find, onClick } from './dom.js';

const AT_END_PX = 8;
const UPWARDS = new Set(['ArrowUp', 'PageUp', 'Home']);

export function createFollower() {
  const scroller = find(document, '[data-scroller]', HTMLElement);
  const toEnd = find(document, '[data-to-end]', HTMLButtonElement);
  const turns = find(document, '[data-turns]', HTMLElement);
  let following = false;
  /** @type {{element: Element, top: number} | undefined} */
  let anchor;
  let last = 0; // where it was, by the person or by us
  let touchY = 0;

  const belowPx = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const offerEnd = () => {
    const isNoUse = following || belowPx() <= AT_END_PX;
    if (toEnd.hidden !== isNoUse) toEnd.hidden = isNoUse;
  };
  const turn = (/** @type {boolean} */ on) => {
    if (on === following && !anchor) return; // what is written again is styled again
    following = on;
    anchor = undefined;
    offerEnd();
    // While we hold the end, the browser holds nothing else in place; afterwards it keeps what is read where it is.
    scroller.style.overflowAnchor = on ? 'none' : 'auto';
  };
  const follow = () => {
    if (anchor) scroller.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
    else if (following && turns.hasChildNodes()) scroller.scrollTop = scroller.scrollHeight;
    else return;
    last = scroller.scrollTop;
  };
  const again = () => {
    turn(true);
    follow();
  };
  // The event of a move comes only with the next frame, and what we scroll to until then would undo the move.
  const leave = () => scroller.scrollTop > 0 && turn(false);
  // What begins out of sight is brought there, and the end followed no longer.
  const bring = (/** @type {Element} */ element) => {
    const [{ top }, sight] = [element.getBoundingClientRect(), scroller.getBoundingClientRect()];
    if (top >= sight.top && top < sight.bottom) return;
    turn(false);
    element.scrollIntoView({ behavior: 'instant' });
    last = scroller.scrollTop;
  };
  // An element stays where it is on the screen, until the person scrolls: what is above it gets its height while it is drawn.
  const hold = (/** @type {Element} */ element, /** @type {number} */ top) => {
    turn(false);
    anchor = { element, top };
    scroller.style.overflowAnchor = 'none';
    follow();
  };
  const passive = { passive: true };
  scroller.addEventListener('wheel', ({ deltaY, ctrlKey }) => deltaY < 0 && !ctrlKey && leave(), passive);
  scroller.addEventListener('touchstart', ({ touches }) => (touchY = touches[0]?.clientY ?? 0), passive);
  scroller.addEventListener('touchmove', ({ touches }) => (touches[0]?.clientY ?? 0) > touchY && leave(), passive);
  scroller.addEventListener('look', () => turn(false)); // place.js has something to show
  scroller.addEventListener('keydown', ({ key, shiftKey }) => {
    if (UPWARDS.has(key) || (key === ' ' && shiftKey)) leave();
    if (key === 'End') again(); // what is on the way there gets its height while one passes it
  });
  scroller.addEventListener(
    'scroll',
    () => {
      const { scrollTop } = scroller;
      if (anchor && scrollTop !== last) turn(false);
      // At the very end it was a shrinking page that moved it, not the person.
      if (belowPx() <= (scrollTop < last ? 1 : AT_END_PX)) turn(true);
      else if (scrollTop < last) turn(false);
      offerEnd();
      last = scrollTop;
    },
    passive,
  );
  // Where the message box has nothing to scroll, its keys for that scroll the conversation.
  const prompt = find(document, '#prompt', HTMLTextAreaElement);
  prompt.addEventListener('keydown', (event) => {
    const pages = { PageUp: -0.9, PageDown: 0.9 }[event.key];
    if (!pages || prompt.scrollHeight > prompt.clientHeight) return;
    event.preventDefault();
    if (pages < 0) leave();
    scroller.scrollBy(0, pages * scroller.clientHeight);
  });
  onClick(document, '[data-to-end]', again);
  const resized = new ResizeObserver(() => {
    follow();
    if (!following) offerEnd();
  });
  resized.observe(scroller);
  // Pictures, colours and formulas come after the text and make it taller.
  resized.observe(turns);
  return { again, bring, hold };
}

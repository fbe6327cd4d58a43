/** The browser's storage; where that is blocked (or in a strict private window), one that lasts as long as the page. */

/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} Kept */

/** Of this device, until it is deleted. */
export const device = usable(() => localStorage);

/** Of this tab, until it is closed. */
export const tab = usable(() => sessionStorage);

/** @param {() => Storage} open throws where storage is blocked @returns {Kept} */
function usable(open) {
  try {
    return open();
  } catch {
    /** @type {Map<string, string>} */
    const items = new Map();
    return {
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => void items.set(name, value),
      removeItem: (name) => void items.delete(name),
    };
  }
}

/** A sentence that passes by, with a way to undo what it tells of. */

const SECONDS = 8;

/** @param {import('../state/store.js').Store} store @param {import('../state/store.js').Toast} toast */
export function pass(store, toast) {
  store.set({ toast });
  setTimeout(() => store.state.toast === toast && store.set({ toast: null }), SECONDS * 1000);
}

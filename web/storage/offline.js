/** Installs the service worker (sw.js), with which the page opens without a connection. */

const WORKER = '/sw.js';

/** @param {(id: string) => void} onOpen called with the conversation whose notification the person has chosen */
export async function installWorker(onOpen) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return; // a page without https
  serviceWorker.addEventListener('message', ({ data }) => onOpen(data.open));
  // Where it cannot be installed, the page works as before.
  await serviceWorker.register(trusted(WORKER), { scope: '/' }).catch(() => {});
}

/** As the page's policy asks: this one address, and only once. @param {string} url @returns {string} */
function trusted(url) {
  const { trustedTypes } = /** @type {{trustedTypes?: {createPolicy: Function}}} */ (
    /** @type {unknown} */ (globalThis)
  );
  return trustedTypes?.createPolicy('worker', { createScriptURL: () => WORKER }).createScriptURL(url) ?? url;
}

/**
 * The service worker: without a connection, the page and its history open all the same. With one, it changes nothing: each
 * file comes from the network, and from here only where that fails. The API is never touched.
 *
 * Files are kept whole, by version: those of the next version lie beside these until no page of this one is open.
 */

/** @import { WorkerScope } from './worker.d.ts' */

// infra/page_files.py fills this in: a changed file changes this text, and so the browser installs the new version.
const SHELL = { version: '', folder: '', files: [''] };

const CACHE = `claude-stream-${SHELL.version}`;
const INDEX = '/';
const CONFIG = '/config.json';
const LIBRARIES = `${SHELL.folder}/vendor/`;
const KEPT_AT_ONCE = [INDEX, ...SHELL.files.map((file) => `${SHELL.folder}/${file}`)];
const worker = /** @type {WorkerScope} */ (/** @type {unknown} */ (globalThis));

worker.addEventListener('install', (event) => event.waitUntil(keepShell()));
worker.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  const keptWhenUsed = pathname === CONFIG || pathname.startsWith(LIBRARIES);
  if (keptWhenUsed || KEPT_AT_ONCE.includes(pathname))
    event.respondWith(fromNetwork(request, pathname, keptWhenUsed));
});
worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showInPage(event.notification.tag));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT_AT_ONCE);
  await cache.add(CONFIG).catch(() => {}); // the page says so itself
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

/** @param {Request} request @param {string} path @param {boolean} keep */
async function fromNetwork(request, path, keep) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok && keep) await cache.put(path, response.clone());
    return response.ok ? response : ((await cache.match(path)) ?? response);
  } catch (error) {
    const copy = await cache.match(path);
    if (copy) return copy;
    throw error;
  }
}

/** Shows a conversation in a page that is open, or in a new one. @param {string} id */
async function showInPage(id) {
  const [page] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!page) return void (await worker.clients.openWindow(`/#${id}`));
  page.postMessage({ open: id });
  await page.focus();
}

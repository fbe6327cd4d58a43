// Runs before the first paint, so that nobody sees the other theme flash by. A plain script: modules come later.
(() => {
  const root = document.documentElement;
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem('claude-stream.preferences') ?? '{}');
  } catch {
    // nothing chosen
  }
  /** @typedef {{theme?: string, language?: string, history?: string}} Chosen */
  const { theme = '', language = '', history = '' } = /** @type {Chosen} */ (chosen);
  if (theme) root.dataset.theme = theme;
  root.dataset.history = history;
  root.lang = language || (/^zh\b/.test(navigator.language) ? 'zh-CN' : 'en');
  // main.js asks for the words only once its modules are there.
  const words = document.createElement('link');
  words.rel = 'modulepreload';
  const own = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  words.href = new URL(`strings_${root.lang === 'en' ? 'en' : 'zh'}.js`, own).href;
  document.head.append(words);
})();

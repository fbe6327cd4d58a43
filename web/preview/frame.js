/**
 * Draws what a model wrote, in a frame that has no origin and no network. The headers of this folder say so
 * (infra/security_headers.py), and hold for what is drawn inside it too. It answers through a port, to the page only.
 *
 * A plain script: the server would have to permit modules to a frame of another origin.
 */
(() => {
  /**
   * What no policy covers, as a browser calls a host before it asks any: links that load by themselves, frames that load, and
   * links that are followed, which a click with Ctrl opens in a tab of its own. HTML has one way only to write a name, so it is
   * enough to change it, wherever it stands: to basefont, which is as empty and means nothing, or by a letter that nobody sees.
   * Within a picture parts refer to each other by href="#…", so there it stays; no animation may make something else of it.
   * @type {[RegExp, string][]}
   */
  const SHUT = [
    [/<(?:base|embed|frame|link|meta)(?=[\s/>])/gi, '<basefont'],
    [/<(\/?)(iframe|object)(?=[\s/>])/gi, '<$1x-$2'],
    [/(?<!<(?:use|textpath|\w+gradient|pattern)\s[^<>]{0,300})hr(?=ef)/gi, '$&\u200c'],
    [/hr(?=ef(?![\t\n\f\r ]*=[\t\n\f\r ]*["']?#))/gi, '$&\u200c'],
    [/attribute(?=name(?![\t\n\f\r ]*=[\t\n\f\r ]*["']?(?!href|xlink)[\w-]+["'\s/>]))/gi, '$&\u200c'],
  ];

  /** Before the rest, so that it holds: no host is looked up. And a link that leads nowhere still looks like one. */
  const HEAD =
    '<!doctype html><meta http-equiv="x-dns-prefetch-control" content="off">' +
    '<style>a { color: LinkText; text-decoration: underline; cursor: pointer }</style>';

  /** Shows HTML where not even a script of ours could run. @param {string} html */
  function showHtml(html) {
    const inner = document.createElement('iframe');
    inner.setAttribute('sandbox', '');
    inner.title = document.title;
    inner.srcdoc = HEAD + SHUT.reduce((text, [name, other]) => text.replace(name, other), html);
    document.body.append(inner);
  }

  /** Runs Mermaid, which the page has loaded: nothing that this frame loads is kept for the next. @param {Blob} code */
  function loadMermaid(code) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.addEventListener('load', resolve);
      script.addEventListener('error', reject);
      script.src = URL.createObjectURL(code);
      document.head.append(script);
    });
  }

  /** @param {Blob} code @param {string} text of the diagram @param {boolean} dark @returns {Promise<string>} SVG, as XML */
  async function diagramAsSvg(code, text, dark) {
    await loadMermaid(code);
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      htmlLabels: false,
      fontFamily: 'system-ui, sans-serif',
      theme: dark ? 'dark' : 'default',
      // what a diagram may not set itself
      secure: [
        'secure',
        'securityLevel',
        'startOnLoad',
        'maxTextSize',
        'maxEdges',
        'suppressErrorRendering',
        'themeCSS',
        'htmlLabels',
      ],
    });
    const place = document.body.appendChild(document.createElement('pre'));
    place.textContent = text;
    await mermaid.run({ nodes: [place] });
    const svg = place.querySelector('svg');
    if (!svg) throw new Error('Mermaid has drawn nothing');
    // as large as it is drawn, not as wide as its place
    const { width, height } = svg.viewBox.baseVal;
    svg.setAttribute('width', String(width));
    svg.setAttribute('height', String(height));
    return new XMLSerializer().serializeToString(svg);
  }

  addEventListener('message', async ({ data, ports }) => {
    const [port] = ports;
    if (!port) return;
    port.postMessage('received');
    try {
      if (typeof data.html === 'string') port.postMessage(showHtml(data.html));
      else port.postMessage(await diagramAsSvg(data.code, data.text, data.dark));
    } catch {
      port.postMessage(null);
    }
  });
})();

/** Markdown that is still being written: what it becomes, whole and at every cut. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CASES, EXPLAINED, LONG, MEANT } from './markdown_cases.js';
import { highlight, read } from '../../web/markdown/highlight.js';
import { formula } from '../../web/markdown/math.js';
import { createMarkdown } from '../../web/markdown/stream.js';

/** @typedef {import('../../web/markdown/elements.js').Node} Node */

/** @param {Node} node @returns {string} */
function written(node) {
  if (typeof node === 'string') return node.replaceAll('<', '&lt;');
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
  return `<${node.tag}${attributes}>${node.children.map(written).join('')}</${node.tag}>`;
}

/** Only the words. @param {Node} node @returns {string} */
const said = (node) => (typeof node === 'string' ? node : node.children.map(said).join(''));

/** @param {string} text */
const whole = (text) => createMarkdown()(text, true).settled.map(written).join('');

/** @param {string} text what it looks like while `text` is all that has come */
function soFar(text) {
  const { settled, open } = createMarkdown()(text, false);
  return [...settled, ...open].map(written).join('');
}

/** @param {ReturnType<typeof createMarkdown>} parse @param {string} text as the view does it */
function atTheEnd(parse, text) {
  const { settled, outdated } = parse(text, true);
  return outdated ? whole(text) : settled.map(written).join('');
}

test('Markdown becomes allowed elements', () => {
  for (const [text = '', expected] of [...CASES, ...MEANT]) assert.equal(whole(text), expected, text);
});

test('an answer ends the same however it was cut', () => {
  const all = [...CASES, ...MEANT].map(([source = '']) => source);
  for (const text of [...all, ...EXPLAINED, `${all.join('\n\n')}\n\nEnd.`]) {
    for (const size of [1, 2, 3, 7, 50]) {
      const parse = createMarkdown();
      for (let end = size; end < text.length; end += size) parse(text.slice(0, end), false);
      assert.equal(atTheEnd(parse, text), whole(text), `${text} in pieces of ${size}`);
    }
  }
});

test('a block that is long ends the same however it was cut', () => {
  for (const text of LONG) {
    for (const size of [47, 333]) {
      const parse = createMarkdown();
      for (let end = size; end < text.length; end += size) parse(text.slice(0, end), false);
      assert.equal(atTheEnd(parse, text), whole(text), `${text.slice(0, 60)} in pieces of ${size}`);
    }
  }
});

test('an answer is redrawn at its end only where that changes something', () => {
  const outdated = (/** @type {string} */ text) => {
    const parse = createMarkdown();
    for (let end = 1; end < text.length; end++) parse(text.slice(0, end), false);
    return parse(text, true).outdated;
  };
  assert.ok(outdated(EXPLAINED[0] ?? ''));
  for (const [text = ''] of [...CASES, ...MEANT])
    assert.ok(!outdated(`${text}\n\nEnd.`) || text.startsWith('[a][1]') || text.includes('[^n]'), text);
});

test('the address of a link is its whole address, however it was cut', () => {
  const text = '[1]: https://example.com/whole\n\n[docs][1] end';
  for (let cut = 1; cut < text.length; cut++) {
    const parse = createMarkdown();
    parse(text.slice(0, cut), false);
    assert.equal(
      atTheEnd(parse, text),
      '<p><a href="https://example.com/whole">docs</a> end</p>',
      text.slice(0, cut),
    );
  }
});

test('what is settled stays, and is what comes out in the end', () => {
  const text = CASES.slice(0, 12)
    .map(([source]) => source)
    .join('\n\n');
  const end = createMarkdown()(text, true).settled.map(written);
  const parse = createMarkdown();
  for (let length = 1; length < text.length; length++) {
    const { settled } = parse(text.slice(0, length), false);
    assert.deepEqual(settled.map(written), end.slice(0, settled.length), JSON.stringify(text.slice(0, length)));
  }
});

test('what is half open already looks finished', () => {
  assert.equal(soFar('so **bol'), '<p>so <strong>bol</strong></p>');
  assert.equal(soFar('so `cod'), '<p>so <code>cod</code></p>');
  assert.equal(soFar('see [the doc'), '<p>see the doc</p>');
  assert.equal(soFar('see [the docs](https://exa'), '<p>see the docs</p>');
  assert.equal(soFar('[https://x.y](https://exa'), '<p><a href="https://x.y/">https://x.y</a></p>');
  assert.equal(soFar('a\n\n```py\nx = **1'), '<p>a</p><code-block language="py">x = **1</code-block>');
  assert.match(soFar('| step | ti'), /^<wide><table><thead><tr><th>step<\/th><th>ti<\/th>/);
  assert.match(soFar('| a | b |\n|--'), /^<wide><table>/);
  assert.match(soFar('a\n| b | c |\n|--'), /^<p>a<\/p><wide><table>.*<th>c<\/th>/);
  assert.match(soFar('- a\n  | b | c\\'), /^<ul><li>a<wide><table>.*<th>c<\/th>/);
  assert.match(soFar('> | a |\n> |'), /^<blockquote><wide><table>/);
  assert.equal(soFar('| a |\n| b |\n| c'), '<p>| a |<br></br>| b |<br></br>| c</p>');
  assert.equal(soFar('***b*'), '<p><em><strong>b</strong></em></p>');
  assert.equal(soFar('**b *c* d*'), '<p><strong>b <em>c</em> d</strong></p>');
  assert.equal(soFar('H<sub>2'), '<p>H<sub>2</sub></p>');
  assert.equal(soFar('**<u>a <mark>b'), '<p><strong><u>a <mark>b</mark></u></strong></p>');
  assert.equal(soFar('so \\[x_1 * y_1'), '<p>so <formula display="block">\\[x_1 * y_1</formula></p>');
  assert.equal(soFar('$$\nx\n+ y'), '<p><formula display="block">$$\nx\n+ y</formula></p>');
  assert.match(soFar('| a | b |\n|-|-|\n| $P(x|y'), /<td>\$P\(x\|y<\/td><td><\/td>/);
  assert.match(soFar('| a | b |\n|-|-|\n| `x|y'), /<td><code>x\|y<\/code><\/td><td><\/td>/);
});

test('of what is half written no sign shows that the next one takes away', () => {
  const texts = [
    'a ***b* c** d ~~e~~ `f` ``g h`` [i](https://x.y "z") ![j](https://x.y) <sub>k</sub> <!-- l --> &eacute; [^1] m',
    '<mark style="a">b</mark> c<br />d',
    '![z](https://x.y) **[a](https://x.y)** *[`c`](https://x.y)*',
    '[1]: https://x.y\n\nb [b][1] c [1] d',
    '- [x] **a**\n- [ ] _b_\n\n1. `c`\n\n> ~~d~~',
    '# **a**\n\n| **b** | `c|d` |\n|--|--|\n| [e](https://x.y) | *f* |',
    '中文**重点**和`代码`，~~删~~[链接](https://x.y)',
    '```md\n```\n```\n\na',
  ];
  for (const text of texts) {
    for (let end = 1; end <= text.length; end++) {
      const shown = soFar(text.slice(0, end)).replaceAll(/<code-block.*?<\/code-block>|<\/?[\w-]+[^>]*>/gs, '');
      assert.doesNotMatch(shown.replaceAll('[1]', ''), /[*_~`[\]<&]|https|--/, JSON.stringify(text.slice(0, end)));
    }
  }
});

test('a line that has only begun waits until it is known what it is', () => {
  for (const begun of ['-', '#', '1', '1.', '```', '>', '**', '|'])
    assert.equal(soFar(`a\n\n${begun}`), '<p>a</p>', begun);
  assert.equal(soFar('1. a\n2'), '<ol><li>a</li></ol>');
});

test('inside a fence nothing is completed', () => {
  assert.equal(soFar('```\n**a'), '<code-block>**a</code-block>');
  assert.equal(soFar('~~~\n-'), '<code-block>-</code-block>');
  assert.equal(soFar('- ```py\n  `x'), '<ul><li><code-block language="py">`x</code-block></li></ul>');
  assert.equal(soFar('```\n| a | b'), '<code-block>| a | b</code-block>');
  assert.equal(soFar('```\n\n| a | b |'), '<code-block>\n| a | b |</code-block>');
});

test('a fence is shown from its first line of code on, and not while it closes', () => {
  assert.equal(soFar('a\n\n```pyth'), '<p>a</p>');
  assert.equal(soFar('```py\nx\n``'), '<code-block language="py">x</code-block>');
  assert.equal(soFar('> ```py\n> x\n> `'), '<blockquote><code-block language="py">x</code-block></blockquote>');
  assert.equal(soFar('- ```\n  x\n  ``'), '<ul><li><code-block>x</code-block></li></ul>');
  assert.equal(soFar('```py\nx\n```'), '<code-block language="py">x</code-block>');
  assert.equal(soFar('```md\n```py\nx\n```'), '<code-block language="md">```py\nx\n```</code-block>');
});

test('nesting without end is shown as text and does not exhaust the parser', () => {
  for (const nested of [
    '>'.repeat(20_000),
    '- '.repeat(20_000),
    '*'.repeat(20_000),
    '['.repeat(20_000),
    '<b>'.repeat(5_000),
    '<sub>'.repeat(5_000),
    '*a **'.repeat(5_000),
    '$$a\n'.repeat(5_001),
    '\\[a\n'.repeat(5_000),
  ]) {
    const text = createMarkdown()(`${nested}x`, true).settled.map(said).join('');
    const missing = `${nested}x`.replaceAll(/[\s\\]/g, '').length - text.replaceAll(/[\s\\]/g, '').length;
    assert.ok(missing <= 40 && text.endsWith('x'), `${missing} of ${nested.slice(0, 5)}…`); // they are quotes and items
    soFar(nested);
  }
});

test('coloured code says what the code says', async () => {
  const codes = {
    python: 'print("<b>&amp;", \'x\')  # é',
    html: '<a href="&quot;">&lt;</a>',
    'c++': 'std::vector<int> a = {1};',
    json: '{"a": [1, null]}',
    powershell: 'Get-Item -Path "x"',
    dart: 'final int a = 1;',
    nginx: 'server { listen 80; }',
    http: 'GET / HTTP/1.1',
  };
  for (const [language, code] of Object.entries(codes)) {
    const nodes = (await highlight(code, language)) ?? [];
    assert.equal(nodes.map(said).join(''), code);
    assert.ok(
      nodes.some((node) => typeof node !== 'string'),
      language,
    );
  }
  for (const unknown of ['nolanguage', 'hcl', '__proto__', 'constructor'])
    assert.equal(await highlight('x', unknown), undefined);
});

test("of a highlighter's markup only spans are read", () => {
  const nodes = read('<span class="hljs-a">x<span class="on load">y</span></span><img src=x>&lt;</span>');
  assert.equal(
    nodes.map(written).join(''),
    '<span class="hljs-a">x<span>y</span></span>&lt;img src=x>&lt;&lt;/span>',
  );
});

test('a formula becomes MathML without links, and stays as it was where it is none', async () => {
  assert.match(written((await formula('$$\\frac{1}{2}$$', true)) ?? ''), /^<math display="block".*<mfrac>/);
  for (const tex of ['\\href{javascript:x}{y}', '\\frac{1', '\\includegraphics{x}', '\\url{https://x}']) {
    const node = await formula(`$${tex}$`, false);
    assert.ok(!node || !/href|src|style|annotation/.test(written(node)), tex);
  }
  for (const broken of ['$\\frac{1}{2$', '\\[x', '$$x'])
    assert.equal(await formula(broken, true), undefined, broken);
});

test('equations have their numbers, and chemistry is drawn', async () => {
  const drawn = async (/** @type {string} */ tex) => said((await formula(tex, true)) ?? '');
  assert.match(await drawn('$$\\begin{aligned}a\\tag{1}\\end{aligned}$$'), /a\(1\)/);
  assert.match(await drawn('\\[\\begin{gathered}a\\tag{1}\\\\b\\tag{2}\\end{gathered}\\]'), /a\(1\)b\(2\)/);
  assert.match(await drawn('$$x=1\\tag{3}$$'), /x=1\(3\)/);
  assert.match(await drawn('\\(\\ce{2H2 + O2 -> 2H2O}\\)'), /H2\+O2→.*H2O/s);
  assert.match(await drawn('$\\pu{9.8 m//s2}$'), /9\.8/);
});

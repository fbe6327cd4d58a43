/** Markdown that is still being written: what it becomes, whole and at every cut. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { highlight, read } from '../../web/markdown/highlight.js';
import { formula } from '../../web/markdown/math.js';
import { complete } from '../../web/markdown/complete.js';
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

// oxfmt-ignore
const CASES = [
  ['plain *em* **strong** ~~del~~ `code`', '<p>plain <em>em</em> <strong>strong</strong> <del>del</del> <code>code</code></p>'],
  ['snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>'],
  ['# One\n\n### Two\n\n# Three', '<h3>One</h3><h4>Two</h4><h3>Three</h3>'],
  ['a [link](https://x.y/a_b "t") https://z.z', '<p>a <a href="https://x.y/a_b">link</a> <a href="https://z.z/">https://z.z</a></p>'],
  ['[up](/path) [j](javascript:x)', '<p><span>up</span> <span>j</span></p>'],
  ['![alt](https://x.y/p.png)', '<p><a href="https://x.y/p.png">🖼 alt</a></p>'],
  ['3. a\n4. b\n   - c', '<ol start="3"><li>a</li><li>b<ul><li>c</li></ul></li></ol>'],
  ['- [x] done\n- [ ] not', '<ul><li class="done"><span class="task">☑ </span>done</li><li class="task"><span class="task">☐ </span>not</li></ul>'],
  ['> quote\n> **b**', '<blockquote><p>quote\n<strong>b</strong></p></blockquote>'],
  ['```py\na < b\n```', '<code-block language="py">a &lt; b</code-block>'],
  ['|a|b|\n|:-:|-|\n|1<br>2|`x`|', '<wide><table><thead><tr><th align="center">a</th><th>b</th></tr></thead><tbody><tr><td align="center">1<br></br>2</td><td><code>x</code></td></tr></tbody></table></wide>'],
  ['<b onclick=x>bold</b> &amp; &copy; &#x41;', '<p>&lt;b onclick=x>bold&lt;/b> & © A</p>'],
  ['costs $5 or $6, $x^2$ and \\(y\\)', '<p>costs $5 or $6, <formula display="inline">x^2</formula> and <formula display="inline">y</formula></p>'],
  ['$$\nx\n$$\n\n\\[\ny\n\\]', '<p><formula display="block">x</formula></p><p><formula display="block">y</formula></p>'],
  ['[a][1]\n\n[1]: https://x.y', '<p><a href="https://x.y/">a</a></p>'],
  ['a\n\n---\n\nb', '<p>a</p><hr></hr><p>b</p>'],
  ['- [ ] a\n\n- [x] b', '<ul><li class="task"><span class="task">☐ </span><p>a</p></li><li class="done"><span class="task">☑ </span><p>b</p></li></ul>'],
  ['[![alt](https://x.y/p.png)](https://x.y/)', '<p><a href="https://x.y/"><span>🖼 alt</span></a></p>'],
  ['他说**“你好”**然后**安全（重要）**事项', '<p>他说<strong>“你好”</strong>然后<strong>安全（重要）</strong>事项</p>'],
  [`a\n\n${'-'.repeat(60)}\n\n**b**`, '<p>a</p><hr></hr><p><strong>b</strong></p>'],
  [`\`\`\`\n${'>'.repeat(40)}\n+${'-'.repeat(40)}+\n\`\`\``, `<code-block>${'>'.repeat(40)}\n+${'-'.repeat(40)}+</code-block>`],
  [`a\n\n${'>'.repeat(40)} b\nc`, `<p>a</p><code-block>${'>'.repeat(40)} b</code-block><p>c</p>`],
  ['设$x$和$$y$$是', '<p>设<formula display="inline">x</formula>和<formula display="inline">y</formula>是</p>'],
  ['costs $5, set `$PATH` and `$HOME`', '<p>costs $5, set <code>$PATH</code> and <code>$HOME</code></p>'],
  ['**Basic** $10 per month, **Pro** US$ 20, $HOME/$USER, US$5 (US$)', '<p><strong>Basic</strong> $10 per month, <strong>Pro</strong> US$ 20, $HOME/$USER, US$5 (US$)</p>'],
  ['$2 \\times 3$', '<p><formula display="inline">2 \\times 3</formula></p>'],
];

/** Texts whose link definitions are above, below and between the links. */
const EXPLAINED = [
  '[docs][1] and [more][2]\n\nbetween\n\n[1]: https://example.com/a\n[2]: https://example.com/b',
  'a\n\n[1]: https://example.com\n[1]: https://example.org\n\n[docs][1]',
  '[Note]: This is important.',
];

/** @param {ReturnType<typeof createMarkdown>} parse @param {string} text as the view does it */
function atTheEnd(parse, text) {
  const { settled, outdated } = parse(text, true);
  return outdated ? whole(text) : settled.map(written).join('');
}

test('Markdown becomes allowed elements', () => {
  for (const [text = '', expected] of CASES) assert.equal(whole(text), expected, text);
});

test('an answer ends the same however it was cut', () => {
  const all = CASES.map(([source]) => source);
  for (const text of [...all, ...EXPLAINED, `${all.join('\n\n')}\n\nEnd.`]) {
    for (const size of [1, 2, 3, 7, 50]) {
      const parse = createMarkdown();
      for (let end = size; end < text.length; end += size) parse(text.slice(0, end), false);
      assert.equal(atTheEnd(parse, text), whole(text), `${text} in pieces of ${size}`);
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
  for (const [text = ''] of CASES) assert.ok(!outdated(`${text}\n\nEnd.`) || text.startsWith('[a][1]'), text);
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
  assert.equal(soFar('a\n\n```py\nx = **1'), '<p>a</p><code-block language="py">x = **1</code-block>');
  assert.match(soFar('| step | ti'), /^<wide><table><thead><tr><th>step<\/th><th>ti<\/th>/);
  assert.match(soFar('| a | b |\n|--'), /^<wide><table>/);
});

test('a line that has only begun waits until it is known what it is', () => {
  for (const begun of ['-', '#', '1', '1.', '```', '>', '**', '|'])
    assert.equal(soFar(`a\n\n${begun}`), '<p>a</p>', begun);
  assert.equal(soFar('1. a\n2'), '<ol><li>a</li></ol>');
});

test('inside a fence nothing is completed', () => {
  assert.equal(complete('```\n**a'), '```\n**a');
  assert.equal(complete('~~~\n-'), '~~~\n-');
  assert.equal(complete('- ```py\n  `x'), '- ```py\n  `x');
});

test('a fence is shown from its first line of code on, and not while it closes', () => {
  assert.equal(soFar('a\n\n```pyth'), '<p>a</p>');
  assert.equal(soFar('```py\nx\n``'), '<code-block language="py">x</code-block>');
  assert.equal(soFar('```py\nx\n```'), '<code-block language="py">x</code-block>');
});

test('nesting without end is shown as text and does not exhaust the parser', () => {
  for (const nested of [
    '>'.repeat(20_000),
    '- '.repeat(20_000),
    '*'.repeat(20_000),
    '['.repeat(20_000),
    '<b>'.repeat(5_000),
    '$$a\n'.repeat(5_000),
  ]) {
    const text = createMarkdown()(`${nested}x`, true).settled.map(said).join('');
    assert.equal(text.replaceAll('\n', ''), `${nested}x`.replaceAll('\n', ''), nested.slice(0, 3));
    soFar(nested);
  }
});

test('what opens a formula is searched for its end 5000 characters far', () => {
  for (const [open, close] of [
    ['$$', '$$'],
    ['\\[', '\\]'],
  ]) {
    const formulaOf = (/** @type {number} */ length) => whole(`${open}\n${'x'.repeat(length - 2)}\n${close}`);
    assert.match(formulaOf(5000), /<formula/);
    assert.doesNotMatch(formulaOf(5001), /<formula/);
  }
});

test('coloured code says what the code says', async () => {
  const codes = {
    python: 'print("<b>&amp;", \'x\')  # é',
    html: '<a href="&quot;">&lt;</a>',
    'c++': 'std::vector<int> a = {1};',
    json: '{"a": [1, null]}',
  };
  for (const [language, code] of Object.entries(codes)) {
    const nodes = (await highlight(code, language)) ?? [];
    assert.equal(nodes.map(said).join(''), code);
    assert.ok(
      nodes.some((node) => typeof node !== 'string'),
      language,
    );
  }
  assert.equal(await highlight('x', 'nolanguage'), undefined);
});

test("of a highlighter's markup only spans are read", () => {
  const nodes = read('<span class="hljs-a">x<span class="on load">y</span></span><img src=x>&lt;</span>');
  assert.equal(
    nodes.map(written).join(''),
    '<span class="hljs-a">x<span>y</span></span>&lt;img src=x>&lt;&lt;/span>',
  );
});

test('a formula becomes MathML without links, and stays as it was where it is none', () => {
  assert.match(written(formula('\\frac{1}{2}', true) ?? ''), /^<math display="block".*<mfrac>/);
  for (const tex of ['\\href{javascript:x}{y}', '\\frac{1', '\\includegraphics{x}', '\\url{https://x}']) {
    const node = formula(tex, false);
    assert.ok(!node || !/href|src|style|annotation/.test(written(node)), tex);
  }
});

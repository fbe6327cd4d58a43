/** Markdown, and the elements that it becomes. */

// oxfmt-ignore
export const CASES = [
  ['plain *em* **strong** ~~del~~ `code`', '<p>plain <em>em</em> <strong>strong</strong> <del>del</del> <code>code</code></p>'],
  ['snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>'],
  ['# One\n\n### Two\n\n# Three', '<h3>One</h3><h4>Two</h4><h3>Three</h3>'],
  ['a [link](https://x.y/a_b "t") https://z.z', '<p>a <a href="https://x.y/a_b">link</a> <a href="https://z.z/">https://z.z</a></p>'],
  ['[up](/path) [j](javascript:x)', '<p><span>up</span> <span>j</span></p>'],
  ['![alt](https://x.y/p.png)', '<p><a href="https://x.y/p.png">🖼 alt</a></p>'],
  ['3. a\n4. b\n   - c', '<ol start="3"><li>a</li><li>b<ul><li>c</li></ul></li></ol>'],
  ['- [x] done\n- [ ] not', '<ul><li class="done"><span class="task">☑ </span>done</li><li class="task"><span class="task">☐ </span>not</li></ul>'],
  ['> quote\n> **b**', '<blockquote><p>quote<br></br><strong>b</strong></p></blockquote>'],
  ['```py\na < b\n```', '<code-block language="py">a &lt; b</code-block>'],
  ['|a|b|\n|:-:|-|\n|1<br>2|`x`|', '<wide><table><thead><tr><th align="center">a</th><th>b</th></tr></thead><tbody><tr><td align="center">1<br></br>2</td><td><code>x</code></td></tr></tbody></table></wide>'],
  ['<b onclick=x>bold</b> &amp; &copy; &#x41;', '<p>&lt;b onclick=x>bold&lt;/b> & © A</p>'],
  ['costs $5 or $6, $x^2$ and \\(y\\)', '<p>costs $5 or $6, <formula display="inline">$x^2$</formula> and <formula display="inline">\\(y\\)</formula></p>'],
  ['$$\nx\n$$\n\n\\[\ny\n\\]', '<p><formula display="block">$$\nx\n$$</formula></p><p><formula display="block">\\[\ny\n\\]</formula></p>'],
  ['[a][1]\n\n[1]: https://x.y', '<p><a href="https://x.y/">a</a></p>'],
  ['<https://x.y/ä> <me@x.y> <javascript:x>', '<p><a href="https://x.y/%C3%A4">https://x.y/ä</a> <a href="mailto:me@x.y">me@x.y</a> <span>javascript:x</span></p>'],
  ['a\n\n---\n\nb', '<p>a</p><hr></hr><p>b</p>'],
  ['- [ ] a\n\n- [x] b', '<ul><li class="task"><span class="task">☐ </span><p>a</p></li><li class="done"><span class="task">☑ </span><p>b</p></li></ul>'],
  ['[![alt](https://x.y/p.png)](https://x.y/)', '<p><a href="https://x.y/"><span>🖼 alt</span></a></p>'],
  ['他说**“你好”**然后**安全（重要）**事项', '<p>他说<strong>“你好”</strong>然后<strong>安全（重要）</strong>事项</p>'],
  [`a\n\n${'-'.repeat(60)}\n\n**b**`, '<p>a</p><hr></hr><p><strong>b</strong></p>'],
  [`\`\`\`\n${'>'.repeat(40)}\n+${'-'.repeat(40)}+\n\`\`\``, `<code-block>${'>'.repeat(40)}\n+${'-'.repeat(40)}+</code-block>`],
  ['设$x$和$$y$$是', '<p>设<formula display="inline">$x$</formula>和<formula display="inline">$$y$$</formula>是</p>'],
  ['costs $5, set `$PATH` and `$HOME`', '<p>costs $5, set <code>$PATH</code> and <code>$HOME</code></p>'],
  ['**Basic** $10 per month, **Pro** US$ 20, $HOME/$USER, US$5 (US$)', '<p><strong>Basic</strong> $10 per month, <strong>Pro</strong> US$ 20, $HOME/$USER, US$5 (US$)</p>'],
  ['$2 \\times 3$', '<p><formula display="inline">$2 \\times 3$</formula></p>'],
];

/** What its writer meant, where CommonMark says something else, or nothing. */
// oxfmt-ignore
export const MEANT = [
  ['3~5次，每次2~3片，~~删~~', '<p>3~5次，每次2~3片，<del>删</del></p>'],
  ['~/a and ~/b, H~2~O', '<p>~/a and ~/b, H~2~O</p>'],
  ['见https://e.com/a，后面', '<p>见<a href="https://e.com/a">https://e.com/a</a>，后面</p>'],
  ['（见 https://e.com/wiki/北京。）“http://e.com/b”', '<p>（见 <a href="https://e.com/wiki/%E5%8C%97%E4%BA%AC">https://e.com/wiki/北京</a>。）“<a href="http://e.com/b">http://e.com/b</a>”</p>'],
  ['(https://e.com/a_(b)), **https://e.com/c_d**. www.e.com; me@e.com', '<p>(<a href="https://e.com/a_(b)">https://e.com/a_(b)</a>), <strong><a href="https://e.com/c_d">https://e.com/c_d</a></strong>. <a href="http://www.e.com/">www.e.com</a>; <a href="mailto:me@e.com">me@e.com</a></p>'],
  ['see main.py, std::move and a:b', '<p>see main.py, std::move and a:b</p>'],
  ['a\nb\n\n- c\n  d\n- 一\n  二\n\n> e\n> f', '<p>a<br></br>b</p><ul><li>c<br></br>d</li><li>一<br></br>二</li></ul><blockquote><p>e<br></br>f</p></blockquote>'],
  ['```md\n```py\nx\n```\n```\nafter', '<code-block language="md">```py\nx\n```</code-block><p>after</p>'],
  ['~~~markdown\n# T\n~~~sh\na\n~~~\n\n~~~js\nb\n~~~\n~~~\nafter', '<code-block language="markdown"># T\n~~~sh\na\n~~~\n\n~~~js\nb\n~~~</code-block><p>after</p>'],
  ['- ```md\n  ```py\n  x\n  ```\n  ```\n- b', '<ul><li><code-block language="md">```py\nx\n```</code-block></li><li>b</li></ul>'],
  ['```md\n```py\nx\n```\nafter', '<code-block language="md">```py\nx</code-block><p>after</p>'],
  ['so \\[x=1\\] holds\n\n2. a \\[ z \\]\n3. b \\( z \\) c', '<p>so <formula display="block">\\[x=1\\]</formula> holds</p><ol start="2"><li>a <formula display="block">\\[ z \\]</formula></li><li>b <formula display="inline">\\( z \\)</formula> c</li></ol>'],
  ['- a\n  \\[\n  x\n  + y\n  \\]\n- b', '<ul><li>a<p><formula display="block">\\[\nx\n+ y\n\\]</formula></p></li><li>b</li></ul>'],
  ['v is $$\nx=1\n$$ as.\n\nNext.\n\nEnd $$y$$', '<p>v is <formula display="block">$$\nx=1\n$$</formula> as.</p><p>Next.</p><p>End <formula display="inline">$$y$$</formula></p>'],
  ['a $$\nx\n$$\nb $$\ny\n$$\n$$\nz\n$$', '<p>a <formula display="block">$$\nx\n$$</formula><br></br>b <formula display="block">$$\ny\n$$</formula></p><p><formula display="block">$$\nz\n$$</formula></p>'],
  ['$$\nx\n\ny\n$$\n\n\\[ a\n\nb \\]', '<p>$$<br></br>x</p><p>y<br></br>$$</p><p>[ a</p><p>b ]</p>'],
  ['\\[link\\](x), `\\[a\\]` and \\\\(b\\\\)', '<p>[link](x), <code>\\[a\\]</code> and \\(b\\)</p>'],
  ['the $n$th, the $x_i$s, $k$-th and $A$B', '<p>the <formula display="inline">$n$</formula>th, the <formula display="inline">$x_i$</formula>s, <formula display="inline">$k$</formula>-th and $A$B</p>'],
  ['$\\frac{1}{2$ x', '<p><formula display="inline">$\\frac{1}{2$</formula> x</p>'],
  ['1. a\n3. b\n4. c\n\n   d\n10. e', '<ol><li><p>a</p></li><li value="3"><p>b</p></li><li><p>c</p><p>d</p></li><li value="10"><p>e</p></li></ol>'],
  ['3. a\n2. b\n1. c', '<ol start="3"><li>a</li><li value="2">b</li><li value="1">c</li></ol>'],
  ['1. a\n1. b\n1. c', '<ol><li>a</li><li>b</li><li>c</li></ol>'],
  ['- [x] a\n  - [ ] b\n- [ ] `c`\n- [d]', '<ul><li class="done"><span class="task">☑ </span>a<ul><li class="task"><span class="task">☐ </span>b</li></ul></li><li class="task"><span class="task">☐ </span><code>c</code></li><li>[d]</li></ul>'],
  ['f[^1] g[^n]\n\n[^1]: note **b**\n[^n]: two\nlines', '<p>f<sup>1</sup> g<sup>n</sup></p><p><sup>1</sup> note <strong>b</strong></p><p><sup>n</sup> two<br></br>lines</p>'],
  ['not [^a-z] one', '<p>not [^a-z] one</p>'],
  ['| a | b |\n|-|-|\n| `x|y` | keep |\n| ``a`|b`` | `c\\|d` |', '<wide><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><code>x|y</code></td><td>keep</td></tr><tr><td><code>a`|b</code></td><td><code>c|d</code></td></tr></tbody></table></wide>'],
  ['H<sub>2</sub>O <kbd>Esc</kbd> &eacute; <!-- x --> x<sup>2*n*</sup> <u>u</u> <mark>m</mark>', '<p>H<sub>2</sub>O <kbd>Esc</kbd> é  x<sup>2<em>n</em></sup> <u>u</u> <mark>m</mark></p>'],
  ['<sub>a <u>b</sub> </kbd> <sub onclick=x>c</sub> *<sup>d*</sup>', '<p><sub>a &lt;u>b</sub> &lt;/kbd> &lt;sub onclick=x>c&lt;/sub> <em>&lt;sup>d</em>&lt;/sup></p>'],
  ['a\n\n<!-- b\n\n*c* -->\n\nd <!-- e', '<p>a</p><p>d &lt;!-- e</p>'],
  ['&Eacute;&nbsp;&Omega;&rarr;&unknown;&#169;', '<p>É\u00a0Ω→&unknown;©</p>'],
  ['```{python}\nx\n```\n```js:file\nx\n```\n```{.r, echo=FALSE}\nx\n```\n```ts title="a"\nx\n```\n```c++\nx\n```', '<code-block language="python">x</code-block><code-block language="js">x</code-block><code-block language="r">x</code-block><code-block language="ts">x</code-block><code-block language="c++">x</code-block>'],
];

/** Texts whose link definitions are above, below and between the links. */
export const EXPLAINED = [
  '[docs][1] and [more][2]\n\nbetween\n\n[1]: https://example.com/a\n[2]: https://example.com/b',
  'a\n\n[1]: https://example.com\n[1]: https://example.org\n\n[docs][1]',
  '[Note]: This is important.',
];

/** One block each, longer than what is parsed with each piece. */
export const LONG = [
  'Some *words*, `code`, $x$ and [a link](https://x.y) in a [1] sentence, which costs $5 or so. '.repeat(40),
  '一段很长的文字，没有空格，只有**标点**。'.repeat(150),
  'A line of a *poem*\nand another one, ([1]).\n'.repeat(100),
  `never *closed ${'and on it goes. '.repeat(200)}`,
  `${'A long title, over and over. '.repeat(100)}\n===`,
  `| a | b |\n|:-|-|\n${'| *c* | `d|e` |\n'.repeat(200)}`,
  `\`\`\`py\n${'x = 1\n\n\n'.repeat(300)}\`\`\`\nafter`,
  `  ~~~\n${'  x = 1\n\n'.repeat(300)}`,
  Array.from({ length: 200 }, (_, at) => `${at + 1}. item *${at}*\n   - [x] nested`).join('\n'),
  Array.from({ length: 200 }, (_, at) => `${at < 100 ? 1 : at}. item`).join('\n'),
  `${'- item\n'.repeat(200)}\n- after an empty line`,
  `${'* item\n\n  more\n\n'.repeat(150)}\nEnd.`,
  `${'- item\n'.repeat(200)}- - -\n\n[^1]: a`,
  `${'- item [a][1]\n'.repeat(200)}\n  [1]: https://x.y\n- end`,
];

/**
 * Code -> coloured spans. Loaded when the first code block comes, each language when it first occurs.
 *
 * highlight.js gives markup: spans with a class and escaped text, nothing else. It is read here by hand, so that no
 * browser ever parses it as HTML; anything of another form stays text.
 */

import highlighter from '../vendor/highlight.js/core.js';
import { element, joinTexts } from './elements.js';

/** @import { Node } from './elements.js' */

const LANGUAGES = new Set(
  (
    'bash c cmake cpp csharp css dart diff dockerfile elixir go graphql groovy haskell http ini java javascript json ' +
    'julia kotlin latex less lua makefile markdown matlab nginx objectivec perl php powershell protobuf python r ruby rust ' +
    'scala scss sql swift typescript xml yaml'
  ).split(' '),
);
// oxfmt-ignore
const ALIASES = new Map(Object.entries({
  sh: 'bash', ps1: 'powershell', pwsh: 'powershell', tex: 'latex', hs: 'haskell', ex: 'elixir', jl: 'julia', pl: 'perl',
  proto: 'protobuf', objc: 'objectivec', 'objective-c': 'objectivec', gradle: 'groovy', sass: 'scss', json5: 'json', cjs: 'javascript',
   shell: 'bash', zsh: 'bash', console: 'bash', 'c++': 'cpp', 'c#': 'csharp', cs: 'csharp', docker: 'dockerfile',
  golang: 'go', toml: 'ini', js: 'javascript', jsx: 'javascript', mjs: 'javascript', jsonc: 'json', kt: 'kotlin',
  make: 'makefile', md: 'markdown', py: 'python', python3: 'python', rb: 'ruby', rs: 'rust', ts: 'typescript',
  tsx: 'typescript', html: 'xml', svg: 'xml', vue: 'xml', yml: 'yaml',
}));
const MAX_COLOURED_CHARACTERS = 20_000; // colouring more would make the page wait
const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#x27;', "'"],
]);

/** @type {Map<string, Promise<unknown>>} */
const loaded = new Map();

/**
 * @param {string} code @param {string} language as it stood behind the fence
 * @returns {Promise<Node[] | undefined>} undefined where there is nothing to colour
 */
export async function highlight(code, language) {
  const name = ALIASES.get(language) ?? language;
  if (!LANGUAGES.has(name) || code.length > MAX_COLOURED_CHARACTERS) return undefined;
  if (!loaded.has(name)) loaded.set(name, loadLanguage(name));
  await loaded.get(name);
  return read(highlighter.highlight(code, { language: name, ignoreIllegals: true }).value);
}

/** @param {string} name */
async function loadLanguage(name) {
  const { default: definition } = await import(`../vendor/highlight.js/${name}.js`);
  highlighter.registerLanguage(name, definition);
}

/** @param {string} markup @returns {Node[]} */
export function read(markup) {
  /** @type {{name: string, children: Node[]}[]} */
  const open = [{ name: '', children: [] }];
  for (const [part, name] of markup.matchAll(/<span class="([^"]*)">|<\/span>|[^<]+|</g)) {
    if (name !== undefined) {
      open.push({ name, children: [] });
    } else if (part === '</span>' && open.length > 1) {
      close(open);
    } else {
      open
        .at(-1)
        ?.children.push(part.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES.get(entity) ?? entity));
    }
  }
  while (open.length > 1) close(open);
  return joinTexts(open[0]?.children ?? []);
}

/** @param {{name: string, children: Node[]}[]} open */
function close(open) {
  const span = open.pop();
  if (span) open.at(-1)?.children.push(element('span', span.children, { class: span.name }));
}

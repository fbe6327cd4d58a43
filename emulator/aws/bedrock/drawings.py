"""What the simulated model draws when a prompt wishes for it: one of each kind that the page can preview."""

# ruff: noqa: RUF001 (Chinese has its own comma and colon)

_MERMAID = """\
```mermaid
sequenceDiagram
    participant P as {page}
    participant F as {function}
    participant B as Bedrock
    P->>F: {prompt}
    F->>B: {prompt}
    loop {each}
        B-->>F: {piece}
        F-->>P: {piece}
    end
```
"""

_SVG = """\
```svg
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 120">
  <rect width="360" height="120" rx="14" fill="#f5f1ea"/>
  <path d="M20 90 C90 90 90 30 160 30 S270 80 340 40" fill="none" stroke="#a94a2c" stroke-width="4"/>
  <circle cx="20" cy="90" r="7" fill="#a94a2c"/>
  <circle cx="160" cy="30" r="7" fill="#a94a2c"/>
  <circle cx="340" cy="40" r="7" fill="#a94a2c"/>
  <text x="180" y="105" text-anchor="middle" font-family="sans-serif" font-size="15" fill="#3a3530">CAPTION</text>
</svg>
```
"""

_HTML = """\
```html
<style>
  body { font-family: sans-serif; margin: 1rem }
  .card { max-width: 20rem; padding: 1rem 1.25rem; border: 1px solid #ddd6cb; border-radius: 12px }
  .card { background: #fffdf9; color: #3a3530 }
  .bar { height: .5rem; border-radius: 4px; background: linear-gradient(90deg, #a94a2c 70%, #eee6da 70%) }
</style>
<div class="card"><h3>TITLE</h3><p>CAPTION</p><div class="bar"></div></div>
```
"""

ENGLISH = (
    "Press *Preview* above each block to see what it draws.\n\n### A diagram, in Mermaid\n\n"
    + _MERMAID.format(page="Page", function="Function", prompt="prompt", each="each piece", piece="piece")
    + "\n### A picture, in SVG\n\n"
    + _SVG.replace("CAPTION", "word by word")
    + "\n### A card, in HTML\n\n"
    + _HTML.replace("TITLE", "The answer").replace("CAPTION", "70 % of it is here.")
)

CHINESE = (
    "点击每个代码块上方的“预览”，就能看到画出来的样子。\n\n### Mermaid 图\n\n"
    + _MERMAID.format(page="网页", function="函数", prompt="提示词", each="每一小段", piece="文字")
    + "\n### SVG 图形\n\n"
    + _SVG.replace("CAPTION", "逐字返回")
    + "\n### HTML 卡片\n\n"
    + _HTML.replace("TITLE", "回答").replace("CAPTION", "已收到 70 %。")
)

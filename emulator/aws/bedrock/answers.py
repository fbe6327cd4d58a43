"""What the simulated model says: a prompt in, Markdown out. Pure.

The answers use what a chat page must be able to show (headings, a list, a table, code; drawings where
the prompt wishes for one) and say honestly that no model wrote them.
"""

# ruff: noqa: RUF001 (Chinese has its own comma and colon)

import re
from itertools import cycle, islice

from emulator.aws.bedrock import drawings

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_PIECE = re.compile(
    rf"[{_CJK}]{{1,2}}"  # one or two Chinese, Japanese or Korean characters
    rf"| ?[^\W{_CJK}]{{1,9}}"  # a word with the space before it; a long one in parts
    r"| ?[^\w\s]{1,3}"  # punctuation, and Markdown's signs
    r"|\s+"
    r"|.",
    re.DOTALL,
)
_DRAWING = re.compile(r"\b(?:draw|drawing|diagram|mermaid|svg)\b|画|流程图|示意图|图表", re.IGNORECASE)
_QUOTED_CHARACTERS = 80  # how much of the prompt an answer repeats


def answer(prompt: str) -> str:
    """The answer to `prompt`, in Chinese when it holds CJK characters, else in English."""
    quote = shortened(prompt) or "…"
    is_chinese = re.search(rf"[{_CJK}]", prompt)
    begin, go_on, drawn = (
        (_CHINESE_BEGIN, _CHINESE, drawings.CHINESE) if is_chinese else (_ENGLISH_BEGIN, _ENGLISH, drawings.ENGLISH)
    )
    return begin.replace("PROMPT", quote) + (drawn if _DRAWING.search(prompt) else go_on)


def answer_to_tool(result: str) -> str:
    return f"The tool has answered:\n\n> {shortened(result) or '…'}\n\nThat is all the **local simulator** knows."


def long_answer(count: int) -> tuple[str, ...]:
    """Exactly `count` pieces: the same paragraph over and over."""
    return tuple(islice(cycle(pieces(_PARAGRAPH)), count))


def pieces(text: str) -> list[str]:
    """The text in pieces of about a token each; joined they are the text again."""
    return _PIECE.findall(text)


def shortened(text: str) -> str:
    """One line of at most 80 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED_CHARACTERS else line[: _QUOTED_CHARACTERS - 1] + "…"


THOUGHT = "The prompt reached the local simulator. I repeat it, show some Markdown, and say that I am no model."

REFUSAL = "I can't help with that one."

BLOCKED = "Sorry, the model cannot answer this question."  # a guardrail's own words, as the console proposes them

_PARAGRAPH = (
    "Rain came over the hills before noon, and the river took the colour of slate. "
    "By evening the road was dry again, and somebody had left a lamp burning in the window.\n\n"
)

_ENGLISH_BEGIN = """\
You asked:

> PROMPT

No model has read this. It is the **local simulator** of Amazon Bedrock, which answers in Markdown \
and at a model's pace, so that everything around the model can be tried without an AWS account.

"""

_ENGLISH = """\
### What happens on the way

1. The page sends your prompt with *your key in a header*.
2. The function asks Bedrock, and passes each piece on **at once**.
3. The page draws it before the next one arrives.

| step | typical time |
|---|---|
| first word | 300 ms |
| each further word | 17 ms |

The same in Python:

```python
for event in stream:
    print(event.text, end="", flush=True)
```

Begin a prompt with `/slow`, `/throttle` or `/cut` to see how faults look, \
or ask for a *diagram* to see one drawn. For a real answer, run it with `BEDROCK=aws`.
"""

_CHINESE_BEGIN = """\
您的问题是：

> PROMPT

请注意：这段文字不是模型写的，而是**本地模拟器**的回答。它按照模型的速度，逐字返回 Markdown，\
所以不需要 AWS 账号，也能体验完整的流式对话。

"""

_CHINESE = """\
### 一条消息的旅程

1. 网页把提示词发给函数，*密钥放在请求头里*。
2. 函数调用 Bedrock，收到一小段文字就**立刻**转发。
3. 下一段到来之前，网页已经把它显示出来。

| 步骤 | 大约时间 |
|---|---|
| 第一个字 | 300 毫秒 |
| 之后每个字 | 17 毫秒 |

用 Python 写出来是这样：

```python
for event in stream:
    print(event.text, end="", flush=True)  # 立即输出
```

以 `/slow`、`/throttle` 或 `/cut` 开头，可以看到各种故障的样子；\
让它画一张*图*，就能看到图的预览。想要真正的回答，请设置 `BEDROCK=aws` 再运行。
"""

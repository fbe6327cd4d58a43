"""What Bedrock refuses of `system` and `messages`, by model family, in Bedrock's words. Pure."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.aws.bedrock.models import Model
from emulator.aws.bedrock.problems import cache_control_problems, extra, unknown_tag
from emulator.aws.bedrock.tool_calls import tool_call_problems

Body = Mapping[str, Any]

_CONTENT = {
    "document", "image", "redacted_thinking", "search_result", "server_tool_use", "text", "thinking",
    "tool_result", "tool_use", "web_search_tool_result",
}  # fmt: skip
_RESULTS = {"document", "image", "search_result", "text", "tool_reference"}
_TEXT_FIELDS = {"cache_control", "citations", "text", "type"}
_MEDIA_TYPES = {"image": {"image/jpeg", "image/png", "image/gif", "image/webp"}, "document": {"application/pdf"}}


# Each generator below may assume that those before it found nothing: validation stops at the first problem.


def system_problems(system: object) -> Iterator[str]:
    if isinstance(system, list):
        yield from _blocks("system", "system", system, {"text"})
    elif not isinstance(system, str):
        yield "system: Input should be a valid list"


def message_problems(messages: Sequence[Any], model: Model) -> Iterator[str]:
    if not messages:
        yield "messages: at least one message is required"
    for index, message in enumerate(messages):
        yield from _message(index, message, model)
    if messages[0]["role"] != "user":
        yield 'messages: first message must use the "user" role'
    yield from tool_call_problems([message for message in messages if message["role"] != "system"])


def _message(index: int, message: object, model: Model) -> Iterator[str]:
    place = f"messages.{index}"
    if not isinstance(message, dict):
        yield f"{place}: Input should be an object"
        return
    for name in {"role": 0, "content": 0, **message}:
        if name not in message:
            yield f"{place}.{name}: Field required"
        elif name not in ("role", "content"):
            yield extra(f"{place}.{name}")
    yield from _role(index, message["role"], model)
    content = message["content"]
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        yield f"{place}.content: Input should be a valid list"
    if not content:
        yield f"{place}.content: all messages must have non-empty content"
    yield from _blocks(f"{place}.content", "messages", content, _CONTENT)


def _role(index: int, role: object, model: Model) -> Iterator[str]:
    """A message of role system: BerriAI/litellm#32831, #33807."""
    if role not in ("user", "assistant", "system"):
        yield f"messages.{index}.role: Input should be 'user' or 'assistant'"
    elif role == "system" and model.generation < (4, 7):
        yield (
            'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, '
            'not "system" as an input message role.'
        )
    elif role == "system" and not model.family.system_messages:
        yield "role 'system' is not supported on this model"
    elif role == "system" and index == 0:
        yield "messages.0: use the top-level 'system' parameter for the initial system prompt"


def _blocks(where: str, owner: str, blocks: Sequence[object], kinds: set[str]) -> Iterator[str]:
    """`owner` is how a sentence about the text names it: messages, or system."""
    for index, block in enumerate(blocks):
        place = f"{where}.{index}"
        if not isinstance(block, dict) or "type" not in block:
            yield f"{place}.type: Field required"
            return
        kind = str(block["type"])
        named = place if owner == "system" else f"{place}.{kind}"  # system has one kind: its places leave it out
        if kind not in kinds:
            yield unknown_tag(place, kind, kinds)
        elif kind == "text":
            yield from _text(place, named, owner, block)
        elif kind in ("image", "document"):
            yield from _source(f"{named}.source", kind, block.get("source"))
        elif kind == "tool_result" and isinstance(block.get("content"), list):
            yield from _blocks(f"{named}.content", owner, block["content"], _RESULTS)
        yield from cache_control_problems(named, block.get("cache_control"))


def _text(place: str, named: str, owner: str, block: Body) -> Iterator[str]:
    text = block.get("text")
    if not isinstance(text, str):
        yield f"{place}.text.text: Input should be a valid string"
    elif not text:
        yield f"{owner}: text content blocks must be non-empty"
    elif not text.strip():
        yield f"{owner}: text content blocks must contain non-whitespace text"
    for name in block:
        if name not in _TEXT_FIELDS:
            yield extra(f"{named}.{name}")


def _source(where: str, kind: str, source: object) -> Iterator[str]:
    if not isinstance(source, dict):
        yield f"{where}: Field required"
    elif source.get("type") == "base64":
        if source.get("media_type") not in _MEDIA_TYPES[kind]:
            allowed = " or ".join(f"'{media_type}'" for media_type in sorted(_MEDIA_TYPES[kind]))
            yield f"{where}.base64.media_type: Input should be {allowed}"
        try:
            base64.b64decode(source.get("data", ""), validate=True)
        except (binascii.Error, TypeError, ValueError):
            yield f"{where}.base64: invalid base64 data"

"""What Bedrock refuses: model ids it does not serve, and bodies that Claude does not take. Pure.

Messages have Anthropic's own form, the field before the colon, because callers match on it.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.aws_error import AwsError, invalid

Body = Mapping[str, Any]

VERSION = "bedrock-2023-05-31"
MOST_TOKENS = 128_000

_SERVED = {
    "anthropic.claude-haiku-5-5",
    "anthropic.claude-sonnet-5-5",
    "anthropic.claude-opus-5-5",
    "anthropic.claude-sonnet-5",
    "anthropic.claude-opus-5",
    "anthropic.claude-opus-4-8",
    "anthropic.claude-opus-4-7",
    "anthropic.claude-opus-4-6-v1",
    "anthropic.claude-sonnet-4-6",
    "anthropic.claude-haiku-4-5-20251001-v1:0",
    "anthropic.claude-sonnet-4-5-20250929-v1:0",
}
_MODEL_ID = re.compile(r"(?P<profile>(?:global|us|eu|au|jp|apac)\.)?(?P<base>anthropic\.claude-[a-z0-9.:-]+)")
_REQUIRED = ("anthropic_version", "max_tokens", "messages")
_SAMPLING = ("temperature", "top_p", "top_k")
_OPTIONAL = (
    "anthropic_beta", "cache_control", "context_management", "metadata", "output_config", "output_format",
    "stop_sequences", "system", "thinking", "tool_choice", "tools",
)  # fmt: skip
_CONTENT = {
    "document", "image", "redacted_thinking", "search_result", "server_tool_use", "text", "thinking",
    "tool_result", "tool_use", "web_search_tool_result",
}  # fmt: skip
_MEDIA_TYPES = {"image": {"image/jpeg", "image/png", "image/gif", "image/webp"}, "document": {"application/pdf"}}
_THINKING = {"adaptive", "disabled", "enabled"}
_TOOL_NAME = "^[a-zA-Z0-9_-]{1,128}$"


@dataclass(frozen=True)
class Model:
    base: str
    is_profile: bool

    @property
    def name(self) -> str:
        """As Anthropic writes it: claude-haiku-4-5-20251001."""
        return re.sub(r"-v\d(:\d)?$", "", self.base.removeprefix("anthropic."))

    @property
    def generation(self) -> tuple[int, int]:
        major, _, minor = self.name.split("-", 2)[2].partition("-")
        return int(major), int(minor.partition("-")[0] or 0)

    @property
    def always_thinks(self) -> bool:
        return self.name == "claude-sonnet-5-5"


def find_model(encoded: str) -> Model:
    """The model behind an id, inference-profile id or ARN, as it stands in the URL's path."""
    identifier = unquote(encoded)
    found = _MODEL_ID.fullmatch(identifier.rpartition("/")[2])
    if found is None:
        raise invalid("The provided model identifier is invalid.")
    if found["base"] not in _SERVED:
        raise AwsError(
            404,
            "ResourceNotFoundException",
            "This model version has reached the end of its life. "
            "Please refer to the AWS documentation for more details.",
        )
    return Model(found["base"], is_profile=bool(found["profile"]))


def check(body: Body, model: Model) -> None:
    """Raises the first problem as a ValidationException."""
    for problem in _problems(body, model):
        raise invalid(problem)


# Each generator below may assume that those before it found nothing: `check` stops at the first.


def _problems(body: Body, model: Model) -> Iterator[str]:
    yield from _fields(body)
    yield from _limits(body)
    yield from _stop_sequences(body.get("stop_sequences", []))
    yield from _thinking(body)
    yield from _tools(body.get("tools", []))
    yield from _system(body.get("system", ""))
    yield from _messages(body["messages"])
    yield from _retired(body, model)


def _fields(body: Body) -> Iterator[str]:
    for name in _REQUIRED:
        if name not in body:
            yield f"{name}: Field required"
    for name in body:
        if name not in {*_REQUIRED, *_OPTIONAL, *_SAMPLING}:
            yield f"{name}: Extra inputs are not permitted"
    if body["anthropic_version"] != VERSION:
        yield f"anthropic_version: Input should be '{VERSION}'"
    for name in ("anthropic_beta", "messages", "stop_sequences", "tools"):
        if not isinstance(body.get(name, []), list):
            yield f"{name}: Input should be a valid list"


def _limits(body: Body) -> Iterator[str]:
    tokens = body["max_tokens"]
    if type(tokens) is not int:
        yield "max_tokens: Input should be a valid integer"
    if tokens < 1:
        yield "max_tokens: Input should be greater than or equal to 1"
    if tokens > MOST_TOKENS:
        yield f"max_tokens: {tokens} > {MOST_TOKENS}, which is the maximum allowed number of output tokens"


def _stop_sequences(sequences: Sequence[object]) -> Iterator[str]:
    for index, sequence in enumerate(sequences):
        if not isinstance(sequence, str):
            yield f"stop_sequences.{index}: Input should be a valid string"
        elif not sequence.strip():
            yield "stop_sequences: each stop sequence must contain non-whitespace"


def _thinking(body: Body) -> Iterator[str]:
    if "thinking" not in body:
        return
    kind = body["thinking"].get("type") if isinstance(body["thinking"], dict) else None
    if kind not in _THINKING:
        yield _unknown_tag("thinking", kind, _THINKING)
    if kind == "enabled":
        budget = body["thinking"].get("budget_tokens")
        if budget is None:
            yield "thinking.enabled.budget_tokens: Field required"
        elif type(budget) is not int or budget < 1024:
            yield "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
        elif body["max_tokens"] <= budget:
            yield "`max_tokens` must be greater than `thinking.budget_tokens`"


def _tools(tools: Sequence[Any]) -> Iterator[str]:
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict) or "name" not in tool:
            yield f"tools.{index}.name: Field required"
        elif not re.fullmatch(_TOOL_NAME, str(tool["name"])):
            yield f"tools.{index}.custom.name: String should match pattern '{_TOOL_NAME}'"
        elif tool.get("type", "custom") == "custom" and "input_schema" not in tool:
            yield f"tools.{index}.custom.input_schema: Field required"


def _system(system: object) -> Iterator[str]:
    if isinstance(system, list):
        yield from _blocks("system", system, {"text"})
    elif not isinstance(system, str):
        yield "system: Input should be a valid list"


def _messages(messages: Sequence[Any]) -> Iterator[str]:
    if not messages:
        yield "messages: at least one message is required"
    for index, message in enumerate(messages):
        yield from _message(f"messages.{index}", message)
    if messages[0]["role"] != "user":
        yield 'messages: first message must use the "user" role'
    for index, (before, message) in enumerate(zip([{}, *messages], messages, strict=False)):
        for stray in _ids(message, "tool_result", "tool_use_id") - _ids(before, "tool_use", "id"):
            yield (
                f"messages.{index}.content: unexpected `tool_use_id` found in `tool_result` blocks: {stray}. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous message."
            )
        for stray in _ids(before, "tool_use", "id") - _ids(message, "tool_result", "tool_use_id"):
            yield (
                f"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{stray}. Each `tool_use` block must have a corresponding `tool_result` block in the next message."
            )


def _message(where: str, message: object) -> Iterator[str]:
    if not isinstance(message, dict):
        yield f"{where}: Input should be an object"
        return
    for name in ("role", "content"):
        if name not in message:
            yield f"{where}.{name}: Field required"
    if message["role"] not in ("user", "assistant"):
        yield f"{where}.role: Input should be 'user' or 'assistant'"
    content = message["content"]
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    if not isinstance(content, list):
        yield f"{where}.content: Input should be a valid list"
    if not content:
        yield f"{where}.content: all messages must have non-empty content"
    yield from _blocks(f"{where}.content", content, _CONTENT)


def _blocks(where: str, blocks: Sequence[object], kinds: set[str]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        place = f"{where}.{index}"
        if not isinstance(block, dict) or "type" not in block:
            yield f"{place}.type: Field required"
        elif str(block["type"]) not in kinds:
            yield _unknown_tag(place, block["type"], kinds)
        elif block["type"] == "text":
            yield from _text(place, block)
        elif block["type"] in ("image", "document"):
            yield from _source(f"{place}.{block['type']}.source", block["type"], block.get("source"))


def _text(where: str, block: Body) -> Iterator[str]:
    if not isinstance(block.get("text"), str):
        yield f"{where}.text.text: Input should be a valid string"
    elif not block["text"]:
        yield f"{where.partition('.')[0]}: text content blocks must be non-empty"


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


def _retired(body: Body, model: Model) -> Iterator[str]:
    """What newer generations no longer take."""
    for name in _SAMPLING:
        if name in body and model.generation >= (5, 0):
            yield f"{name}: `{name}` is deprecated for this model."
    if body["messages"][-1]["role"] == "assistant" and model.generation >= (4, 6):
        yield (
            "messages: This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def _ids(message: Body, kind: str, key: str) -> set[str]:
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    return {str(block.get(key)) for block in blocks if block["type"] == kind}


def _unknown_tag(where: str, found: object, expected: set[str]) -> str:
    tags = ", ".join(f"'{tag}'" for tag in sorted(expected))
    return f"{where}: Input tag '{found}' found using 'type' does not match any of the expected tags: {tags}"

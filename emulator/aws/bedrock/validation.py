"""What Bedrock's InvokeModel refuses of a body, by model family, in Bedrock's words. Pure.

Owns the fields of the body itself; what messages and tools may hold is messages' and tools'.
Sentences have Anthropic's own form, the field before the colon, because callers match on it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.aws.bedrock import betas
from emulator.aws.bedrock.messages import message_problems, system_problems
from emulator.aws.bedrock.models import Model
from emulator.aws.bedrock.output_config import output_config_problems
from emulator.aws.bedrock.problems import cache_control_problems, extra, unknown_tag
from emulator.aws.bedrock.tools import tool_choice_problems, tool_problems
from emulator.aws.error import invalid

Body = Mapping[str, Any]

VERSION = "bedrock-2023-05-31"
NEW_VERSION = "2026-10-21"  # Anthropic's SDKs from 2.0 on; models with a date in their id do not know it
SAMPLING = ("temperature", "top_p", "top_k")

_REQUIRED = ("anthropic_version", "max_tokens", "messages")
_OPTIONAL = (
    "anthropic_beta", "cache_control", "metadata", "output_config", "stop_sequences", "system", "thinking",
    "tool_choice", "tools", *SAMPLING,
)  # fmt: skip
# Anthropic's count endpoint has no others: max_tokens, temperature and stream are refused. maximhq/bifrost#5563
_COUNTED_REQUIRED = ("model", "messages")
_COUNTED = ("cache_control", "output_config", "system", "thinking", "tool_choice", "tools")
_BEHIND_A_FLAG = {"context_management": betas.CONTEXT_MANAGEMENT}
_ALL_THINKING = {"adaptive", "between_tools", "disabled", "enabled"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SEE_THINKING = (
    "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
    "#important-considerations-when-using-extended-thinking"
)


def check(body: Body, model: Model) -> None:
    """Raises the first problem of an InvokeModel body as a ValidationException."""
    for problem in _problems(body, model):
        raise invalid(problem)


def check_count(body: Body, model: Model) -> None:
    """Raises the first problem of a body of Anthropic's count endpoint as a ValidationException."""
    for problem in _count_problems(body, model):
        raise invalid(problem)


# Each generator below may assume that those before it found nothing: `check` stops at the first.


def _problems(body: Body, model: Model) -> Iterator[str]:
    yield from _flags(body, model)
    yield from _fields(body, _REQUIRED, _OPTIONAL)
    yield from _version(body["anthropic_version"], model)
    yield from _max_tokens(body["max_tokens"], model)
    yield from _stop_sequences(body.get("stop_sequences", []))
    yield from _metadata(body.get("metadata") or {})
    yield from _thinking(body.get("thinking"), model)
    yield from _sampling(body, model)
    yield from _adaptive(body)
    yield from _budget(body)
    yield from _content(body, model)
    yield from _prefill(body, model)


def _count_problems(body: Body, model: Model) -> Iterator[str]:
    yield from _fields(body, _COUNTED_REQUIRED, _COUNTED)
    yield from _thinking(body.get("thinking"), model)
    yield from _content(body, model)


def _content(body: Body, model: Model) -> Iterator[str]:
    yield from output_config_problems(body.get("output_config"), model)
    yield from tool_problems(body.get("tools", []), model, _flags_of(body))
    yield from tool_choice_problems(body, model)
    yield from system_problems(body.get("system", ""))
    yield from message_problems(body["messages"], model)
    yield from _cache_marks(body)


def _flags_of(body: Body) -> Sequence[str]:
    return body.get("anthropic_beta") or []


def _flags(body: Body, model: Model) -> Iterator[str]:
    flags = body.get("anthropic_beta", [])
    if not isinstance(flags, list):
        yield "anthropic_beta: Input should be a valid list"
    for index, flag in enumerate(flags):
        if not isinstance(flag, str):
            yield f"anthropic_beta.{index}: Input should be a valid string"
    if not betas.all_taken(flags, model):
        yield "invalid beta flag"


def _fields(body: Body, required: Sequence[str], optional: Sequence[str]) -> Iterator[str]:
    for name in required:
        if name not in body:
            yield f"{name}: Field required"
    for name in body:
        if name not in {*required, *optional} and _BEHIND_A_FLAG.get(name) not in _flags_of(body):
            yield extra(name)
    for name in ("messages", "stop_sequences", "tools"):
        if not isinstance(body.get(name, []), list):
            yield f"{name}: Input should be a valid list"


def _version(version: object, model: Model) -> Iterator[str]:
    if version != VERSION and not (version == NEW_VERSION and model.generation >= (4, 7)):
        yield f"anthropic_version: Input should be '{VERSION}'"


def _max_tokens(tokens: object, model: Model) -> Iterator[str]:
    if type(tokens) is not int:
        yield "max_tokens: Input should be a valid integer"
    elif tokens < 1:
        yield "max_tokens: Input should be greater than or equal to 1"
    elif tokens > model.family.output_ceiling:
        yield (
            f"max_tokens: {tokens} > {model.family.output_ceiling}, which is the maximum allowed number of output "
            f"tokens for {model.name}"
        )


def _stop_sequences(sequences: Sequence[object]) -> Iterator[str]:
    for index, sequence in enumerate(sequences):
        if not isinstance(sequence, str):
            yield f"stop_sequences.{index}: Input should be a valid string"
        elif not sequence.strip():
            yield "stop_sequences: each stop sequence must contain non-whitespace"


def _metadata(metadata: object) -> Iterator[str]:
    if not isinstance(metadata, dict):
        yield "metadata: Input should be a valid dictionary"
        return
    for name in metadata:
        if name != "user_id":
            yield extra(f"metadata.{name}")
    user = metadata.get("user_id") or ""
    if not isinstance(user, str):
        yield "metadata.user_id: Input should be a valid string"
    elif len(user) > 256:
        yield "metadata.user_id: String should have at most 256 characters"
    elif _EMAIL.search(user):  # BerriAI/litellm#10106
        yield (
            "metadata.user_id: user_id appears to contain an email address. "
            "Please send a uuid or hash value instead."
        )


def _sampling(body: Body, model: Model) -> Iterator[str]:
    for name in SAMPLING:
        if name in body and model.generation >= (4, 7):  # cline/cline#10572, promptfoo/promptfoo#10307
            yield f"`{name}` is deprecated for this model."
    for name in ("temperature", "top_p"):
        value = body.get(name, 0)
        if type(value) not in (int, float):
            yield f"{name}: Input should be a valid number"
        elif not 0 <= value <= 1:
            limit = "less than or equal to 1" if value > 1 else "greater than or equal to 0"
            yield f"{name}: Input should be {limit}"
    if "temperature" in body and "top_p" in body and model.generation >= (4, 1):  # BerriAI/litellm#15070
        yield "`temperature` and `top_p` cannot both be specified for this model. Please use only one."


def _thinking(thinking: object, model: Model) -> Iterator[str]:
    if thinking is None:
        return
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in _ALL_THINKING:
        yield unknown_tag("thinking", kind, _ALL_THINKING - {"between_tools"})
    elif kind == "adaptive" and kind not in model.family.thinking:  # askalf/dario#273
        yield "adaptive thinking is not supported on this model"
    elif kind not in model.family.thinking:  # Kilo-Org/kilocode#10732
        yield (
            f'"thinking.type.{kind}" is not supported for this model. Use "thinking.type.adaptive" and '
            '"output_config.effort" to control thinking behavior.'
        )


def _adaptive(body: Body) -> Iterator[str]:
    thinks = (body.get("thinking") or {}).get("type", "disabled") != "disabled"
    if thinks and body.get("temperature", 1) != 1:  # dotCipher/opencode-claude-bridge#1
        yield f"`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. {_SEE_THINKING}"


def _budget(body: Body) -> Iterator[str]:
    """Thinking with a budget: what the budget may be, and what may stand beside it."""
    thinking = body.get("thinking")
    if not isinstance(thinking, dict) or thinking.get("type") != "enabled":
        return
    budget = thinking.get("budget_tokens")
    if budget is None:
        yield "thinking.enabled.budget_tokens: Field required"
    elif type(budget) is not int or budget < 1024:
        yield "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
    elif body["max_tokens"] <= budget and betas.INTERLEAVED_THINKING not in _flags_of(body):
        yield f"`max_tokens` must be greater than `thinking.budget_tokens`. {_SEE_THINKING}"
    if body.get("top_p", 1) < 0.95:
        yield f"`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled. {_SEE_THINKING}"
    if "top_k" in body:
        yield f"`top_k` must be unset when thinking is enabled. {_SEE_THINKING}"


def _cache_marks(body: Body) -> Iterator[str]:
    yield from cache_control_problems("", body.get("cache_control"))
    system = body.get("system")
    blocks = [
        *body.get("tools", []),
        *(system if isinstance(system, list) else []),
        *(block for message in body["messages"] for block in message["content"] if isinstance(block, dict)),
    ]
    marks = sum(bool(block.get("cache_control")) for block in blocks)
    if marks > 4:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {marks}."


def _prefill(body: Body, model: Model) -> Iterator[str]:
    last = body["messages"][-1]
    if last["role"] != "assistant":
        return
    if model.generation >= (4, 6):
        yield (
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    content = last["content"]
    text = content if isinstance(content, str) else content[-1].get("text", "")
    if text != text.rstrip():
        yield "messages: final assistant content cannot end with trailing whitespace"

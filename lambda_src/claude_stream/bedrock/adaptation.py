"""A request in Anthropic's API -> one that Bedrock takes, by the table of `compatibility.py`. Pure."""

import hashlib
import math
import re
from collections.abc import Collection, Iterator
from typing import Any

from claude_stream.bedrock import compatibility
from claude_stream.bedrock.compatibility import BODY_BEHIND_FLAG, FINE_GRAINED_TOOLS, TOOL_BEHIND_FLAG, is_refused
from claude_stream.bedrock.families import family_of
from claude_stream.errors import InvalidRequest
from claude_stream.models import generation

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ASKS_FOR_NOTHING: tuple[object, ...] = (None, False, "", [], {})

Body = dict[str, Any]


def adapt(body: Body, model_id: str, betas: str, dropped: list[str]) -> None:
    """Makes of a Messages body one that Bedrock takes; `betas` is the header `anthropic-beta`.

    `dropped` gets the names of what the caller does not get, or gets in another way. InvalidRequest names what the
    answer cannot do without. Whatever else is wrong with the body is left for Bedrock to say.
    """
    _Adaptation(body, model_id, dropped).run(betas)


def leave_out_flags(body: Body, flags: Collection[str]) -> None:
    """Takes flags out of the body, and the fields that Bedrock takes behind them only."""
    others = [flag for flag in body.pop("anthropic_beta", ()) if flag not in flags]
    if others:
        body["anthropic_beta"] = others
    for holder, _, behind in _holders_behind_flags(body):
        for name, flag in behind.items():
            if flag in flags:
                holder.pop(name, None)


class _Adaptation:
    """The steps of `adapt`, on one body."""

    def __init__(self, body: Body, model_id: str, dropped: list[str]) -> None:
        self._body = body
        self._model_id = model_id
        self._version = generation(model_id)
        self._family = family_of(model_id)
        self._dropped = dropped
        self._flags: list[str] = []

    def run(self, betas: str) -> None:
        self._refuse_fields()
        self._take_flags(betas)
        for name in compatibility.DROPPED_FIELDS:
            self._leave_out(self._body, name)
        self._adapt_sampling()
        self._adapt_output_format()
        self._adapt_user_id()
        for mark in _cache_marks(self._body):
            self._leave_out(mark, "scope", "cache_control.")
            if self._version < (4, 5):
                self._leave_out(mark, "ttl", "cache_control.")
        for tool in _dicts(self._body.get("tools")):
            self._adapt_tool(tool)
        for holder, prefix, behind in _holders_behind_flags(self._body):
            self._keep_with_flag(holder, prefix, behind)
        if self._flags:
            self._body["anthropic_beta"] = self._flags

    def _note(self, what: str) -> None:
        if what not in self._dropped:
            self._dropped.append(what)

    def _leave_out(self, holder: Body, name: str, prefix: str = "") -> None:
        """A field that asks for nothing goes without a word."""
        if holder.pop(name, None) not in _ASKS_FOR_NOTHING:
            self._note(prefix + name)

    def _refuse_fields(self) -> None:
        for name, instead in compatibility.REFUSED_FIELDS.items():
            if self._body.pop(name, None) not in _ASKS_FOR_NOTHING:
                raise InvalidRequest(instead, field=name)
        place = self._body.get("inference_geo")
        if place not in (None, "", "global") and not self._model_id.startswith(f"{place}."):
            raise InvalidRequest("the model's inference profile says where; leave it out.", field="inference_geo")
        self._leave_out(self._body, "inference_geo")

    def _take_flags(self, betas: str) -> None:
        """Those of the header and of the body together."""
        flags = self._body.pop("anthropic_beta", None) or []
        if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
            raise InvalidRequest("Input should be a valid list of strings", field="anthropic_beta")
        for flag in dict.fromkeys(flag.strip() for flag in (*betas.split(","), *flags)):
            instead = compatibility.RENAMED_FLAGS.get(flag, flag)
            if is_refused(instead, self._version):
                self._note(flag)
                continue
            if instead != flag:
                self._note(f"{flag} -> {instead}")
            if instead:
                self._ask_by(instead)

    def _ask_by(self, flag: str) -> None:
        if flag not in self._flags:
            self._flags.append(flag)

    def _keep_with_flag(self, holder: Body, prefix: str, behind: dict[str, str]) -> None:
        """The fields that are taken behind a flag only: with it, or not at all."""
        for name, flag in behind.items():
            if not holder.get(name) or is_refused(flag, self._version):
                self._leave_out(holder, name, prefix)
            else:
                self._ask_by(flag)

    def _adapt_sampling(self) -> None:
        names: tuple[str, ...] = ()
        if not self._family.sampling:
            names = compatibility.SAMPLING
        elif not self._family.sampling_pair and "temperature" in self._body:
            names = ("top_p",)
        for name in names:
            if _is_number(self._body.get(name)):
                del self._body[name]
                self._note(name)

    def _adapt_output_format(self) -> None:
        shape = self._body.pop("output_format", None)
        config = self._body.get("output_config") or {}
        if shape is not None and isinstance(config, dict):
            self._body["output_config"] = {"format": shape, **config}
            self._note("output_format -> output_config.format")

    def _adapt_user_id(self) -> None:
        """Bedrock refuses what looks like an e-mail address. BerriAI/litellm#10106"""
        for metadata in _dicts([self._body.get("metadata")]):
            user = metadata.get("user_id")
            if isinstance(user, str) and _EMAIL.search(user):
                metadata["user_id"] = hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()
                self._note("metadata.user_id -> sha256")

    def _adapt_tool(self, tool: Body) -> None:
        self._leave_out(tool, "allowed_callers", "tools.")
        if not self._family.strict_tools:
            self._leave_out(tool, "strict", "tools.")
        if not tool.pop("eager_input_streaming", None):
            return
        if self._version in compatibility.KNOWN and not compatibility.is_taken(FINE_GRAINED_TOOLS, self._version):
            self._note("tools.eager_input_streaming")
        else:
            self._note(f"tools.eager_input_streaming -> {FINE_GRAINED_TOOLS}")
            self._ask_by(FINE_GRAINED_TOOLS)


def _holders_behind_flags(body: Body) -> Iterator[tuple[Body, str, dict[str, str]]]:
    """What holds fields that are taken behind a flag only, how its fields' names begin, and those fields."""
    yield body, "", BODY_BEHIND_FLAG
    for tool in _dicts(body.get("tools")):
        yield tool, "tools.", TOOL_BEHIND_FLAG


def _cache_marks(body: Body) -> Iterator[Body]:
    """Every `cache_control` of the body; what a tool is called with is the caller's own, and not looked into."""
    holders = [body, *_dicts(body.get("tools")), *_blocks(body.get("system"))]
    for message in _dicts(body.get("messages")):
        holders += _blocks(message.get("content"))
    return _dicts([holder.get("cache_control") for holder in holders])


def _blocks(content: object, levels: int = 3) -> Iterator[Body]:
    """Content blocks, and those inside of tool results and of documents in these."""
    for block in _dicts(content if levels else None):
        yield block
        yield from _blocks(block.get("content"), levels - 1)
        for source in _dicts([block.get("source")]):
            yield from _blocks(source.get("content"), levels - 1)


def _dicts(values: object) -> Iterator[Body]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))

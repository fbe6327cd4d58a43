"""What Bedrock refuses of a request that `compatibility.py` does not know: left out in one more call, remembered.

Only beta flags, and the fields that an answer can do without. Nothing is billed for a call that is refused.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from claude_stream.bedrock.adaptation import leave_out_flags
from claude_stream.bedrock.compatibility import DISPENSABLE_FIELDS, is_taken
from claude_stream.bedrock.refusals import AttemptedCall
from claude_stream.bedrock.signing import AwsError
from claude_stream.errors import ApiError, InvalidRequest
from claude_stream.models import generation

_FLAG_REFUSED = re.compile("invalid beta flag|anthropic[-_]beta", re.IGNORECASE)
_QUOTED = re.compile("`([^`]+)`")
_EXTRA_FIELD = re.compile(r"([\w.]+): Extra inputs are not permitted")
_DEPRECATED_FIELD = re.compile(r"`(\w+)` is deprecated for this model")
_UNSUPPORTED_EFFORT = "does not support the effort parameter"
_HOLDERS = {
    "cache_control": re.compile(r"(?:.+\.)?cache_control\.ephemeral"),
    "content": re.compile(r"messages\.\*\.content\.\*\.\w+(?:\.content\.\*\.\w+)*"),
    "output_config": re.compile("output_config"),
    "system": re.compile(r"system\.\*(?:\.text)?"),
    "thinking": re.compile(r"thinking\.\w+"),
    "tools": re.compile(r"tools\.\*\.(?!input_schema)\w+"),
}
_MOST_REMEMBERED = 200  # parts, for each model: callers can make up flags without end

# A field's: keys, "*" for each item of an array, and the type of an object where Bedrock names it.
Path = tuple[str, ...]


class Parts(NamedTuple):
    """Flags, and paths of fields, of a request."""

    flags: frozenset[str] = frozenset()
    paths: frozenset[Path] = frozenset()

    def __or__(self, other: "Parts") -> "Parts":
        return Parts(self.flags | other.flags, self.paths | other.paths)


class RefusedParts:
    """By model, what Bedrock has refused as long as this environment lives. Shared by threads."""

    def __init__(self) -> None:
        self._by_model: dict[str, Parts] = {}

    def of(self, model_id: str) -> Parts:
        return self._by_model.get(model_id, Parts())

    def remember(self, model_id: str, parts: Parts) -> None:
        everything = self.of(model_id) | parts
        if len(everything.flags) + len(everything.paths) <= _MOST_REMEMBERED:
            self._by_model[model_id] = everything


class Attempts:
    """The body of one model call, as it is sent at first, and where Bedrock refuses it, once more without a part.

    `dropped` has the names of what was left out.
    """

    def __init__(self, refused: RefusedParts, attempted: AttemptedCall, body: bytes) -> None:
        self._refused = refused
        self._attempted = attempted
        self._left_out: Parts | None = None
        self._flags: list[str] = []
        self.dropped: list[str] = []
        self.body = self._without(body, refused.of(attempted.model_id))

    def leave_out(self, error: Exception) -> None:
        """Makes `body` the one to send next, or raises the ApiError that `error` is."""
        if not isinstance(error, AwsError) or error.code not in ("ValidationException", "invalid_request_error"):
            raise self._attempted.api_error(error) from error
        about_flags = bool(_FLAG_REFUSED.search(error.message))
        if self._left_out is None:
            self._flags = json.loads(self.body).get("anthropic_beta") or []
            parts = self._refused_parts(error.message, about_flags)
            body = self._without(self.body, parts)
            if body != self.body:
                self.body, self._left_out = body, parts
                return
        if not about_flags:
            self.accepted()  # what it refuses now is something else
        elif self._flags:
            raise _unexpected(self._flags) from error
        raise self._attempted.api_error(error) from error

    def accepted(self) -> None:
        """Bedrock answers: what was left out was to blame."""
        if self._left_out is not None:
            self._refused.remember(self._attempted.model_id, self._left_out)

    def _refused_parts(self, message: str, about_flags: bool) -> Parts:
        if about_flags:
            blamed = set(_QUOTED.findall(message)) & set(self._flags)
            version = generation(self._attempted.model_id)
            return Parts(flags=frozenset(blamed or (flag for flag in self._flags if not is_taken(flag, version))))
        path = _path(message)
        return Parts(paths=frozenset([path] if path else []))

    def _without(self, body: bytes, parts: Parts) -> bytes:
        """The same bytes where there is nothing to leave out, which is nearly always."""
        if not _may_have(body, parts):
            return body
        content = json.loads(body)
        flags = [flag for flag in content.get("anthropic_beta") or [] if flag in parts.flags]
        leave_out_flags(content, flags)
        paths = [path for path in sorted(parts.paths) if _leave_out_field(content, path)]
        self.dropped += [*flags, *map(_name, paths)]
        return json.dumps(content, separators=(",", ":")).encode() if flags or paths else body


def _may_have(body: bytes, parts: Parts) -> bool:
    names: Iterable[str] = (*parts.flags, *(path[-1] for path in parts.paths))
    return any(json.dumps(name).encode() in body for name in names)


def _unexpected(flags: list[str]) -> ApiError:
    """Anthropic's sentence: clients take from it which flags to leave out."""
    named = ", ".join(f"`{flag}`" for flag in flags)
    return InvalidRequest(
        f"Unexpected value(s) {named} for the `anthropic-beta` header. Please consult our documentation at "
        "docs.claude.com or try again without the header.",
    )


def _path(message: str) -> Path | None:
    """Where the refused field stands, if it is one that an answer can do without."""
    extra, deprecated = _EXTRA_FIELD.match(message), _DEPRECATED_FIELD.match(message)
    if deprecated:
        path: Path = (deprecated[1],)
    elif _UNSUPPORTED_EFFORT in message:
        path = ("output_config", "effort")
    elif extra:
        path = tuple("*" if word.isdigit() else word for word in extra[1].split("."))
    else:
        return None
    return path if path[-1] in DISPENSABLE_FIELDS.get(_holder(path), ()) else None


def _holder(path: Path) -> str:
    """What holds the field, as DISPENSABLE_FIELDS names it."""
    if len(path) == 1:
        return ""
    place = ".".join(path[:-1])
    return next((name for name, pattern in _HOLDERS.items() if pattern.fullmatch(place)), "none of them")


def _name(path: Path) -> str:
    return ".".join((_holder(path), path[-1])).strip(".")


def _leave_out_field(value: Any, path: Path) -> bool:
    """Whether there was one."""
    key, *rest = path
    if isinstance(value, list):
        return key == "*" and any([_leave_out_field(item, tuple(rest)) for item in value])  # noqa: C419 (in each)
    if not isinstance(value, dict):
        return False
    if not rest:
        return value.pop(key, _ABSENT) is not _ABSENT
    if value.get("type", "custom") == key:  # a step to nowhere: Bedrock names the type of the object
        return _leave_out_field(value, tuple(rest))
    return _leave_out_field(value.get(key), tuple(rest))


_ABSENT = object()

"""A call of the model, whatever the dialect, and the checks that every dialect makes."""

from typing import Any, NamedTuple

from claude_stream.errors import InvalidRequest
from claude_stream.models import ModelCatalog, output_ceiling
from claude_stream.values import kind_of

_LARGEST_INTEGER = 2**64  # more is no program's way to say "as many as there are"


class MaxTokens(NamedTuple):
    """The most that a caller may ask for, and the number for a caller that names none."""

    most: int
    default: int

    def of(self, model_id: str) -> "MaxTokens":
        """The same, but no more than the model has."""
        return self.at_most(output_ceiling(model_id))

    def at_most(self, ceiling: int | None) -> "MaxTokens":
        return self if ceiling is None else MaxTokens(min(self.most, ceiling), min(self.default, ceiling))


class ModelCall(NamedTuple):
    """What goes to Bedrock: the model's id and the InvokeModel body. `asked_for` is the caller's model name."""

    model_id: str
    body: bytes
    stream: bool
    asked_for: str
    include_usage: bool = True  # whether a streamed answer says its tokens; OpenAI's clients have to ask for it
    dropped: tuple[str, ...] = ()  # what the caller asked for and does not get, for `x-claude-stream-dropped`
    context: Any = None  # what the dialect needs to know of the request to write its answer

    def dropping(self, name: str) -> "ModelCall":
        return self._replace(dropped=(*self.dropped, name))


def requested_model(body: dict[str, Any], models: ModelCatalog) -> tuple[str, str]:
    """The Bedrock id of the model that the body names, and that name, which is taken out of the body."""
    name = body.pop("model", models.default)
    if not isinstance(name, str):
        raise InvalidRequest(f"expected a string, found {kind_of(name)}.", field="model")
    return models.resolve(name), name


def clamped_max_tokens(value: object, limit: int, dropped: list[str], name: str = "max_tokens") -> int:
    """`value`, or the limit where it is over it: it is an upper bound, and most clients do not recover from a 400.

    What was clamped is added to `dropped`, as in `max_tokens 128000 -> 64000`.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LARGEST_INTEGER:
        raise InvalidRequest(f"expected a whole number from 1 to {limit}.", field=name)
    if value > limit:
        dropped.append(f"{name} {value} -> {limit}")
    return min(value, limit)

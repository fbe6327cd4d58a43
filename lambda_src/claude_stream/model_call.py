"""A call of the model, whatever the dialect, and the checks that every dialect makes."""

from typing import Any, NamedTuple

from claude_stream.errors import InvalidRequest
from claude_stream.models import ModelCatalog
from claude_stream.values import kind_of


class MaxTokens(NamedTuple):
    """The most that a caller may ask for, and the number for a caller that names none."""

    most: int
    default: int


class ModelCall(NamedTuple):
    """What goes to Bedrock: the model's id and the InvokeModel body. `asked_for` is the caller's model name."""

    model_id: str
    body: bytes
    stream: bool
    asked_for: str
    include_usage: bool = True  # whether a streamed answer says its tokens; OpenAI's clients have to ask for it


def requested_model(body: dict[str, Any], models: ModelCatalog) -> tuple[str, str]:
    """The Bedrock id of the model that the body names, and that name, which is taken out of the body."""
    name = body.pop("model", models.default)
    if not isinstance(name, str):
        raise InvalidRequest(f"expected a string, found {kind_of(name)}.", field="model")
    return models.resolve(name), name


def check_max_tokens(value: object, limit: int, name: str = "max_tokens") -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidRequest(f"expected a whole number from 1 to {limit}.", field=name)
    if value > limit:
        raise InvalidRequest(f"{value} is over this service's limit of {limit}.", field=name)
    return value

"""Which models may be asked for, and by which names. Pure."""

import re
from collections.abc import Mapping

from claude_stream.errors import InvalidRequest, NotFound

# An inference profile is a model id behind its region's prefix: global.anthropic.claude-haiku-5-5
_PROFILE = re.compile(r"^(?:global|[a-z]{2,4}(?:-[a-z]+)?)\.(?=[a-z0-9]+\.)")
_VENDOR_AND_REVISION = re.compile(r"^anthropic\.|(?:-v\d+)?(?::\d+)?$")


def foundation_model(model_id: str) -> str:
    """The model behind an inference-profile id; a model's own id is returned as it is."""
    return _PROFILE.sub("", model_id)


def short_name(model_id: str) -> str:
    """The name without region, vendor and revision, as Anthropic's own API has it: `claude-haiku-5-5`."""
    return _VENDOR_AND_REVISION.sub("", foundation_model(model_id))


def undated_name(model_id: str) -> str:
    """The short name without the day of its release: `claude-haiku-4-5` of `claude-haiku-4-5-20251001`."""
    return re.sub(r"-\d{8}$", "", short_name(model_id))


class ModelCatalog:
    """The allowed models; the first is the default."""

    def __init__(self, model_ids: tuple[str, ...]) -> None:
        self._by_name: dict[str, str] = {}
        self.names: list[str] = []
        for model_id in model_ids:
            name = short_name(model_id)
            # Two profiles of one model share a short name: the first has it, the other goes by its full id.
            self.names.append(model_id if name in self._by_name else name)
            for known_as in (model_id, foundation_model(model_id).removeprefix("anthropic."), name):
                self._by_name.setdefault(known_as, model_id)
        self.default = self.names[0]

    def resolve(self, name: str) -> str:
        """The Bedrock id of the model that a caller names; NotFound lists what is allowed."""
        try:
            return self._by_name[name]
        except KeyError:
            raise NotFound(
                f"model: {name[:100]!r} is not offered here; choose one of {', '.join(self.names)}."
            ) from None

    def page(self, query: Mapping[str, str]) -> dict[str, object]:
        """The models in the Anthropic API's paging: `limit`, and `after_id` or `before_id`."""
        begin, end = 0, len(self.names)
        if "after_id" in query:
            begin = self._index("after_id", query["after_id"]) + 1
        if "before_id" in query:
            end = self._index("before_id", query["before_id"])
        names, limit = self.names[begin:end], _limit(query.get("limit", "20"))
        backwards = "before_id" in query and "after_id" not in query
        shown = names[-limit:] if backwards else names[:limit]
        return {
            "data": [self.describe(name) for name in shown],
            "has_more": len(shown) < len(names),
            "first_id": shown[0] if shown else None,
            "last_id": shown[-1] if shown else None,
        }

    def _index(self, cursor: str, name: str) -> int:
        if name not in self.names:
            raise InvalidRequest(f"{cursor}: expected the id of a model in the list, found another.")
        return self.names.index(name)

    def describe(self, name: str) -> dict[str, object]:
        """One model in the Anthropic API's shape. Bedrock tells no release date: the epoch stands for unknown."""
        return {
            "type": "model",
            "id": name,
            "display_name": _display_name(short_name(self.resolve(name))),
            "created_at": "1970-01-01T00:00:00Z",
        }


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1000):
        raise InvalidRequest("limit: expected a whole number from 1 to 1000.")
    return int(text)


def _display_name(name: str) -> str:
    """`claude-haiku-5-5-20260101` -> "Claude Haiku 5.5"; what has no such name keeps its own."""
    if not name.startswith("claude-"):
        return name
    family, *numbers = name.removeprefix("claude-").split("-")
    version = ".".join(number for number in numbers if len(number) < 3)  # a longer one is a date
    return f"Claude {family.capitalize()} {version}".rstrip()

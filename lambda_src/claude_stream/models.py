"""Which models may be asked for, and by which names. Pure."""

import re

from claude_stream.errors import NotFound

# An inference profile is a model id behind its region's prefix: global.anthropic.claude-haiku-5-5
_PROFILE = re.compile(r"^(?:global|[a-z]{2,4}(?:-[a-z]+)?)\.(?=[a-z0-9]+\.)")
_GENERATION = re.compile(r"claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?(?:-\d{8})?")
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


def generation(model_id: str) -> tuple[int, int]:
    """(4, 6) of claude-opus-4-6; (0, 0) of older models, which have their names the other way round."""
    found = _GENERATION.fullmatch(short_name(model_id))
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


class ModelCatalog:
    """The allowed models; the first is the default."""

    def __init__(self, model_ids: tuple[str, ...]) -> None:
        self._by_name: dict[str, str] = {}
        self.names: list[str] = []
        for model_id in model_ids:
            name = short_name(model_id)
            # Two profiles of one model share a short name: the first has it, the other keeps its full id.
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
                f"{name[:100]!r} is not offered here; choose one of {', '.join(self.names)}.", field="model"
            ) from None


def display_name(name: str) -> str:
    """`claude-haiku-5-5-20260101` -> "Claude Haiku 5.5"; any other name stays as it is."""
    if not name.startswith("claude-"):
        return name
    family, *numbers = name.removeprefix("claude-").split("-")
    version = ".".join(number for number in numbers if len(number) < 3)  # a longer one is a date
    return f"Claude {family.capitalize()} {version}".rstrip()

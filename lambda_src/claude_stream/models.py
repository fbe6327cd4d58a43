"""Which models may be asked for, and by which names. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from claude_stream.errors import NotFound

Generation = tuple[int, int]  # (4, 6) is Claude 4.6's

# An inference profile is a model id behind its region's prefix: global.anthropic.claude-haiku-5-5
_PROFILE = re.compile(r"^(?:global|[a-z]{2,4}(?:-[a-z]+)?)\.(?=[a-z0-9]+\.)")
_GENERATION = re.compile(r"claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?(?:-\d{8})?")
# A name as callers write it: a provider, a region or a vendor before it, a revision and a context window behind it.
_WRITTEN_NAME = re.compile(r"(?:[\w:./-]*[./])?claude-(.+?)(?:-v\d+)?(?::\d+)?(?:\[\w+\])?")
_LARGEST_CEILING = 128_000
# The most tokens of an answer, where they are fewer than 128,000.
# docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-sonnet-4-6.html and its neighbours
_OUTPUT_CEILINGS = {
    **dict.fromkeys(("claude-sonnet-4-6", "claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"), 64_000),
    **dict.fromkeys(("claude-sonnet-4", "claude-3-7-sonnet"), 64_000),
    **dict.fromkeys(("claude-opus-4-1", "claude-opus-4"), 32_000),
    **dict.fromkeys(("claude-3-5-sonnet", "claude-3-5-haiku"), 8192),
    **dict.fromkeys(("claude-3-opus", "claude-3-sonnet", "claude-3-haiku"), 4096),
}
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


def generation(model_id: str) -> Generation:
    """(4, 6) of claude-opus-4-6; (0, 0) of older models, which have their names the other way round."""
    found = _GENERATION.fullmatch(short_name(model_id))
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def output_ceiling(model_id: str) -> int:
    """The largest `max_tokens` that Bedrock takes for the model."""
    return _OUTPUT_CEILINGS.get(undated_name(model_id), _LARGEST_CEILING)


class _Name(NamedTuple):
    """What a model's name says: `version` is (4, 5) of 4.5 and (5,) of 5; () stands for the latest."""

    family: str
    version: tuple[int, ...]
    date: str

    def fits(self, other: "_Name") -> bool:
        """Whether this one, of a caller, can mean the other, which has a version."""
        same_date = not self.date or not other.date or self.date == other.date
        return self.family == other.family and self.version in ((), other.version) and same_date


def _parse(name: str) -> _Name | None:
    """None for what is no name of a Claude model: a family, and a version or `latest`."""
    written = _WRITTEN_NAME.fullmatch(name)
    parts = re.split(r"[-.@]", written[1]) if written else []
    is_latest = parts[-1:] == ["latest"]
    if is_latest:
        parts.pop()
    families = [part for part in parts if part.isalpha() and part.islower()]
    numbers = [part for part in parts if re.fullmatch("[0-9]{1,2}", part)]
    dates = [part for part in parts if re.fullmatch("[0-9]{8}", part)]
    if len(families) != 1 or len(dates) > 1 or len(parts) != 1 + len(numbers) + len(dates):
        return None
    version = tuple(int(number) for number in numbers)
    if version[1:] == (0,):  # claude-sonnet-4-0 is Anthropic's alias of claude-sonnet-4-20250514
        version = version[:1]
    return _Name(families[0], version, "".join(dates)) if version or is_latest else None


class ModelCatalog:
    """The allowed models; the first is the default. `aliases` are other names that callers may use for them."""

    def __init__(self, model_ids: tuple[str, ...], aliases: Mapping[str, str] | None = None) -> None:
        self._by_name: dict[str, str] = {}
        self._aliases = aliases or {}
        self.names: list[str] = []
        for model_id in model_ids:
            name = short_name(model_id)
            # Two profiles of one model share a short name: the first has it, the other keeps its full id.
            self.names.append(model_id if name in self._by_name else name)
            for known_as in (model_id, foundation_model(model_id).removeprefix("anthropic."), name):
                self._by_name.setdefault(known_as, model_id)
        self._ids = model_ids
        self.default = self.names[0] if self.names else ""

    def only(self, model_ids: Iterable[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Of the models those with these ids, and their aliases."""
        allowed = set(model_ids)
        aliases = {alias: model_id for alias, model_id in self._aliases.items() if model_id in allowed}
        return tuple(model_id for model_id in self._ids if model_id in allowed), aliases

    def resolve(self, name: str) -> str:
        """The Bedrock id of the model that a caller names; NotFound lists what is allowed.

        A model of exactly that name comes first, then the first that the name fits, then the model of that alias.
        """
        model_id = self._by_name.get(name) or _first_that_fits(name, self._ids) or self._by_alias(name)
        if model_id is None:
            raise NotFound(
                f"{name[:100]!r} is not offered here; choose one of {', '.join(self.names)}.", field="model"
            )
        return model_id

    def _by_alias(self, name: str) -> str | None:
        alias = name if name in self._aliases else _first_that_fits(name, self._aliases)
        return self._aliases[alias] if alias else None


def _first_that_fits(name: str, candidates: Iterable[str]) -> str | None:
    asked = _parse(name)
    if asked is None:
        return None
    return next((each for each in candidates if (other := _parse(each)) and asked.fits(other)), None)


def display_name(name: str) -> str:
    """`claude-haiku-5-5-20260101` -> "Claude Haiku 5.5"; any other name stays as it is."""
    if not name.startswith("claude-"):
        return name
    family, *numbers = name.removeprefix("claude-").split("-")
    version = ".".join(number for number in numbers if len(number) < 3)  # a longer one is a date
    return f"Claude {family.capitalize()} {version}".rstrip()

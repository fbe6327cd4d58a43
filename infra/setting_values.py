"""How one setting's JSON value becomes the value that the constructs take. Pure.

Every reader takes the value as cdk.json has it and returns it checked; Unusable says what would be taken.
`settings.py` owns which settings there are.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from infra.guardrail_access import GUARDRAIL_PROFILES, Guardrail, geography
from infra.model_access import UnusableModel, parse_model

# AWS takes 50 tags of a person's on a resource; the page's bucket also bears three of the CDK's.
# https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
OWN_TAGS = ("app", "stage")
_MOST_TAGS = 50 - 3 - len(OWN_TAGS)
# For a caller that names no number: Bedrock reserves all of it against the quota before the first word.
_USUAL_MAX_TOKENS = 4096
_MOST_ALIASES = 20

Reader = Callable[[object], Any]


class Unusable(ValueError):
    """A value that is not what a setting takes; the message is what it takes, worded to follow "expected"."""


def whole_number(low: int, high: int) -> Reader:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Unusable(f"a whole number from {low} to {high}")
        return value

    return read


def dollars(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1_000_000:
        raise Unusable("a number of US dollars over 0 and up to 1000000, or null")
    return value


def one_of(*allowed: str | int) -> Reader:
    def read(value: object) -> object:
        if isinstance(value, bool) or value not in allowed:
            raise Unusable(f"one of {', '.join(map(str, allowed))}")
        return value

    return read


def matching(pattern: str, description: str) -> Reader:
    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Unusable(description)
        return value

    return read


def optional(reader: Reader) -> Reader:
    """What `reader` takes, or null."""

    def read(value: object) -> object:
        return None if value is None else reader(value)

    return read


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unusable("true or false")
    return value


def strings(value: object, description: str) -> tuple[str, ...]:
    """A list of strings, not empty, none of them twice."""
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise Unusable(description)
    if len(set(value)) < len(value):
        raise Unusable(f"{description}, none of them twice")
    return tuple(value)


def models(value: object) -> tuple[str, ...]:
    ids = strings(value, "a list of Bedrock model or inference-profile ids, the default first")
    for model_id in ids:
        try:
            parse_model(model_id)
        except UnusableModel as error:
            raise Unusable(str(error)) from None
    return ids


def aliases(value: object) -> dict[str, str]:
    """Names as clients have them. The function reads them from one variable; Lambda has 4 KB for all of these."""
    description = (
        f"an object of up to {_MOST_ALIASES} other names for models, such as "
        '{"gpt-5": "global.anthropic.claude-sonnet-5-5"}, each of up to 64 letters, digits and ._:/@[]-'
    )
    if not isinstance(value, dict) or len(value) > _MOST_ALIASES:
        raise Unusable(description)
    if not all(re.fullmatch(r"[A-Za-z0-9._:/@\[\]-]{1,64}", name) for name in value):
        raise Unusable(description)
    if not all(isinstance(model, str) for model in value.values()):
        raise Unusable(description)
    return value


def origins(value: object) -> tuple[str, ...]:
    description = 'a list of origins such as "https://example.com" (scheme, host and port only), or ["*"]'
    found = strings(value, description)
    if found != ("*",) and not all(re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin) for origin in found):
        raise Unusable(description)
    return found


def guardrail(value: object) -> Guardrail:
    description = (
        'an object such as {"id": "gr1a2b3c4d5e", "version": "1"} (or the version "DRAFT"), for a guardrail across '
        'regions with "profile": "us.guardrail.v1:0" too'
    )
    if not isinstance(value, dict) or not {"id", "version"} <= set(value) <= {
        "id",
        "version",
        "profile",
        "regions",
    }:
        raise Unusable(description)
    return Guardrail(
        id=matching(r"[a-z0-9]{1,64}", description)(value["id"]),
        version=matching(r"DRAFT|[1-9]\d{0,7}", description)(value["version"]),
        **_guardrail_profile(value, description),
    )


def _guardrail_profile(value: Mapping[str, Any], description: str) -> dict[str, Any]:
    """The profile and its regions, where they are given: regions only of a profile."""
    if "profile" not in value:
        if "regions" in value:
            raise Unusable(f'{description}, and "regions" beside a "profile" only')
        return {}
    profile = matching(r"[a-z0-9-]{2,15}\.guardrail\.v[0-9:]{1,5}", description)(value["profile"])
    if "regions" in value:
        return {"profile": profile, "regions": region_names(value["regions"], description)}
    if geography(profile) not in GUARDRAIL_PROFILES:
        raise Unusable(
            f"a guardrail profile of {', '.join(GUARDRAIL_PROFILES)}, or another one with its destinations beside "
            'it, such as "regions": ["us-east-1", "us-west-2"]'
        )
    return {"profile": profile}


def region_names(value: object, description: str) -> tuple[str, ...]:
    names = strings(value, description)
    if not all(re.fullmatch(r"[a-z]{2}-[a-z]+-\d", name) for name in names):
        raise Unusable(description)
    return names


def profile_regions(value: object) -> dict[str, tuple[str, ...]]:
    description = 'an object of region lists by profile prefix, such as {"us": ["us-east-1", "us-west-2"]}'
    if not isinstance(value, dict) or "global" in value:
        raise Unusable(description)
    return {prefix: region_names(names, description) for prefix, names in value.items()}


def tags(value: object) -> dict[str, str]:
    """As AWS takes them: the limits that hold for every kind of resource.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
    """
    if not isinstance(value, dict) or len(value) > _MOST_TAGS or not all(map(_is_tag, value.items())):
        raise Unusable(
            f'an object of up to {_MOST_TAGS} tags such as {{"team": "search"}}, names of 1 to 128 characters and '
            "values of up to 256, of letters, digits, spaces and _.:/=+-@"
        )
    names = [name.casefold() for name in value]
    if any(name in OWN_TAGS or name.startswith(("aws:", "aws-cdk:")) for name in names):
        raise Unusable(f"no tag {' or '.join(OWN_TAGS)}, which the stack sets, nor one that begins with aws:")
    if len(set(names)) < len(names):
        raise Unusable("tag names that differ in more than upper and lower case, as IAM takes only one of them")
    return value


def _is_tag(item: tuple[str, object]) -> bool:
    name, value = item
    return isinstance(value, str) and 1 <= len(name) <= 128 and len(value) <= 256 and _taggable(name + value)


def _taggable(text: str) -> bool:
    """Letters, digits and separators of any script, and a few signs."""
    return all(character in "_.:/=+-@" or unicodedata.category(character)[0] in "LNZ" for character in text)


def default_max_tokens(number: int | None, most: int) -> int:
    """The max_tokens of the page, and of a caller that names none. `most` is the ceiling."""
    return min(_USUAL_MAX_TOKENS, most) if number is None else number

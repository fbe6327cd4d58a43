"""`temperature`, `top_p` and Claude's own `top_k`, as far as the model takes them. Pure."""

from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.errors import InvalidRequest

_HIGHEST = 2  # OpenAI's; Claude's is 1


def sampling(asked: dict[str, Any], family: Family, *, thinks: bool, dropped: list[str]) -> dict[str, Any]:
    """What can be sent. Both APIs' default is 1, which asks for nothing and is left out.

    A model that thinks takes none of the three; from 4.1 on temperature and top_p go one at a time.
    """
    found = {name: number for name in ("temperature", "top_p") if (number := _number(asked, name, dropped)) != 1}
    if asked.get("top_k") is not None:
        found["top_k"] = _top_k(asked["top_k"])
    refused = set(found) if thinks or not family.sampling else set()
    if not family.sampling_pair and "temperature" in found:
        refused |= {"top_p"} & found.keys()
    dropped += [name for name in found if name in refused]
    return {name: number for name, number in found.items() if name not in refused}


def _number(asked: dict[str, Any], name: str, dropped: list[str]) -> float:
    value = asked.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _HIGHEST:
        raise InvalidRequest("expected a number from 0 to 1, which is as far as Claude goes.", field=name)
    if value > 1:
        dropped.append(f"{name} {value} -> 1")
    return min(value, 1)


def _top_k(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidRequest("expected a whole number from 1.", field="top_k")
    return value

"""What tokens cost, in whole micro-dollars, rounded up. Pure.

https://docs.claude.com/en/docs/about-claude/pricing has the rules for the cache and for long prompts.
"""

from collections.abc import Mapping
from typing import Any

_PER_TOKENS = 1_000_000

# Micro-dollars for a million tokens: input, output, cache_read, cache_write (for 5 minutes), cache_write_1h. Where
# they hold for prompts of up to prompt_up_to tokens, longer_prompts has those of longer ones.
Price = Mapping[str, Any]


def worst(price: Price, input_tokens: int, output_tokens: int, *, for_an_hour: bool) -> int:
    """The most that so many tokens can cost; `for_an_hour`: they may be written to the cache for an hour."""
    kinds = ("input", "cache_read", "cache_write", *(["cache_write_1h"] if for_an_hour else []))
    of_length = [price] if input_tokens <= _longest(price) else [price, price["longer_prompts"]]
    dearest = max(each[kind] for each in of_length for kind in kinds)
    return _rounded_up(input_tokens * dearest + output_tokens * max(each["output"] for each in of_length))


def cost(price: Price, usage: Mapping[str, Any]) -> int:
    """What an answer costs, by its usage."""
    return sum(_cost_of_run(price, run) for run in runs_of(usage))


def runs_of(usage: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The usage of each run of the model: an answer takes one, or with a compaction several.

    https://docs.claude.com/en/docs/build-with-claude/compaction
    """
    runs = usage.get("iterations")
    return runs if isinstance(runs, list) and runs else [usage]


def input_of(run: Mapping[str, Any]) -> int:
    """All tokens of a run's prompt, from the cache or not."""
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return sum(run.get(name) or 0 for name in names)


def _cost_of_run(price: Price, run: Mapping[str, Any]) -> int:
    prompt = input_of(run)
    if prompt > _longest(price):
        price = price["longer_prompts"]
    read = run.get("cache_read_input_tokens") or 0
    written = run.get("cache_creation_input_tokens") or 0
    hourly = (run.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0
    return _rounded_up(
        (prompt - read - written) * price["input"]
        + read * price["cache_read"]
        + (written - hourly) * price["cache_write"]
        + hourly * price["cache_write_1h"]
        + (run.get("output_tokens") or 0) * price["output"]
    )


def _longest(price: Price) -> float:
    return float(price.get("prompt_up_to", "inf"))


def _rounded_up(product: int) -> int:
    return -(-product // _PER_TOKENS)

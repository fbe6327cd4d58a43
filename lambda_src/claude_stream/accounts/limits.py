"""A limit as callers see it: in a refusal's sentence, in headers and in `GET /v1/usage`. Pure."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from claude_stream.accounts import schema
from claude_stream.errors import RateLimited

_SDKS_WAIT_SECONDS = 60  # the longest retry-after that SDKs obey; after a longer one they would ask in vain
_MICRO = 1_000_000


class Limit(NamedTuple):
    """The most of a counter that a key, or schema.STAGE, may use in a window."""

    owner: str
    counter: str
    most: int
    window: schema.Window

    @property
    def place(self) -> schema.Place:
        return schema.spend_place(self.owner, self.window)

    @property
    def begins_again(self) -> str:
        return schema.iso(self.window.end)

    def left(self, used: int) -> int:
        return max(0, self.most - used)

    def seconds_left(self, now: float) -> int:
        return max(1, math.ceil(self.window.end - now))

    def refusal(self, used: int, wanted: int, now: float) -> RateLimited:
        """Why a request that may take `wanted` is refused, and when it would not be."""
        whose = "This service" if self.owner == schema.STAGE else f"The key {self.owner}"
        most, unit = self._amount(self.most), self.window.unit
        if wanted > self.most:
            return RateLimited(
                f"{whose} may use {most} a {unit}, and this request could take {self._amount(wanted)}. Ask for "
                "less: lower max_tokens, or shorten the prompt.",
                can_retry=False,
            )
        seconds = self.seconds_left(now)
        left = ", and has"
        if self.counter != "requests":
            left = f": {self._amount(self.left(used))} are left, and this request could take {self._amount(wanted)}"
        return RateLimited(
            f"{whose} may use {most} a {unit}{left}. The next {unit} begins at {self.begins_again}.",
            retry_after=seconds,
            can_retry=seconds <= _SDKS_WAIT_SECONDS,
        )

    def usage(self, used: int) -> dict[str, Any]:
        """As `GET /v1/usage` has it: money in dollars."""
        name = self.counter.replace("micro_usd", "usd")
        values = {"limit": self.most, "used": used, "remaining": self.left(used)}
        numbers = {key: in_dollars(value) if name == "usd" else value for key, value in values.items()}
        return {"name": f"{name}_per_{self.window.unit}", **numbers, "resets_at": self.begins_again}

    def _amount(self, number: int) -> str:
        return f"{in_dollars(number):.6g} USD" if self.counter == "micro_usd" else f"{number} {self.counter}"


def limits_of(owner: str, limits: Mapping[str, int], now: float) -> list[Limit]:
    """`limits` by the names of schema.KEY_LIMITS or STAGE_LIMITS."""
    return [
        Limit(owner, counter, most, schema.window(unit, now))
        for name, most in limits.items()
        for counter, unit in [schema.parts_of(name)]
    ]


def in_dollars(micro_usd: int) -> float:
    return micro_usd / _MICRO

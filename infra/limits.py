"""What a whole stage may use: the setting `budget`, and the variable that tells the function of it. Pure."""

import json
from dataclasses import dataclass, fields

from infra.prices import micro_dollars
from infra.setting_values import Reader, Unusable, dollars, whole_number

_MOST = 10**12  # of requests and tokens: far over any quota of Bedrock's


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The limits of a stage, each None where there is none. Days and months are those of UTC."""

    usd_per_day: float | None = None
    usd_per_month: float | None = None
    requests_per_minute: int | None = None
    tokens_per_day: int | None = None
    tokens_per_month: int | None = None

    @property
    def has_dollars(self) -> bool:
        return bool(self.usd_per_day or self.usd_per_month)

    def for_the_function(self) -> str:
        """The variable BUDGET: the limits as the table's items have them, money in whole micro-dollars."""
        limits = {
            "micro_usd_per_day": self.usd_per_day and micro_dollars(self.usd_per_day),
            "micro_usd_per_month": self.usd_per_month and micro_dollars(self.usd_per_month),
            "requests_per_minute": self.requests_per_minute,
            "tokens_per_day": self.tokens_per_day,
            "tokens_per_month": self.tokens_per_month,
        }
        return json.dumps({name: limit for name, limit in limits.items() if limit}, separators=(",", ":"))


_READERS: dict[str, Reader] = {
    "usd_per_day": dollars,
    "usd_per_month": dollars,
    "requests_per_minute": whole_number(1, _MOST),
    "tokens_per_day": whole_number(1, _MOST),
    "tokens_per_month": whole_number(1, _MOST),
}


def budget(value: object) -> Budget:
    """A stage's "budget"; Unusable says what it takes."""
    names = [limit.name for limit in fields(Budget)]
    description = (
        f"an object of limits over 0, of {', '.join(names)}, such as "
        '{"usd_per_day": 20, "requests_per_minute": 60}, or null'
    )
    if not isinstance(value, dict) or not value or not set(value) <= set(names):
        raise Unusable(description)
    try:
        return Budget(**{name: _READERS[name](limit) for name, limit in value.items()})
    except Unusable:
        raise Unusable(description) from None

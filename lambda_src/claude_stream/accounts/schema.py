"""The table's schema: each item's partition and sort key, its attributes, and the windows of time. Pure.

- `key#<hash of the key>`, `key`: `name`, `created`; where they are set `expires`, `disabled`, `max_tokens`, limits,
  and `models` (ids as the stage's settings have them).
- `names`, `<name>`: `hash`, of the key that has the name.
- `spend#<name>`, `<window>#<its beginning>`: the counters, `expires_at`; a day also has `last_used`, and counters
  by model. `spend#*` is the whole stage's.

Times are seconds since 1970, windows are UTC's, money is whole micro-dollars.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

Place = tuple[str, str]  # an item's pk and sk

NAMES = "names"
STAGE = "*"
EXPIRES_AT = "expires_at"  # the attribute of the table's TTL
# Of a window: what is reserved and what was spent in one number, so that a condition is one comparison.
COUNTERS = ("requests", "tokens", "micro_usd")
# Of a day and a model: what was charged for answers that have ended, as in `requests claude-haiku-5-5`. Where the
# day's own counter has more than its models' together, an answer goes on, or its environment has died.
MODEL_COUNTERS = ("requests", "input_tokens", "output_tokens", "micro_usd")

# A limit's name is a counter and a window. The stage's budget takes those of the second line too.
KEY_LIMITS = ("requests_per_minute", "tokens_per_day", "micro_usd_per_day", "micro_usd_per_month")
STAGE_LIMITS = (*KEY_LIMITS, "tokens_per_month")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_RESERVED_NAMES = ("default",)
# How long an item is kept after its window has begun, so that it can be looked at: in hours.
_KEPT_HOURS = {"minute": 1, "day": 101 * 24, "month": 431 * 24}
_FORMATS = {"minute": "%Y-%m-%dT%H:%M", "day": "%Y-%m-%d", "month": "%Y-%m"}


class Window(NamedTuple):
    """A minute, day or month of UTC; `begin` and `end` in seconds since 1970."""

    unit: str
    begin: int
    end: int

    @property
    def sort_key(self) -> str:
        """`minute#2026-11-27T06:40`, `day#2026-11-27`, `month#2026-11`."""
        return f"{self.unit}#{datetime.fromtimestamp(self.begin, UTC).strftime(_FORMATS[self.unit])}"

    @property
    def expires_at(self) -> int:
        return self.begin + _KEPT_HOURS[self.unit] * 3600


def window(unit: str, now: float) -> Window:
    """The window of that unit which `now`, in seconds since 1970, is in."""
    begin = datetime.fromtimestamp(now, UTC).replace(second=0, microsecond=0)
    if unit == "minute":
        end = begin + timedelta(minutes=1)
    elif unit == "day":
        begin = begin.replace(hour=0, minute=0)
        end = begin + timedelta(days=1)
    else:
        begin = begin.replace(day=1, hour=0, minute=0)
        end = (begin + timedelta(days=31)).replace(day=1)
    return Window(unit, int(begin.timestamp()), int(end.timestamp()))


def windows_of(limits: Iterable[str], now: float) -> list[Window]:
    """The windows whose sums are kept for a name with these limits: a minute only if there is one on it."""
    units = {parts_of(limit)[1] for limit in limits} & {"minute"}
    return [window(unit, now) for unit in (*units, "day", "month")]


def iso(seconds: float) -> str:
    """`2026-11-27T06:40:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parts_of(limit: str) -> tuple[str, str]:
    """The counter and the unit of a limit: tokens and day of `tokens_per_day`."""
    counter, _, unit = limit.rpartition("_per_")
    return counter, unit


def key_place(key_hash: str) -> Place:
    return f"key#{key_hash}", "key"


def name_place(name: str) -> Place:
    return NAMES, name


def spend_place(name: str, of: Window) -> Place:
    """`name` is a key's, or STAGE."""
    return f"spend#{name}", of.sort_key


def model_counter(counter: str, model_name: str) -> str:
    """The attribute of a day; `model_name` is short, as in `claude-haiku-5-5`."""
    return f"{counter} {model_name}"


def is_key_name(name: str) -> bool:
    """Up to 40 lower-case letters, digits and hyphens, and not the name of the secret's own key."""
    return bool(_NAME.fullmatch(name)) and name not in _RESERVED_NAMES

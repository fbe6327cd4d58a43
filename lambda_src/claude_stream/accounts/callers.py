"""Who calls, and what has been reserved for a call: the values that the accounts give to the routes."""

from collections.abc import Mapping
from typing import NamedTuple

from claude_stream.models import ModelCatalog

_NO_LIMITS: Mapping[str, int] = {}


class Caller(NamedTuple):
    """A key that is accepted. `models` are those that it may use, `max_tokens` the most it may ask for."""

    name: str
    limits: Mapping[str, int] = _NO_LIMITS  # by the names of schema.KEY_LIMITS
    models: ModelCatalog | None = None
    max_tokens: int | None = None
    expires: int | None = None  # seconds since 1970


class Use(NamedTuple):
    """What an answer takes: tokens, and whole micro-dollars; 0 for a model without a price."""

    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0

    def counters(self) -> dict[str, int]:
        return {"requests": 1, "tokens": self.input_tokens + self.output_tokens, "micro_usd": self.micro_usd}


class Reservation(NamedTuple):
    """A call in the books. `owners` are those whose sums have `most` in them: none where there is no limit."""

    caller: Caller
    model_id: str
    at: float  # seconds since 1970: it counts in the windows in which it was made
    most: Use = Use()  # that it can take
    owners: tuple[str, ...] = ()

"""What tokens cost, as terms of a sum over the function's metrics: for the dashboard and for the alarm. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.prices import Price

# CloudWatch's limit for one alarm. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
MOST_TERMS = 10
_CACHED = ("CacheReadTokens", "CacheWriteTokens")


@dataclass(frozen=True)
class Term:
    """A metric, counted for one model or (None) for all, and the dollars for a million of it."""

    metric: str
    model: str | None
    dollars: float


def terms_of(model: str | None, price: Price) -> list[Term]:
    """All that is billed of a model's tokens."""
    return [
        Term("InputTokens", model, price.input),
        Term("OutputTokens", model, price.output),
        Term("CacheReadTokens", model, price.cache_read),
        Term("CacheWriteTokens", model, price.cache_write),
    ]


def alarm_terms(prices: Mapping[str, Price]) -> list[Term]:
    """What an alarm sums up: exact for two models; for more, some tokens count as the most expensive model's.

    First the cache's tokens do, which are few or cheap, then all. So the estimate errs upwards, and the alarm comes
    early rather than late.
    """
    exact = [term for model, price in prices.items() for term in terms_of(model, price)]
    dearest = terms_of(None, _dearest(prices))
    without_cache = [term for term in exact if term.metric not in _CACHED]
    mixed = without_cache + [term for term in dearest if term.metric in _CACHED]
    return next(terms for terms in (exact, mixed, dearest) if len(terms) <= MOST_TERMS)


def _dearest(prices: Mapping[str, Price]) -> Price:
    """The highest of each kind of price."""
    kinds = ("input", "output", "cache_read", "cache_write")
    return Price(**{kind: max(getattr(price, kind) for price in prices.values()) for kind in kinds})


def dollars(terms: Mapping[str, Term]) -> str:
    """The sum in CloudWatch's metric math, the terms by the ids of their metrics."""
    summands = (f"FILL({identifier}, 0) * {term.dollars}" for identifier, term in terms.items())
    return f"({' + '.join(summands)}) / 1000000"

"""spend.py: what tokens cost, in terms that CloudWatch can add up."""

import pytest

from infra.prices import Price
from infra.spend import MOST_TERMS, Term, alarm_terms, dollars

CHEAP = Price(input=1, output=5, cache_read=0.1, cache_write=1.25)
DEAR = Price(input=4, output=20, cache_read=0.4, cache_write=5)


def prices(count: int) -> dict[str, Price]:
    return {"dear": DEAR, **{f"cheap-{number}": CHEAP for number in range(1, count)}}


def cost(terms: list[Term], model: str, tokens: dict[str, int]) -> float:
    """By the terms, what one answer of the model costs."""
    return sum(term.dollars * tokens[term.metric] for term in terms if term.model in (model, None)) / 1_000_000


TOKENS = {"InputTokens": 1000, "OutputTokens": 500, "CacheReadTokens": 8000, "CacheWriteTokens": 100}


@pytest.mark.parametrize("count", [1, 2])
def test_of_two_models_the_sum_is_exact(count: int) -> None:
    terms = alarm_terms(prices(count))
    assert len(terms) == 4 * count
    assert cost(terms, "dear", TOKENS) == pytest.approx((4000 + 10_000 + 3200 + 500) / 1_000_000)


@pytest.mark.parametrize("count", range(1, 12))
def test_of_any_number_it_fits_an_alarm_and_never_says_too_little(count: int) -> None:
    terms = alarm_terms(prices(count))
    assert len(terms) <= MOST_TERMS
    for model, price in prices(count).items():
        exact = alarm_terms({model: price})
        assert cost(terms, model, TOKENS) >= cost(exact, model, TOKENS)


def test_of_three_or_four_only_the_caches_tokens_count_as_the_dearest_models() -> None:
    terms = alarm_terms(prices(4))
    answer = {**TOKENS, "CacheReadTokens": 0, "CacheWriteTokens": 0}
    assert cost(terms, "cheap-1", answer) == cost(alarm_terms({"cheap-1": CHEAP}), "cheap-1", answer)


def test_metric_math_takes_a_metric_that_was_never_written_for_none() -> None:
    terms = {"t0": Term("InputTokens", None, 2), "t1": Term("OutputTokens", "m", 10.5)}
    assert dollars(terms) == "(FILL(t0, 0) * 2 + FILL(t1, 0) * 10.5) / 1000000"

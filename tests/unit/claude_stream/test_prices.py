"""What tokens cost: whole micro-dollars, rounded up, and never more than the worst that was reserved."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.accounts.prices import cost, worst

HAIKU = {
    "input": 100_000,
    "output": 500_000,
    "cache_read": 10_000,
    "cache_write": 125_000,
    "cache_write_1h": 200_000,
    "prompt_up_to": 100_000,
    "longer_prompts": {
        "input": 500_000,
        "output": 2_500_000,
        "cache_read": 50_000,
        "cache_write": 625_000,
        "cache_write_1h": 1_000_000,
    },
}
counts = st.integers(0, 300_000)


def usage(input_: int = 0, read: int = 0, written: int = 0, hourly: int = 0, output: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": input_,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "cache_creation": {"ephemeral_5m_input_tokens": written - hourly, "ephemeral_1h_input_tokens": hourly},
        "output_tokens": output,
    }


@pytest.mark.parametrize(
    ("used", "micro_usd"),
    [
        (usage(), 0),
        (usage(input_=10), 1),
        (usage(input_=11), 2),
        (usage(output=1), 1),
        (usage(read=1000), 10),
        (usage(written=1000), 125),
        (usage(written=1000, hourly=400), 75 + 80),
        (usage(input_=100_000, output=2), 10_001),
        (usage(input_=100_001, output=2), 50_006),
        (usage(input_=1, read=100_000), 5001),
        ({"input_tokens": None, "output_tokens": 2, "cache_creation": None}, 1),
    ],
)
def test_an_answer_costs_its_tokens_at_their_prices(used: dict[str, Any], micro_usd: int) -> None:
    assert cost(HAIKU, used) == micro_usd


def test_the_runs_of_a_compaction_cost_each() -> None:
    runs = [usage(input_=180_000, output=3500), usage(input_=23_000, output=1000)]
    assert cost(HAIKU, {**runs[1], "iterations": runs}) == sum(cost(HAIKU, run) for run in runs)
    assert cost(HAIKU, {**runs[1], "iterations": None}) == cost(HAIKU, runs[1])


@given(counts, counts, counts, counts, counts)
def test_no_answer_costs_more_than_its_worst(
    input_: int, read: int, written: int, hourly: int, output: int
) -> None:
    hourly = min(hourly, written)
    used = usage(input_, read, written, hourly, output)
    most = worst(HAIKU, input_ + read + written, output, for_an_hour=hourly > 0)
    assert cost(HAIKU, used) <= most
    assert most <= worst(HAIKU, input_ + read + written + 5, output + 5, for_an_hour=True)

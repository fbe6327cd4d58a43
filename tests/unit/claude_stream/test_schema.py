"""The table's schema: the keys of its items, and the windows of time that sums are kept for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.accounts import schema

NOW = datetime(2026, 11, 27, 6, 40, 59, 500_000, UTC).timestamp()
times = st.floats(0, 4e9)
units = st.sampled_from(["minute", "day", "month"])


@pytest.mark.parametrize(
    ("unit", "sort_key", "end"),
    [
        ("minute", "minute#2026-11-27T06:40", datetime(2026, 11, 27, 6, 41, tzinfo=UTC)),
        ("day", "day#2026-11-27", datetime(2026, 11, 28, tzinfo=UTC)),
        ("month", "month#2026-11", datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_window_is_named_by_its_beginning_in_utc(unit: str, sort_key: str, end: datetime) -> None:
    window = schema.window(unit, NOW)
    assert schema.spend_place("alice", window) == ("spend#alice", sort_key)
    assert window.end == end.timestamp()


@given(units, times)
def test_windows_follow_one_another_without_a_gap(unit: str, now: float) -> None:
    window = schema.window(unit, now)
    assert window.begin <= now < window.end
    assert schema.window(unit, window.begin) == schema.window(unit, window.end - 1) == window
    following = schema.window(unit, window.end)
    assert following.begin == window.end
    assert following.sort_key > window.sort_key, "a Query lists them in the order of time"


@given(units, times)
def test_an_item_outlives_its_window(unit: str, now: float) -> None:
    """By an hour's rest, 100 days for `make usage`, or 400 days."""
    window = schema.window(unit, now)
    assert window.expires_at - window.end >= {"minute": 59 * 60, "day": 100 * 86_400, "month": 400 * 86_400}[unit]


@pytest.mark.parametrize("limit", schema.STAGE_LIMITS)
def test_a_limit_is_on_a_counter_in_a_window(limit: str) -> None:
    counter, unit = schema.parts_of(limit)
    assert counter in schema.COUNTERS
    assert schema.window(unit, NOW).unit == unit


def test_the_other_items_have_places_of_their_own() -> None:
    assert schema.key_place("ab12") == ("key#ab12", "key")
    assert schema.name_place("alice") == ("names", "alice")
    assert schema.model_counter("micro_usd", "claude-haiku-5-5") == "micro_usd claude-haiku-5-5"


@pytest.mark.parametrize("name", ["a", "alice", "7", "team-a-2", "x" * 40])
def test_a_name_is_short_and_plain(name: str) -> None:
    assert schema.is_key_name(name)


@pytest.mark.parametrize(
    "name", ["", "*", "default", "-a", "Alice", "a b", "a#b", "x" * 41, "é", "a\n", "default (previous)"]
)
def test_any_other_name_is_refused(name: str) -> None:
    assert not schema.is_key_name(name)

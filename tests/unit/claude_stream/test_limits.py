"""A limit as callers see it: its sentence, its place in `GET /v1/usage`, and the headers of each API."""

import pytest

from claude_stream.accounts import schema
from claude_stream.accounts.limits import Limit, limits_of
from claude_stream.dialects import anthropic
from claude_stream.dialects.openai_shared.answers import limit_headers

NOW = 1_795_762_800  # 2026-11-27T07:00:00Z


def limit(name: str, most: int, owner: str = "alice") -> Limit:
    (found,) = limits_of(owner, {name: most}, NOW)
    return found


@pytest.mark.parametrize(
    ("name", "most", "used", "wanted", "sentence", "retry_after"),
    [
        (
            *("requests_per_minute", 20, 20, 1),
            "The key alice may use 20 requests a minute, and has. The next minute begins at 2026-11-27T07:01:00Z.",
            60,
        ),
        (
            *("tokens_per_day", 1000, 900, 200),
            "The key alice may use 1000 tokens a day: 100 tokens are left, and this request could take 200 tokens. "
            "The next day begins at 2026-11-28T00:00:00Z.",
            17 * 3600,
        ),
        (
            *("micro_usd_per_month", 5_000_000, 4_999_000, 1500),
            "The key alice may use 5 USD a month: 0.001 USD are left, and this request could take 0.0015 USD. "
            "The next month begins at 2026-12-01T00:00:00Z.",
            3 * 86_400 + 17 * 3600,
        ),
    ],
)
def test_a_refusal_says_which_limit_what_is_left_and_when_it_begins_again(
    name: str, most: int, used: int, wanted: int, sentence: str, retry_after: int
) -> None:
    refusal = limit(name, most).refusal(used, wanted, NOW)
    assert (refusal.status, refusal.type) == (429, "rate_limit_error")
    assert refusal.message == sentence
    assert refusal.retry_after == retry_after
    assert refusal.can_retry == (retry_after <= 60), "SDKs wait a minute at most"


def test_what_never_fits_has_no_time_at_which_it_would() -> None:
    refusal = limit("tokens_per_day", 1000).refusal(0, 5000, NOW)
    assert refusal.message == (
        "The key alice may use 1000 tokens a day, and this request could take 5000 tokens. Ask for less: "
        "lower max_tokens, or shorten the prompt."
    )
    assert refusal.headers() == [("x-should-retry", "false")]


def test_the_stages_limits_are_those_of_the_service() -> None:
    refusal = limit("tokens_per_day", 1000, schema.STAGE).refusal(1000, 1, NOW)
    assert refusal.message.startswith("This service may use 1000 tokens a day: 0 tokens are left")


def test_usage_has_dollars() -> None:
    assert limit("micro_usd_per_day", 5_000_000).usage(1_250_000) == {
        "name": "usd_per_day",
        "limit": 5,
        "used": 1.25,
        "remaining": 3.75,
        "resets_at": "2026-11-28T00:00:00Z",
    }


def test_what_is_over_the_limit_leaves_nothing() -> None:
    """A limit may be lowered under what was used."""
    assert limit("tokens_per_day", 10).usage(15)["remaining"] == 0


def test_anthropics_headers_have_a_time() -> None:
    assert anthropic.limit_headers(limit("requests_per_minute", 20), 5) == [
        ("anthropic-ratelimit-requests-limit", "20"),
        ("anthropic-ratelimit-requests-remaining", "15"),
        ("anthropic-ratelimit-requests-reset", "2026-11-27T07:01:00Z"),
    ]


@pytest.mark.parametrize(
    ("name", "passed", "reset"), [("tokens_per_day", 5, "1019m55s"), ("requests_per_minute", 5, "55s")]
)
def test_openais_headers_have_a_length_of_time(
    monkeypatch: pytest.MonkeyPatch, name: str, passed: int, reset: str
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW + passed)
    counter = name.partition("_")[0]
    assert limit_headers(limit(name, 100), 101) == [
        (f"x-ratelimit-limit-{counter}", "100"),
        (f"x-ratelimit-remaining-{counter}", "0"),
        (f"x-ratelimit-reset-{counter}", reset),
    ]

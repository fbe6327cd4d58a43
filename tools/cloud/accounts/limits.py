"""The limits of a key: how a person writes them, and how they are shown. Pure."""

import argparse
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from claude_stream.accounts import schema
from infra.model_access import parse_model

NO_LIMIT = "none"
ALL_MODELS = "all"
NEVER = "never"
MICRO = 1_000_000
_MOST_DOLLARS = 1_000_000
_MOST_TOKENS = 128_000  # of one answer: no model writes longer ones
_SECONDS_OF_A_DAY = 86_400

_ATTRIBUTES = (*schema.KEY_LIMITS, "max_tokens", "models", "expires")

Reader = Callable[[str], Any]


def dollars(text: str) -> int:
    """Whole micro-dollars."""
    try:
        micro = Decimal(text) * MICRO
    except InvalidOperation:
        micro = Decimal("NaN")
    if not micro.is_finite() or not 0 < micro <= _MOST_DOLLARS * MICRO or micro != int(micro):
        raise argparse.ArgumentTypeError(
            f"expected US dollars over 0 and up to {_MOST_DOLLARS}, such as 2.50, found {text!r}"
        )
    return int(micro)


def whole_number(most: int) -> Reader:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,13}", text) or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from 1 to {most}, found {text!r}")
        return int(text)

    return read


def or_none(read: Reader, word: str) -> Reader:
    """What `read` takes, or the word that takes a limit away: None."""
    return lambda text: None if text == word else read(text)


def names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise argparse.ArgumentTypeError(f"expected models, separated by commas, found {text!r}")
    return found


def moment(now: datetime) -> Reader:
    """The end of a key's time, in seconds since 1970: so many days from `now`, or the end of that day in UTC."""

    def read(text: str) -> int:
        if days := re.fullmatch(r"([1-9][0-9]{0,3})d", text):
            return int(now.timestamp()) + int(days[1]) * _SECONDS_OF_A_DAY
        try:
            day = date.fromisoformat(text)
            end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        except (ValueError, OverflowError):
            end = datetime.min.replace(tzinfo=UTC)
        if end <= now:
            raise argparse.ArgumentTypeError(
                f"expected days such as 30d, or a date to come such as {now.year + 1}-12-31, found {text!r}"
            )
        return int(end.timestamp())

    return read


def add_options(parser: argparse.ArgumentParser, now: datetime, *, change: bool) -> None:
    """The options of key-add, or with `change` those of key-limit, which can also take limits away.

    An option that is not given leaves no attribute in the namespace.
    """
    for name, (read, metavar, words, removal) in _options(now).items():
        option = f"--{name.replace('micro_usd', 'usd').replace('_', '-')}"
        parser.add_argument(
            option,
            dest=name,
            type=or_none(read, removal) if change else read,
            metavar=f"{metavar}|{removal}" if change else metavar,
            default=argparse.SUPPRESS,
            help=words,
        )


def _options(now: datetime) -> dict[str, tuple[Reader, str, str, str]]:
    """By attribute: how it is read, what stands for it in the help, the help, and the word for no limit."""
    many = whole_number(10**12)
    return {
        "micro_usd_per_day": (dollars, "USD", "the most that it may spend in a day of UTC", NO_LIMIT),
        "micro_usd_per_month": (dollars, "USD", "the most that it may spend in a month of UTC", NO_LIMIT),
        "requests_per_minute": (many, "N", "the most requests in a minute", NO_LIMIT),
        "tokens_per_day": (many, "N", "the most tokens in a day, read and written", NO_LIMIT),
        "max_tokens": (whole_number(_MOST_TOKENS), "N", "the most tokens of one answer", NO_LIMIT),
        "models": (names, "NAME,NAME", "the models that it may use", ALL_MODELS),
        "expires": (moment(now), "30d|2026-12-31", "when it stops working", NEVER),
    }


def attributes(options: argparse.Namespace) -> dict[str, Any]:
    """What was given of these options, by attribute."""
    return {name: value for name, value in vars(options).items() if name in _ATTRIBUTES}


def in_words(key: Mapping[str, Any]) -> str:
    """The limits of a key's item, in one line."""
    words = [
        *(f"${dollars_of(key[name])} a {name.rpartition('_')[2]}" for name in _of(key, "micro_usd_per_")),
        *(f"{key[name]:,} requests a minute" for name in _of(key, "requests_per_")),
        *(f"{key[name]:,} tokens a day" for name in _of(key, "tokens_per_")),
        *(f"{key[name]:,} tokens an answer" for name in _of(key, "max_tokens")),
        *(" or ".join(map(short_name, key[name])) for name in _of(key, "models")),
    ]
    return ", ".join(words) or "no limits"


def _of(key: Mapping[str, Any], beginning: str) -> list[str]:
    return sorted(name for name in key if name.startswith(beginning))


def short_name(model: str) -> str:
    """`claude-haiku-5-5` of `global.anthropic.claude-haiku-5-5`."""
    return parse_model(model).foundation_model.removeprefix("anthropic.")


def dollars_of(micro_usd: int) -> str:
    """`2.50`, and as many decimals as it takes to be exact: `0.001234`."""
    whole, _, part = f"{Decimal(micro_usd) / MICRO:.6f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"

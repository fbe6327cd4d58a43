"""The figures as a table, beside FastAPI's and against the targets. Pure."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench.subjects import AT_ONCE, BOTO3, FASTAPI, FLASK, OURS, OURS_BY_URL, OURS_LIMITED

Figures = Mapping[str, Mapping[str, float]]


class Target(NamedTuple):
    """Reached while `of(figures of all subjects)` is at most `limit`."""

    words: str
    of: Callable[[Mapping[str, float]], float]
    limit: float


class Row(NamedTuple):
    """`mine`: which of our figures it shows. `comparable`: whether a ratio to FastAPI's has a meaning."""

    figure: str
    words: str
    target: Target | None = None
    mine: str = OURS
    comparable: bool = True


def _ratio(mine: str = OURS) -> Callable[[Mapping[str, float]], float]:
    return lambda values: values[mine] / values[FASTAPI]


def _own(values: Mapping[str, float]) -> float:
    return values[OURS]


ROWS = (
    Row("start_ms", "start to first poll, ms", Target("<= 0.4x", _ratio(), 0.4)),
    Row("added_first_token_ms", "time to first token over boto3, ms", Target("<= 3 ms", _own, 3), comparable=False),
    Row("added_first_token_ms", "  by the emulated function URL", mine=OURS_BY_URL, comparable=False),
    Row("first_token_ms", "time to first token, ms"),
    Row("first_token_ms", "  with limits (a table on loopback)", mine=OURS_LIMITED),
    Row("latency_p50_ms", "token latency p50, ms"),
    Row("latency_p50_ms", "  by the emulated function URL", mine=OURS_BY_URL),
    Row("latency_p99_ms", "token latency p99, ms"),
    Row("latency_p99_ms", "  by the emulated function URL", mine=OURS_BY_URL),
    Row("cpu_ms_per_1000", "CPU per 1,000 tokens, ms", Target("<= 0.5x", _ratio(), 0.5)),
    Row(
        "cpu_ms_per_1000_at_once",
        f"  {AT_ONCE} answers at once",
        Target("<= 0.5x", _ratio(OURS_BY_URL), 0.5),
        mine=OURS_BY_URL,
    ),
    Row("peak_memory_mb", "peak memory, MB", Target("<= 0.75x", _ratio(), 0.75)),
    Row("zip_kb", "deployed zip, KB", Target("< 130 KB", _own, 130), comparable=False),
)

COLUMNS = f"{'':36}{'ours':>8}{'Flask':>8}{'FastAPI':>9}{'boto3':>8}{'of FastAPI':>12}  target"

NOTES = f"""\
Start: from spawn to the first GET /next (ours), or until /healthz answers (peers); file caches and bytecode warm.
Ours is timed at its Runtime API socket, peers at their HTTP socket, without the adapter that Lambda needs for them.
By the function URL: through the emulator, whose own Python comes on top. Ours also checks keys, writes metrics.
Token latency: from before Bedrock's stand-in sends a piece to the client's read; the median of the answers'.
CPU and memory: the serving process only; {AT_ONCE} answers at once share it (Lambda Managed Instances)."""


def table(figures: Figures) -> str:
    return "\n".join([COLUMNS, "-" * 92, *(_line(row, figures[row.figure]) for row in ROWS), "", NOTES])


def verdicts(figures: Figures) -> dict[str, bool]:
    """Whether each target is reached, by figure."""
    return {row.figure: reached(row.target, figures[row.figure]) for row in ROWS if row.target}


def reached(target: Target, values: Mapping[str, float]) -> bool:
    return target.of(values) <= target.limit


def _line(row: Row, values: Mapping[str, float]) -> str:
    mine, flask, fastapi, boto3 = (_number(values.get(name)) for name in (row.mine, FLASK, FASTAPI, BOTO3))
    of_fastapi = f"{values[row.mine] / values[FASTAPI]:.2f}x" if row.comparable else ""
    verdict = f"{row.target.words:9}{'PASS' if reached(row.target, values) else 'MISS'}" if row.target else ""
    return f"{row.words:36}{mine:>8}{flask:>8}{fastapi:>9}{boto3:>8}{of_fastapi:>12}  {verdict}".rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}"

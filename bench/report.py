"""The figures as a table, beside the peers' and against the targets. Pure."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench.subjects import ADAPTER, AT_ONCE, BOTO3, FASTAPI, FLASK, NODE, OURS, OURS_BY_URL, OURS_KEPT, OURS_LIMITED

Figures = Mapping[str, Mapping[str, float]]


class Target(NamedTuple):
    """Reached while `of(figures of all subjects)` is at most `limit`."""

    words: str
    of: Callable[[Mapping[str, float]], float]
    limit: float


class Row(NamedTuple):
    """`mine`: which of our figures it shows. `comparable`: whether a ratio to another's has a meaning."""

    figure: str
    words: str
    targets: tuple[Target, ...] = ()
    mine: str = OURS
    comparable: bool = True


def _ratio(peer: str, limit: float, mine: str = OURS) -> Target:
    return Target(f"<= {limit}x {peer}", lambda values: values[mine] / values[peer], limit)


def _own(values: Mapping[str, float]) -> float:
    return values[OURS]


ROWS = (
    Row("start_ms", "start to first poll, ms", (_ratio(NODE, 0.55), _ratio(ADAPTER, 0.12))),
    Row("start_cpu_ms", "  its CPU, ms"),
    Row("cold_first_token_ms", "start to first token, ms", (_ratio(NODE, 0.7),)),
    Row(
        "added_first_token_ms",
        "time to first token over boto3, ms",
        (Target("<= 3 ms", _own, 3),),
        comparable=False,
    ),
    Row("added_first_token_ms", "  by the emulated function URL", mine=OURS_BY_URL, comparable=False),
    Row("first_token_ms", "time to first token, ms"),
    Row("first_token_ms", "  with limits (a table on loopback)", mine=OURS_LIMITED),
    Row("latency_p50_ms", "token latency p50, ms"),
    Row("latency_p50_ms", "  by the emulated function URL", mine=OURS_BY_URL),
    Row("latency_p50_ms", "  kept while it streams", (_ratio(OURS, 1.05, OURS_KEPT),), mine=OURS_KEPT),
    Row("latency_p99_ms", "token latency p99, ms"),
    Row("latency_p99_ms", "  by the emulated function URL", mine=OURS_BY_URL),
    Row("latency_p99_ms", "  kept while it streams", (_ratio(OURS, 1.2, OURS_KEPT),), mine=OURS_KEPT),
    Row("cpu_ms_per_1000", "CPU per 1,000 tokens, ms", (_ratio(NODE, 0.35), _ratio(FASTAPI, 0.5))),
    Row("cpu_ms_per_1000", "  kept while it streams", mine=OURS_KEPT),
    Row(
        "cpu_ms_per_1000_at_once",
        f"  {AT_ONCE} answers at once",
        (_ratio(FASTAPI, 0.5, OURS_BY_URL),),
        mine=OURS_BY_URL,
    ),
    Row("peak_memory_mb", "peak memory, MB", (_ratio(NODE, 0.4), _ratio(FASTAPI, 0.75))),
    Row("zip_kb", "deployed zip, KB", (Target("<= 90 KB", _own, 90),), comparable=False),
    Row("source_zip_kb", "  without what is compiled", comparable=False),
)

SHOWN = {NODE: "Node", ADAPTER: "adapter", FLASK: "Flask", FASTAPI: "FastAPI", BOTO3: "boto3"}
COLUMNS = f"{'':36}{'ours':>8}{''.join(f'{word:>9}' for word in SHOWN.values())}{'of Node':>9}  targets"

NOTES = f"""\
Start: from spawn to the first GET /next, or until /healthz answers (Flask, FastAPI); file caches warm. Ours
runs from the package as it is deployed, compiled by this Python; peers in Python keep what they compile too.
Ours, Node and the adapter (before FastAPI) are timed at their Runtime API socket, the others at their HTTP socket.
By the function URL: through the emulator, whose own Python comes on top. Ours also checks keys, writes metrics.
Token latency: from before Bedrock's stand-in sends a piece to the client's read; the median of the answers'.
CPU and memory: the serving process only; {AT_ONCE} answers at once share it (Lambda Managed Instances)."""


def table(figures: Figures) -> str:
    floor = figures["start_ms"].get("floor")
    below = [f"{'  of it, a Python that does nothing':36}{_number(floor):>8}"] if floor else []
    lines = [_line(row, figures[row.figure]) for row in ROWS]
    return "\n".join([COLUMNS, "-" * 110, lines[0], *below, *lines[1:], "", NOTES])


def verdicts(figures: Figures) -> dict[str, bool]:
    """Whether its targets are reached, by figure; a peer that was not measured is no target."""
    found: dict[str, bool] = {}
    for row in ROWS:
        for is_reached in _reached(row, figures[row.figure]).values():
            found[row.figure] = found.get(row.figure, True) and is_reached
    return found


def reached(target: Target, values: Mapping[str, float]) -> bool:
    return target.of(values) <= target.limit


def _reached(row: Row, values: Mapping[str, float]) -> dict[str, bool]:
    """By the target's words."""
    found = {}
    for target in row.targets:
        try:
            found[target.words] = reached(target, values)
        except KeyError:
            continue
    return found


def _line(row: Row, values: Mapping[str, float]) -> str:
    cells = "".join(f"{_number(values.get(name)):>9}" for name in SHOWN)
    of_node = f"{values[row.mine] / values[NODE]:.2f}x" if row.comparable and NODE in values else ""
    verdict = ", ".join(
        f"{words} {'PASS' if is_reached else 'MISS'}" for words, is_reached in _reached(row, values).items()
    )
    return f"{row.words:36}{_number(values[row.mine]):>8}{cells}{of_node:>9}  {verdict}".rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}"

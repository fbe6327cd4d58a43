"""What is measured, and how. Subjects take turns (A B C A B C ...), so that other work affects all alike."""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from bench.processes import base_environment, cpu_seconds, peak_memory_mb, running, running_module
from bench.prompt import Arrivals, Prompt
from bench.subjects import (
    ADAPTER,
    AT_ONCE,
    BOTO3,
    FASTAPI,
    FLASK,
    NODE,
    OURS,
    OURS_BY_URL,
    OURS_KEPT,
    OURS_LIMITED,
    PEERS_FOLDER,
    Place,
    Subject,
    environment_of,
    everybody,
    kept,
    starters,
    with_limits,
    with_table,
)
from bench.subjects import peer as start_peer
from infra.function_files import function_zip, unpack_function

FLOOR = "floor"
Figure = dict[str, float]  # by subject


class Plan(NamedTuple):
    """How often each figure is taken, and with which answers."""

    starts: int
    first_tokens: int
    answers: int
    answer: Prompt
    bursts: int  # of AT_ONCE answers
    answer_in_burst: Prompt


FULL = Plan(10, 40, 8, Prompt(1000, 400), 2, Prompt(500, 100))
QUICK = Plan(1, 3, 1, Prompt(400, 500), 1, Prompt(60, 100))
SHORT = Prompt(5, 400)
FIRST = Prompt(1, 400)


def measure(plan: Plan, *, peers: Path = PEERS_FOLDER, python: str = sys.executable) -> dict[str, Figure]:
    """Every figure, by its name in `report`; of the peers that are installed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_module("bench.bedrock", base_environment()) as (_, bedrock),
        running_module("bench.bedrock", base_environment()) as (_, table),
    ):
        place = Place(Path(folder), peers, python)
        unpack_function(place.package, python=python)
        environment = environment_of(bedrock)
        figures = _starts(place, environment, plan.starts) | _cold(place, environment, plan.starts)
        with everybody(place, environment) as subjects:
            _rounds(subjects, SHORT, 2)  # connections, keys and caches
            with starters(place)[OURS](with_limits(bedrock, table)) as limited:
                _rounds({OURS_LIMITED: limited.subject}, SHORT, 2)
                figures |= _first_tokens({**subjects, OURS_LIMITED: limited.subject}, plan)
            with starters(place)[OURS](with_table(bedrock, table)) as keeping:
                _rounds({OURS_KEPT: kept(keeping.subject)}, SHORT, 2)
                figures |= _loads({**subjects, OURS_KEPT: kept(keeping.subject)}, plan)
            figures["peak_memory_mb"] = _memory(subjects)
    figures["zip_kb"] = {OURS: len(function_zip(python=python)) / 1024}
    figures["source_zip_kb"] = {OURS: len(function_zip()) / 1024}
    return figures


def _starts(place: Place, environment: Mapping[str, str], times: int) -> dict[str, Figure]:
    """Until the first poll, or until a peer's server answers. FLOOR is the Python that does nothing."""
    # With AWS's own addresses, as deployed: nothing is called yet, but TLS gets ready.
    environment = {name: value for name, value in environment.items() if not name.startswith("AWS_ENDPOINT_URL")}
    times_ms: dict[str, list[float]] = defaultdict(list)
    cpu_ms: dict[str, list[float]] = defaultdict(list)
    for _ in range(times + 1):
        for name, start in starters(place).items():
            with start(environment) as started:
                times_ms[name].append(started.took_ms)
                cpu_ms[name].append(started.cpu_ms)
        for name in (FLASK, FASTAPI):
            with start_peer(name, place, environment) as (_subject, milliseconds):
                times_ms[name].append(milliseconds)
        times_ms[FLOOR].append(_nothing(place.python))
    # The first one warmed the file cache.
    return {
        "start_ms": _medians({name: values[1:] for name, values in times_ms.items()}),
        "start_cpu_ms": _medians({name: values[1:] for name, values in cpu_ms.items()}),
    }


def _nothing(python: str) -> float:
    began = time.monotonic_ns()
    with running([python, "-c", "pass"], base_environment()) as process:
        process.wait()
        return (time.monotonic_ns() - began) / 1e6


def _cold(place: Place, environment: Mapping[str, str], times: int) -> dict[str, Figure]:
    """From the start of the processes until the first token of a prompt that waits for them."""
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(times):
        for name, start in starters(place).items():
            with start(environment) as started:
                found[name].append(_checked(started.subject.ask(FIRST, started.began), FIRST).first_after)
    return {"cold_first_token_ms": _medians(found)}


def _first_tokens(subjects: Mapping[str, Subject], plan: Plan) -> dict[str, Figure]:
    answers = _rounds(subjects, SHORT, plan.first_tokens)
    first = _medians({name: [answer.first_after for answer in found] for name, found in answers.items()})
    added = {name: value - first[BOTO3] for name, value in first.items() if name != BOTO3}
    return {"first_token_ms": first, "added_first_token_ms": added}


def _loads(subjects: Mapping[str, Subject], plan: Plan) -> dict[str, Figure]:
    before = _cpu(subjects)
    answers = _rounds(subjects, plan.answer, plan.answers)
    between = _cpu(subjects)
    one_at_a_time = (OURS, OURS_KEPT, NODE, ADAPTER, BOTO3)
    in_burst = {name: subject for name, subject in subjects.items() if name not in one_at_a_time}
    for _ in range(plan.bursts):
        for subject in in_burst.values():
            _burst(subject, plan.answer_in_burst)
    after = _cpu(in_burst)
    tokens = plan.answers * plan.answer.pieces
    tokens_in_bursts = plan.bursts * AT_ONCE * plan.answer_in_burst.pieces
    return {
        **_latency_figures(answers),
        "cpu_ms_per_1000": _per_1000(before, between, tokens),
        "cpu_ms_per_1000_at_once": _per_1000(between, after, tokens_in_bursts),
    }


def _latency_figures(answers: Mapping[str, list[Arrivals]]) -> dict[str, Figure]:
    """The median of the answers' own p50 and p99: one hiccup of the machine spoils one answer, not the figure."""

    def percentile(number: int) -> Figure:
        return _medians(
            {
                name: [quantiles(answer.latencies, n=100)[number - 1] for answer in found]
                for name, found in answers.items()
            }
        )

    return {"latency_p50_ms": percentile(50), "latency_p99_ms": percentile(99)}


def _cpu(subjects: Mapping[str, Subject]) -> Figure:
    return {name: cpu_seconds(subject.pids) for name, subject in subjects.items() if subject.pids}


def _per_1000(before: Figure, after: Figure, tokens: int) -> Figure:
    return {name: (seconds - before[name]) * 1e6 / tokens for name, seconds in after.items()}


def _memory(subjects: Mapping[str, Subject]) -> Figure:
    """Ours is of the process that had the peers' load: one answer at a time, then several."""
    by_name = {name: peak_memory_mb(subject.pids) for name, subject in subjects.items() if subject.pids}
    by_name[OURS] = max(by_name[OURS], by_name.pop(OURS_BY_URL))
    return by_name


def _rounds(subjects: Mapping[str, Subject], prompt: Prompt, times: int) -> dict[str, list[Arrivals]]:
    answers: dict[str, list[Arrivals]] = {name: [] for name in subjects}
    for _ in range(times):
        for name, subject in subjects.items():
            answers[name].append(_checked(subject.ask(prompt), prompt))
    return answers


def _burst(subject: Subject, prompt: Prompt) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for answer in pool.map(subject.ask, [prompt] * AT_ONCE):
            _checked(answer, prompt)


def _checked(answer: Arrivals, prompt: Prompt) -> Arrivals:
    if len(answer.latencies) != prompt.pieces:
        raise RuntimeError(f"expected an answer of {prompt.pieces} pieces, found {len(answer.latencies)}")
    return answer


def _medians(values: Mapping[str, Iterable[float]]) -> Figure:
    return {name: median(found) for name, found in values.items()}

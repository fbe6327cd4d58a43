"""What is measured, and how. Subjects take turns (A B C A B C ...), so that other work affects all alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from typing import NamedTuple

from bench.processes import base_environment, cpu_seconds, peak_memory_mb, running_module
from bench.prompt import Arrivals, Prompt
from bench.subjects import (
    AT_ONCE,
    BOTO3,
    FASTAPI,
    FLASK,
    OURS,
    OURS_BY_URL,
    OURS_LIMITED,
    Subject,
    environment_of,
    everybody,
    with_limits,
)
from bench.subjects import ours as start_ours
from bench.subjects import peer as start_peer
from infra.function_files import function_zip

Figure = dict[str, float]  # by subject


class Plan(NamedTuple):
    """How often each figure is taken, and with which answers."""

    starts: int
    first_tokens: int
    answers: int
    answer: Prompt
    bursts: int  # of AT_ONCE answers
    answer_in_burst: Prompt


FULL = Plan(7, 40, 8, Prompt(1000, 400), 2, Prompt(500, 100))
QUICK = Plan(1, 3, 1, Prompt(400, 500), 1, Prompt(60, 100))
SHORT = Prompt(5, 400)


def measure(plan: Plan) -> dict[str, Figure]:
    """Every figure, by its name in `report`."""
    with running_module("bench.bedrock", base_environment()) as (_, bedrock):
        environment = environment_of(bedrock)
        figures = {"start_ms": _starts(environment, plan.starts)}
        with everybody(environment) as subjects:
            _rounds(subjects, SHORT, 2)  # connections, keys and caches
            with start_ours(with_limits(bedrock)) as (limited, _):
                _rounds({OURS_LIMITED: limited}, SHORT, 2)
                figures |= _first_tokens({**subjects, OURS_LIMITED: limited}, plan)
            figures |= _loads(subjects, plan)
            figures["peak_memory_mb"] = _memory(subjects)
    figures["zip_kb"] = {OURS: len(function_zip()) / 1024}
    return figures


def _starts(environment: Mapping[str, str], times: int) -> Figure:
    # With AWS's own addresses, as deployed: nothing is called yet, but TLS gets ready.
    environment = {name: value for name, value in environment.items() if not name.startswith("AWS_ENDPOINT_URL")}
    times_ms: dict[str, list[float]] = defaultdict(list)
    for _ in range(times + 1):
        with start_ours(environment) as (_subject, milliseconds):
            times_ms[OURS].append(milliseconds)
        for name in (FLASK, FASTAPI):
            with start_peer(name, environment) as (_subject, milliseconds):
                times_ms[name].append(milliseconds)
    return _medians({name: values[1:] for name, values in times_ms.items()})  # the first one warmed the file cache


def _first_tokens(subjects: Mapping[str, Subject], plan: Plan) -> dict[str, Figure]:
    answers = _rounds(subjects, SHORT, plan.first_tokens)
    first = _medians({name: [answer.first_after for answer in found] for name, found in answers.items()})
    added = {name: value - first[BOTO3] for name, value in first.items() if name != BOTO3}
    return {"first_token_ms": first, "added_first_token_ms": added}


def _loads(subjects: Mapping[str, Subject], plan: Plan) -> dict[str, Figure]:
    before = _cpu(subjects)
    answers = _rounds(subjects, plan.answer, plan.answers)
    between = _cpu(subjects)
    in_burst = {name: subject for name, subject in subjects.items() if name not in (OURS, BOTO3)}
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
    return {name: cpu_seconds(subject.pid) for name, subject in subjects.items() if subject.pid}


def _per_1000(before: Figure, after: Figure, tokens: int) -> Figure:
    return {name: (seconds - before[name]) * 1e6 / tokens for name, seconds in after.items()}


def _memory(subjects: Mapping[str, Subject]) -> Figure:
    """Ours is of the process that had the peers' load: one answer at a time, then several."""
    by_name = {name: peak_memory_mb(subject.pid) for name, subject in subjects.items() if subject.pid}
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

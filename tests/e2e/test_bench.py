"""The bench still measures everything. No test looks at its times: on a busy machine they mean little."""

import json
import subprocess
import sys

import pytest

from bench.report import ROWS, Target, reached, table, verdicts
from bench.subjects import ADAPTER, FASTAPI, NODE, OURS, OURS_KEPT, OURS_LIMITED
from tests.places import ROOT

OPTIONAL = {NODE, ADAPTER}  # tools/bench-peers installs them
SERVERS = {"ours", "flask", "fastapi"}
EVERYBODY = SERVERS | {"ours_by_url", "boto3"}
FIGURES = {
    "start_ms": SERVERS | {"floor"},
    "start_cpu_ms": {"ours"},
    "cold_first_token_ms": {"ours"},
    "first_token_ms": EVERYBODY | {OURS_LIMITED},
    "latency_p50_ms": EVERYBODY | {OURS_KEPT},
    "latency_p99_ms": EVERYBODY | {OURS_KEPT},
    "cpu_ms_per_1000": EVERYBODY - {"boto3"} | {OURS_KEPT},
    "cpu_ms_per_1000_at_once": EVERYBODY - {"boto3", "ours"},
    "peak_memory_mb": SERVERS,
    "zip_kb": {"ours"},
    "source_zip_kb": {"ours"},
}


def test_a_quick_run_measures_everybody_in_everything() -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--json"]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert (run.returncode, run.stderr) == (0, "")
    figures = json.loads(run.stdout)["figures"]
    added = figures.pop("added_first_token_ms")  # a difference, which may be below nothing
    assert set(added) - OPTIONAL == EVERYBODY - {"boto3"} | {OURS_LIMITED}
    assert {name: set(values) - OPTIONAL for name, values in figures.items()} == FIGURES
    assert all(value > 0 for values in figures.values() for value in values.values())


def test_a_target_is_missed_just_above_its_limit() -> None:
    target = Target("<= 0.5x", lambda values: values[OURS] / values[FASTAPI], 0.5)
    assert reached(target, {OURS: 50, FASTAPI: 100})
    assert not reached(target, {OURS: 51, FASTAPI: 100})


def figures_of(value: float, *, without: str = "") -> dict[str, dict[str, float]]:
    values = {name: value for name in EVERYBODY | OPTIONAL | {OURS_LIMITED, OURS_KEPT} if name != without}
    return {row.figure: values for row in ROWS}


def test_the_table_says_which_targets_are_missed() -> None:
    lines = table(figures_of(1.0)).splitlines()
    start = next(line for line in lines if line.startswith("start to first poll"))
    assert start.endswith("<= 0.55x node MISS, <= 0.12x adapter MISS")
    assert any(line.startswith("time to first token over") and line.endswith("PASS") for line in lines)


@pytest.mark.parametrize("name", [NODE, ADAPTER])
def test_a_peer_that_is_not_installed_is_left_out(name: str) -> None:
    figures = figures_of(1.0, without=name)
    assert f"x {name}" not in table(figures)
    assert set(verdicts(figures)) >= {"start_ms", "peak_memory_mb"}

"""docs/cost.md: what a stage costs while nobody asks is what is in its template, and the sums are right."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.prices import prices
from tests.infra.conftest import CONTEXT
from tests.infra.test_snapshots import SNAPSHOTS
from tests.places import ROOT

# test_snapshots.py holds that the template is the one on record.
RESOURCES: list[dict[str, Any]] = list(json.loads((SNAPSHOTS / "dev.json").read_text())["Resources"].values())
MINUTES_OF_A_DAY = 24 * 60
IN_BOTH_LANGUAGES = pytest.mark.parametrize(
    "document", [ROOT / "docs/cost.md", ROOT / "docs/cost.zh-CN.md"], ids=lambda path: path.name
)


def rows(document: Path, pattern: str) -> list[tuple[str, ...]]:
    return [found.groups() for found in re.finditer(pattern, document.read_text(), re.MULTILINE)]


def alarm_metrics() -> int:
    alarms = [item["Properties"] for item in RESOURCES if item["Type"] == "AWS::CloudWatch::Alarm"]
    return sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [{"MetricStat": {}}])) for alarm in alarms
    )


@IN_BOTH_LANGUAGES
def test_every_type_in_the_template_is_named_with_its_number(document: Path) -> None:
    found = Counter(item["Type"] for item in RESOURCES)
    counted = {kind: int(number) for kind, number in rows(document, r"^\| `(\S+::\S+)` \| (\d+) \|")}
    assert counted == {kind: number for kind, number in found.items() if kind in counted}
    named = set(re.findall(r"`((?:AWS|Custom)::[\w:]+)`", document.read_text()))
    assert named == set(found)


@IN_BOTH_LANGUAGES
def test_the_sum_is_that_of_the_items(document: Path) -> None:
    items = {kind: Decimal(dollars) for kind, dollars in rows(document, r"^\| `(\S+)` \| \d+ \| ([\d.]+) \|")}
    assert items["AWS::CloudWatch::Alarm"] == alarm_metrics() * Decimal("0.10")
    assert f"**{sum(items.values())}**" in document.read_text()
    assert str(alarm_metrics()) in document.read_text()


@IN_BOTH_LANGUAGES
def test_a_day_without_limits_is_computed_from_the_prices(document: Path) -> None:
    listed = prices(CONTEXT["prices"]).usd_per_million_tokens
    found = {
        model: int(dollars.replace(",", ""))
        for model, dollars in rows(document, r"^\| `(claude-\S+)` \| ([\d,]+) \|")
    }
    assert found == {
        model.removeprefix("anthropic."): round(price.input * MINUTES_OF_A_DAY) for model, price in listed.items()
    }
    assert f"{sum(found.values()):,}" in document.read_text()


@IN_BOTH_LANGUAGES
def test_a_million_tokens_cost_their_dearest_price(document: Path) -> None:
    sonnet = prices(CONTEXT["prices"]).usd_per_million_tokens["anthropic.claude-sonnet-5-5"]
    dearest = max(sonnet.input, sonnet.output, sonnet.cache_write, sonnet.cache_write_1h)
    ((dollars,),) = rows(document, r"tokens-per-day 1000000 .*?\| \D*(\d+) ")
    assert int(dollars) == dearest

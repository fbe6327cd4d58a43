"""Three places read a model's id without sharing code: IAM policies, the function and the page. They agree.

`tests/model_names.json` has the ids and what they mean; `tests/web/strings.test.js` tests the page with them.
"""

import json

import pytest

from claude_stream.models import display_name, foundation_model, short_name
from infra.function_files import LAMBDA_SRC
from infra.model_access import parse_model
from infra.page_config import page_config
from infra.prices import Price, PriceList

CASES = json.loads((LAMBDA_SRC.parent / "tests" / "model_names.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_policy_and_the_function_mean_the_same_model(case: dict[str, str]) -> None:
    assert parse_model(case["id"]).foundation_model == case["foundation_model"]
    assert foundation_model(case["id"]) == case["foundation_model"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_function_calls_it_by_its_name(case: dict[str, str]) -> None:
    assert display_name(short_name(case["id"])) == case["name"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_page_has_its_list_price_unless_it_goes_through_a_geographic_profile(case: dict[str, str]) -> None:
    listed = PriceList("2026-11-23", {case["foundation_model"]: Price(1, 5)})
    config = page_config(function_url="https://f/", models=[case["id"]], max_tokens=1, most_tokens=2, prices=listed)
    is_geographic = parse_model(case["id"]).prefix not in ("", "global")
    assert list(config["prices"]["models"]) == ([] if is_geographic else [case["id"]])

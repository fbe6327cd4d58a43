"""What must hold of the table in the template, and of what the function may do with it."""

import json
import re
from typing import Any

import pytest

from tests.infra.conftest import Synthesise, Synthesised
from tests.infra.reading import flat, statements
from tests.places import LAMBDA_SRC

TABLE = "TableAccounts"


class TestTable:
    def test_it_costs_nothing_while_nobody_asks(self, dev: Synthesised) -> None:
        table = dev.only("AWS::DynamoDB::Table")
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert not {"ProvisionedThroughput", "GlobalSecondaryIndexes", "StreamSpecification"} & set(table)

    def test_its_key_has_two_parts_and_old_items_leave_by_themselves(self, dev: Synthesised) -> None:
        table = dev.only("AWS::DynamoDB::Table")
        assert table["KeySchema"] == [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ]
        assert {item["AttributeType"] for item in table["AttributeDefinitions"]} == {"S"}
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}

    @pytest.mark.parametrize(("stage", "kept"), [("dev", False), ("prod", True)])
    def test_a_stage_to_keep_keeps_it_with_backups(self, stage: str, kept: bool, synthesise: Synthesise) -> None:
        made = synthesise(stage)
        table = made.only("AWS::DynamoDB::Table")
        assert table["DeletionProtectionEnabled"] is kept
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": kept}
        (whole,) = (item for name, item in made.template["Resources"].items() if name.startswith(TABLE))
        assert whole["DeletionPolicy"] == ("Retain" if kept else "Delete")


class TestAccess:
    def test_the_function_reads_and_counts_and_can_make_no_key(self, dev: Synthesised) -> None:
        found = [item for item in statements(dev, "ApiRole") if "dynamodb:" in json.dumps(item)]
        arn = flat({"Fn::GetAtt": [next(iter(dev.of_type("AWS::DynamoDB::Table"))), "Arn"]})
        assert {flat(item["Resource"]) for item in found} == {arn}
        reads, writes, keeping = found
        assert reads["Action"] == "dynamodb:BatchGetItem"
        assert "Condition" not in reads
        assert writes["Action"] == "dynamodb:UpdateItem"
        assert writes["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["spend#*"]}}
        assert keeping["Action"] == [
            f"dynamodb:{name}" for name in ("BatchWriteItem", "GetItem", "PutItem", "Query")
        ]
        assert keeping["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["answer#*"]}}

    def test_these_are_the_calls_that_it_makes(self) -> None:
        """A transaction of updates needs UpdateItem, and no right of its own."""
        source = "".join(
            (LAMBDA_SRC / "claude_stream" / name).read_text() for name in ("table.py", "answers/log.py")
        )
        calls = {"BatchGetItem", "TransactWriteItems", "BatchWriteItem", "GetItem", "PutItem", "Query"}
        assert set(re.findall(r'(?:ask|start)\("(\w+)"', source)) == calls
        assert set(re.findall(r'"(Update|Put|Delete|ConditionCheck)":', source)) <= {"Update"}


class TestVariables:
    def variables(self, made: Synthesised) -> dict[str, Any]:
        found: dict[str, Any] = made.function["Environment"]["Variables"]
        return found

    def test_the_function_finds_the_table(self, dev: Synthesised) -> None:
        assert self.variables(dev)["TABLE_NAME"] == {"Ref": next(iter(dev.of_type("AWS::DynamoDB::Table")))}

    def test_how_long_answers_are_kept(self, dev: Synthesised, changed: Synthesised) -> None:
        assert self.variables(dev)["KEEP_ANSWERS_MINUTES"] == "60"
        assert self.variables(changed)["KEEP_ANSWERS_MINUTES"] == "0"

    def test_prices_come_with_the_deployment_in_whole_micro_dollars(self, dev: Synthesised) -> None:
        prices = json.loads(self.variables(dev)["PRICES"])
        assert prices == {
            "global.anthropic.claude-haiku-5-5": {
                "input": 100_000,
                "output": 500_000,
                "cache_read": 10_000,
                "cache_write": 125_000,
                "cache_write_1h": 200_000,
                "prompt_up_to": 100_000,
                "longer_prompts": {
                    "input": 500_000,
                    "output": 2_500_000,
                    "cache_read": 50_000,
                    "cache_write": 625_000,
                    "cache_write_1h": 1_000_000,
                },
            },
            "global.anthropic.claude-sonnet-5-5": {
                "input": 2_000_000,
                "output": 10_000_000,
                "cache_read": 100_000,
                "cache_write": 2_500_000,
                "cache_write_1h": 4_000_000,
            },
        }

    def test_a_geographic_profile_has_no_price_of_the_list(self, us: Synthesised) -> None:
        """It may cost more, and a limit in dollars would not hold."""
        assert list(json.loads(self.variables(us)["PRICES"])) == ["global.anthropic.claude-haiku-5-5"]

    def test_models_without_a_price_have_none(self, changed: Synthesised) -> None:
        assert "PRICES" not in self.variables(changed)

    def test_a_budget_reaches_the_function_where_there_is_one(self, changed: Synthesised, dev: Synthesised) -> None:
        assert "BUDGET" not in self.variables(dev)
        assert json.loads(self.variables(changed)["BUDGET"]) == {
            "requests_per_minute": 60,
            "tokens_per_day": 5_000_000,
        }

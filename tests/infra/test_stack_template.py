"""What must hold of all that is in the template: logs, tags, place, and how the CDK makes it."""

import json
import re
from typing import Any

import pytest

from infra.settings import RETENTION_DAYS
from tests.infra.conftest import CHANGED, CONTEXT, Synthesise, Synthesised
from tests.infra.reading import listed, statements
from tests.places import ROOT

OWN_TAGS = CHANGED["tags"]


class TestLogGroups:
    @pytest.mark.parametrize(("stage", "days"), [("dev", 7), ("prod", 90)])
    def test_every_one_has_a_retention(self, stage: str, days: int, synthesise: Synthesise) -> None:
        groups = synthesise(stage).of_type("AWS::Logs::LogGroup")
        assert {group["RetentionInDays"] for group in groups.values()} == {days}

    @pytest.mark.parametrize("stage", ["dev", "prod"])
    def test_every_function_has_one_the_cdks_own_too(self, stage: str, synthesise: Synthesise) -> None:
        """Lambda would make one without a retention, which outlives the stack."""
        made = synthesise(stage)
        functions = made.of_type("AWS::Lambda::Function")
        used = {
            name: item.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref") for name, item in functions.items()
        }
        assert len(used) == 4
        assert set(used.values()) == set(made.of_type("AWS::Logs::LogGroup"))

    def test_no_role_may_write_to_another(self, dev: Synthesised) -> None:
        roles = dev.of_type("AWS::IAM::Role")
        assert not [name for name, role in roles.items() if "ManagedPolicyArns" in role]
        for name in roles:
            for item in statements(dev, name):
                if any(action.startswith("logs:") for action in listed(item["Action"])):
                    assert sorted(item["Action"]) == ["logs:CreateLogStream", "logs:PutLogEvents"]
                    assert item["Resource"]["Fn::GetAtt"][0] in dev.of_type("AWS::Logs::LogGroup")

    def test_a_retention_is_the_one_asked_for(self, in_process: dict[str, Any]) -> None:
        """The CDK's own names for them hide the number."""
        assert in_process["retention"] == {str(days): days for days in RETENTION_DAYS}


class TestTags:
    def tagged(self, made: Synthesised) -> dict[str, dict[str, str]]:
        """The tags of each resource that the CDK can tag, the CDK's own left out."""
        found = {name: item.get("Properties", {}).get("Tags") for name, item in made.template["Resources"].items()}
        return {
            name: {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws-cdk:")}
            for name, tags in found.items()
            if isinstance(tags, list)
        }

    def test_every_resource_says_whose_it_is(self, dev: Synthesised) -> None:
        tagged = self.tagged(dev)
        assert {"ApiFunction6BF808ED", "ApiRoleDE7A08EC", "ApiApiKeys4E4316BE", "PageBucket8A4EC83F"} <= set(tagged)
        for tags in tagged.values():
            assert tags == {"app": "claude-stream", "stage": "dev"}

    def test_a_stage_may_add_its_own(self, changed: Synthesised) -> None:
        for tags in self.tagged(changed).values():
            assert tags == {"app": "claude-stream", "stage": "changed", **OWN_TAGS}

    def test_the_stack_bears_them_too_for_what_the_cdk_cannot_tag(self, changed: Synthesised) -> None:
        assert changed.stack["tags"] == {"app": "claude-stream", "stage": "changed", **OWN_TAGS}


class TestPlace:
    def test_it_is_the_deployers_account_unless_a_stage_names_one(
        self, dev: Synthesised, changed: Synthesised
    ) -> None:
        places = [json.loads((made.folder / "manifest.json").read_text())["artifacts"] for made in (dev, changed)]
        found = [
            place[f"ClaudeStream-{stage}"]["environment"]
            for place, stage in zip(places, ("dev", "changed"), strict=True)
        ]
        assert found == ["aws://unknown-account/us-east-1", f"aws://{CHANGED['account']}/us-east-1"]

    def test_no_partition_is_written_by_hand(self) -> None:
        sources = {file: file.read_text() for file in (*(ROOT / "infra").rglob("*.py"), ROOT / "app.py")}
        assert [
            file.name for file, text in sources.items() if re.search(r"arn:aws|partition=\"|\"aws\"", text)
        ] == []

    def test_where_the_region_is_not_known_neither_is_the_partition(self, in_process: dict[str, Any]) -> None:
        template = json.dumps(in_process["no_region"])
        # The certificate's ARN is the settings' own.
        assert not re.search(r"arn:aws\b(?!:acm:)", template)
        assert '"Ref": "AWS::Partition"' in template


class TestFeatureFlags:
    def test_each_in_cdk_json_changes_our_template_or_catches_a_mistake(self, in_process: dict[str, Any]) -> None:
        flags = {name for name in CONTEXT if name.startswith("@")}
        assert flags
        assert in_process["changes"] == dict.fromkeys(flags, True)

    def test_no_other_that_the_cdk_recommends_would_change_our_template(self, in_process: dict[str, Any]) -> None:
        assert in_process["recommended"]

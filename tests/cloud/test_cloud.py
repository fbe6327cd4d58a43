"""tools/cloud: the verbs of the Makefile that reach into AWS, against an account held in memory.

The look before a deployment has a simulated account, in test_preflight.py.
"""

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.places import ROOT
from tools.cloud import cdk, keys
from tools.cloud.__main__ import main
from tools.cloud.target import Missing

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ApiKeys-1a2b3c"
FUNCTION = "ClaudeStream-dev-ApiFunction"
OLD = {"default": "old-key", "partner": "partner-key"}


def resource(kind: str, logical_id: str, name: str) -> dict[str, str]:
    return {"ResourceType": f"AWS::{kind}", "LogicalResourceId": logical_id, "PhysicalResourceId": name}


class Account:
    """An AWS account with one deployed stage, and a record of the calls that change it."""

    def __init__(self, stack: str = "ClaudeStream-dev", keys: dict[str, str] | None = None) -> None:
        self.stack = stack
        self.secret = json.dumps(keys or OLD)
        self.previous: str | None = None
        self.function: dict[str, Any] = {
            "RevisionId": "1",
            "Environment": {"Variables": {"DEFAULT_MODEL": "haiku"}},
        }
        self.busy = 0  # so many updates of the function find another one going on
        self.changes: list[tuple[str, dict[str, Any]]] = []
        self.protected = False

    def client(self, service: str, region_name: str | None = None) -> "Account":
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012"}

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName != self.stack:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {"Stacks": [{"Outputs": [], "EnableTerminationProtection": self.protected}]}

    def update_termination_protection(self, **arguments: Any) -> None:
        self.changes.append(("update_termination_protection", arguments))

    def get_paginator(self, operation: str) -> "Account":
        assert operation == "list_stack_resources"
        return self

    def paginate(self, StackName: str) -> list[dict[str, Any]]:  # noqa: N803
        return [
            {
                "StackResourceSummaries": [
                    resource("SecretsManager::Secret", "ApiApiKeys12", SECRET),
                    resource("Logs::LogGroup", "ApiLogs12", "ClaudeStream-dev-ApiLogs-1"),
                    resource("Lambda::Function", "CustomS3AutoDelete12", "ClaudeStream-dev-Custom"),
                    resource("Lambda::Function", "ApiFunction12", FUNCTION),
                ]
            }
        ]

    def get_secret_value(self, SecretId: str, VersionStage: str = "AWSCURRENT") -> dict[str, str]:  # noqa: N803
        assert SecretId == SECRET
        value = self.secret if VersionStage == "AWSCURRENT" else self.previous
        if value is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")
        return {"SecretString": value}

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:  # noqa: N803
        self.changes.append(("put_secret_value", {"SecretId": SecretId}))
        self.secret, self.previous = SecretString, self.secret

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == FUNCTION
        return self.function

    def update_function_configuration(self, FunctionName: str, RevisionId: str, Environment: Any) -> None:  # noqa: N803
        assert (FunctionName, RevisionId) == (FUNCTION, self.function["RevisionId"])
        if self.busy:
            self.busy -= 1
            raise ClientError({"Error": {"Code": "ResourceConflictException", "Message": ""}}, "Update")
        self.changes.append(("update_function_configuration", {"FunctionName": FunctionName}))
        self.function = {"RevisionId": "2", "Environment": Environment}

    def get_waiter(self, name: str) -> "Account":
        assert name == "function_updated_v2"
        return self

    def wait(self, **arguments: Any) -> None:
        self.changes.append(("wait", {}))

    def delete_secret(self, **arguments: Any) -> None:
        self.changes.append(("delete_secret", arguments))

    def delete_log_group(self, logGroupName: str) -> None:  # noqa: N803
        self.changes.append(("delete_log_group", {"logGroupName": logGroupName}))
        if "ApiLogs" in logGroupName:  # the stack took it along
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "DeleteLogGroup")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr("boto3.client", account.client)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return account


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


class TestKey:
    def test_one_key_is_printed_alone(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        account.secret = json.dumps({"default": "the-key"})
        assert main(["key"]) == 0
        assert capsys.readouterr().out == "the-key\n"

    def test_several_are_printed_with_their_names(
        self, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["key"]) == 0
        assert capsys.readouterr().out == "default old-key\npartner partner-key\n"

    def test_a_stage_that_is_not_deployed(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["key", "--stage", "prod"]) == 1
        assert capsys.readouterr().err == (
            "key: stage prod is not deployed in us-east-1 of account 123456789012: run make deploy STAGE=prod, "
            "or choose another region\n"
        )


class TestRotateKey:
    def test_the_named_key_is_new_and_the_others_stay(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "yes\n")
        assert main(["rotate-key"]) == 0
        found = json.loads(account.secret)
        assert found["partner"] == "partner-key"
        assert found["default"] != "old-key"
        assert len(found["default"]) == 48
        assert found["default"].isalnum()
        said = capsys.readouterr()
        assert found["default"] not in said.out + said.err
        assert "The current key keeps working until the next rotation" in said.err

    def test_another_name_can_be_chosen(self, account: Account) -> None:
        assert main(["rotate-key", "--name", "partner", "--yes"]) == 0
        found = json.loads(account.secret)
        assert found["default"] == "old-key"
        assert found["partner"] != "partner-key"

    def test_it_asks_first(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        answer(monkeypatch, "\n")
        assert main(["rotate-key"]) == 1
        assert account.changes == []

    def test_a_name_that_there_is_not(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["rotate-key", "--name", "nobody", "--yes"]) == 1
        assert capsys.readouterr().err == "rotate-key: there is no key named nobody, only default, partner\n"

    def test_no_two_keys_are_the_same(self) -> None:
        assert len({keys.new_key() for _ in range(100)}) == 100


class TestRevokeKey:
    def test_neither_version_has_the_key_or_the_one_before(self, account: Account) -> None:
        account.previous = json.dumps({"default": "older-key", "partner": "partner-key"})
        assert main(["revoke-key", "--yes"]) == 0
        assert account.previous is not None
        current, previous = json.loads(account.secret), json.loads(account.previous)
        assert {"old-key", "older-key"}.isdisjoint({*current.values(), *previous.values()})
        assert len(current["default"]) == 48

    def test_where_nothing_was_ever_rotated(self, account: Account) -> None:
        assert main(["revoke-key", "--yes"]) == 0
        assert "old-key" not in f"{account.secret} {account.previous}"

    def test_the_keys_of_other_names_stay_the_previous_too(self, account: Account) -> None:
        account.previous = json.dumps({"default": "old-key", "partner": "partner-key-in-use", "gone": "gone-key"})
        assert main(["revoke-key", "--yes"]) == 0
        assert account.previous is not None
        assert json.loads(account.secret)["partner"] == "partner-key"
        previous = json.loads(account.previous)
        assert (previous["partner"], previous["gone"]) == ("partner-key-in-use", "gone-key")

    def test_no_other_caller_is_refused_between_the_two_changes(self) -> None:
        """After the first, the old current version is AWSPREVIOUS."""
        first, _ = keys.without_key({"partner": "p0"}, {"default": "d1", "partner": "p1"}, "default", "d2")
        assert {"p0", "p1"} <= {*first.values(), "d1", "p1"}
        assert first["default"] == "d2"

    def test_a_key_that_another_name_had_before_goes_too(self) -> None:
        first, last = keys.without_key({"renamed": "d1"}, {"default": "d1", "partner": "p1"}, "default", "d2")
        assert first == last == {"default": "d2", "partner": "p1"}

    def test_every_environment_starts_anew_and_keeps_its_variables(self, account: Account) -> None:
        account.busy = 1
        assert main(["revoke-key", "--yes"]) == 0
        variables = account.function["Environment"]["Variables"]
        assert list(variables) == ["DEFAULT_MODEL", keys.REVOKED_AT]
        assert [name for name, _ in account.changes] == [
            "put_secret_value",
            "put_secret_value",
            "update_function_configuration",
            "wait",
        ]

    def test_it_asks_first(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "no\n")
        assert main(["revoke-key"]) == 1
        assert account.changes == []
        asked = capsys.readouterr().err
        assert "locked out within a minute" in asked
        assert "all other keys keep working" in asked

    def test_it_says_what_it_did_and_no_key(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["revoke-key", "--yes"]) == 0
        said = capsys.readouterr().out
        assert "The key 'default' is in neither version of the secret" in said
        assert "The other key keeps working." in said
        assert not any(key in said for key in [*OLD.values(), *json.loads(account.secret).values()])

    def test_a_name_can_be_removed(self, account: Account) -> None:
        assert main(["revoke-key", "--name", "partner", "--remove", "--yes"]) == 0
        assert (account.secret, account.previous) == (json.dumps({"default": "old-key"}),) * 2

    def test_the_last_name_cannot(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        account.secret = json.dumps({"default": "old-key"})
        assert main(["revoke-key", "--remove", "--yes"]) == 1
        assert "default is the only key" in capsys.readouterr().err
        assert account.changes == []

    def test_a_key_that_another_name_has_as_well(self) -> None:
        with pytest.raises(Missing, match="also under the name partner"):
            keys.without_key({}, {"default": "same", "partner": "same"}, "default", "new")

    def test_a_name_that_there_is_not(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["revoke-key", "--name", "nobody", "--yes"]) == 1
        assert capsys.readouterr().err == "revoke-key: there is no key named nobody, only default, partner\n"


class TestDestroy:
    @pytest.fixture(autouse=True)
    def ran(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
        ran: list[tuple[str, ...]] = []

        def run(*arguments: str, **_: Any) -> int:
            ran.append(arguments)
            return 0

        monkeypatch.setattr(cdk, "cdk", run)
        return ran

    def test_it_asks_for_the_stacks_name(
        self, account: Account, ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "yes\n")
        assert main(["destroy"]) == 1
        assert (ran, account.changes) == ([], [])

    def test_what_the_stack_leaves_goes_too(
        self, account: Account, ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "ClaudeStream-dev\n")
        assert main(["destroy"]) == 0
        assert ran == [("dev", "destroy", "--force")]
        assert account.changes == [
            ("delete_secret", {"SecretId": SECRET, "RecoveryWindowInDays": 7}),
            ("delete_log_group", {"logGroupName": "ClaudeStream-dev-ApiLogs-1"}),
        ]

    def test_a_stage_to_keep_loses_its_protection_once_its_name_was_typed(
        self, account: Account, ran: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """CloudFormation would refuse to delete it."""
        account.protected = True
        answer(monkeypatch, "yes\n")
        assert main(["destroy"]) == 1
        assert account.changes == []
        answer(monkeypatch, "ClaudeStream-dev\n")
        assert main(["destroy"]) == 0
        lifted = {"StackName": "ClaudeStream-dev", "EnableTerminationProtection": False}
        assert account.changes[0] == ("update_termination_protection", lifted)


class TestWhatIsMissing:
    """Said in a sentence, by the command as a person runs it."""

    def run(self, command: str, tmp_path: object, **environment: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        nowhere = {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
        ran = subprocess.run(
            [sys.executable, "-m", "tools.cloud", command],
            cwd=ROOT,
            env=kept | nowhere | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 1
        return ran.stderr

    def test_a_region(self, tmp_path: object) -> None:
        said = self.run("deploy", tmp_path)
        assert said == "deploy: no AWS region is chosen: set AWS_REGION=us-east-1, or run `aws configure`\n"

    def test_credentials(self, tmp_path: object) -> None:
        said = self.run("diff", tmp_path, AWS_REGION="us-east-1")
        assert said == (
            "diff: no AWS credentials were found: run `aws sso login` or `aws configure`, or set AWS_PROFILE\n"
        )

    def test_the_cdk(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        monkeypatch.setattr(cdk, "COMMAND", tmp_path / "cdk")
        assert main(["synth"]) == 1
        assert capsys.readouterr().err.startswith("synth: the CDK's command is not installed: run make setup ")

    def test_the_bootstrap_is_made_up_for(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran = []

        def run(stage: str, *arguments: str, **_: Any) -> int:
            ran.append(arguments)
            return 0

        monkeypatch.setattr(cdk, "cdk", run)
        monkeypatch.setattr("tools.cloud.stage.look", lambda *_: [])
        assert main(["deploy"]) == 0
        assert main(["deploy", "--require-approval", "never", "--outputs-file", "out.json"]) == 0
        bootstrap = ("bootstrap", "aws://123456789012/us-east-1")
        assert ran == [
            bootstrap,
            ("deploy", "--require-approval", "broadening"),
            bootstrap,
            ("deploy", "--require-approval", "never", "--outputs-file", "out.json"),
        ]
        assert "The CDK has not been used in us-east-1" in capsys.readouterr().out

"""tools/cloud.py: the verbs of the Makefile that reach into AWS, against an account held in memory."""

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.infra.conftest import ROOT
from tools import cloud

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ApiKeys-1a2b3c"
OLD = {"default": "old-key", "partner": "partner-key"}


class Account:
    """An AWS account with one deployed stage, and a record of the calls that change it."""

    def __init__(self, stack: str = "ClaudeStream-dev", keys: dict[str, str] | None = None) -> None:
        self.stack = stack
        self.secret = json.dumps(keys or OLD)
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
                    {"ResourceType": "AWS::SecretsManager::Secret", "PhysicalResourceId": SECRET},
                    {"ResourceType": "AWS::Logs::LogGroup", "PhysicalResourceId": "ClaudeStream-dev-ApiLogs-1"},
                    {"ResourceType": "AWS::Lambda::Function", "PhysicalResourceId": "ClaudeStream-dev-ApiFunction"},
                ]
            }
        ]

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        assert SecretId == SECRET
        return {"SecretString": self.secret}

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:  # noqa: N803
        self.changes.append(("put_secret_value", {"SecretId": SecretId}))
        self.secret = SecretString

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
        assert cloud.main(["key"]) == 0
        assert capsys.readouterr().out == "the-key\n"

    def test_several_are_printed_with_their_names(
        self, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cloud.main(["key"]) == 0
        assert capsys.readouterr().out == "default old-key\npartner partner-key\n"

    def test_a_stage_that_is_not_deployed(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert cloud.main(["key", "--stage", "prod"]) == 1
        assert capsys.readouterr().err == (
            "key: stage prod is not deployed in us-east-1 of account 123456789012: run make deploy STAGE=prod, "
            "or choose another region\n"
        )


class TestRotateKey:
    def test_the_named_key_is_new_and_the_others_stay(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "yes\n")
        assert cloud.main(["rotate-key"]) == 0
        keys = json.loads(account.secret)
        assert keys["partner"] == "partner-key"
        assert keys["default"] != "old-key"
        assert len(keys["default"]) == 48
        assert keys["default"].isalnum()
        said = capsys.readouterr()
        assert keys["default"] not in said.out + said.err

    def test_it_asks_first(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        answer(monkeypatch, "\n")
        assert cloud.main(["rotate-key"]) == 1
        assert account.changes == []

    def test_a_name_that_there_is_not(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert cloud.main(["rotate-key", "--name", "nobody", "--yes"]) == 1
        assert capsys.readouterr().err == "rotate-key: there is no key named nobody, only default, partner\n"

    def test_no_two_keys_are_the_same(self) -> None:
        assert len({cloud.with_new_key(OLD, "default")["default"] for _ in range(100)}) == 100


class TestDestroy:
    @pytest.fixture(autouse=True)
    def cdk(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
        ran: list[tuple[str, ...]] = []

        def run(*arguments: str, **_: Any) -> int:
            ran.append(arguments)
            return 0

        monkeypatch.setattr(cloud, "cdk", run)
        return ran

    def test_it_asks_for_the_stacks_name(
        self, account: Account, cdk: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "yes\n")
        assert cloud.main(["destroy"]) == 1
        assert (cdk, account.changes) == ([], [])

    def test_what_the_stack_leaves_goes_too(
        self, account: Account, cdk: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "ClaudeStream-dev\n")
        assert cloud.main(["destroy"]) == 0
        assert cdk == [("dev", "destroy", "--force")]
        assert account.changes == [
            ("delete_secret", {"SecretId": SECRET, "RecoveryWindowInDays": 7}),
            ("delete_log_group", {"logGroupName": "ClaudeStream-dev-ApiLogs-1"}),
        ]

    def test_a_stage_to_keep_loses_its_protection_once_its_name_was_typed(
        self, account: Account, cdk: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """CloudFormation would refuse to delete it."""
        account.protected = True
        answer(monkeypatch, "yes\n")
        assert cloud.main(["destroy"]) == 1
        assert account.changes == []
        answer(monkeypatch, "ClaudeStream-dev\n")
        assert cloud.main(["destroy"]) == 0
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
        monkeypatch.setattr(cloud, "_CDK", tmp_path / "cdk")
        assert cloud.main(["synth"]) == 1
        assert capsys.readouterr().err.startswith("synth: the CDK's command is not installed: run make setup ")

    def test_the_bootstrap_is_made_up_for(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran = []

        def cdk(stage: str, *arguments: str, **_: Any) -> int:
            ran.append(arguments)
            return 0

        monkeypatch.setattr(cloud, "cdk", cdk)
        assert cloud.main(["deploy"]) == 0
        assert cloud.main(["deploy", "--require-approval", "never", "--outputs-file", "out.json"]) == 0
        bootstrap = ("bootstrap", "aws://123456789012/us-east-1")
        assert ran == [
            bootstrap,
            ("deploy", "--require-approval", "broadening"),
            bootstrap,
            ("deploy", "--require-approval", "never", "--outputs-file", "out.json"),
        ]
        assert "The CDK has not been used in us-east-1" in capsys.readouterr().out

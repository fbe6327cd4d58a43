"""A stage as the commands find it in an emulated account: a stack with a table, and a function that knows it."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from claude_stream.accounts import schema
from tests.deploy.account import REGION, Account, account_in
from tools.cloud.__main__ import main

HAIKU, SONNET = "global.anthropic.claude-haiku-5-5", "global.anthropic.claude-sonnet-5-5"
STACK = "ClaudeStream-dev"
START_SECONDS = 60

_KEY = {"pk": "HASH", "sk": "RANGE"}
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "ApiRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            },
        },
        "TableAccounts": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in _KEY.items()],
                "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in _KEY],
            },
        },
        "ApiFunction": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.14",
                "Handler": "index.handler",
                "Code": {"ZipFile": "def handler(event, context): pass"},
                "Role": {"Fn::GetAtt": ["ApiRole", "Arn"]},
                "Environment": {
                    "Variables": {
                        "TABLE_NAME": {"Ref": "TableAccounts"},
                        "ALLOWED_MODELS": f"{HAIKU},{SONNET}",
                        "PRICES": json.dumps({HAIKU: {}}),
                    }
                },
            },
        },
    }
}


class Ran(NamedTuple):
    """How a command ended, and what it printed on either stream."""

    status: int
    out: str
    err: str


class Stage:
    """The stage, and the commands run for it as a person would."""

    def __init__(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.dynamodb = account.client("dynamodb")
        (self.table,) = self.dynamodb.list_tables()["TableNames"]
        for item in self.items():
            self.dynamodb.delete_item(TableName=self.table, Key={"pk": item["pk"], "sk": item["sk"]})

    def run(self, *arguments: str) -> Ran:
        try:
            status = main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        said = self._capsys.readouterr()
        return Ran(status, said.out, said.err)

    def add(self, name: str, *limits: str) -> str:
        """The new key."""
        ran = self.run("key-add", "--name", name, *limits)
        assert ran.status == 0, ran.err
        return ran.out.strip()

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("keys", "--json").out)
        return found

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.dynamodb.scan(TableName=self.table, ConsistentRead=True)["Items"]
        return found

    def count(self, place: schema.Place, counters: Mapping[str, int]) -> None:
        """Writes counters, as the function does."""
        numbers = {name: {"N": str(number)} for name, number in counters.items()}
        item = {"pk": {"S": place[0]}, "sk": {"S": place[1]}, **numbers}
        self.dynamodb.put_item(TableName=self.table, Item=item)


@contextmanager
def account_with_a_stage(folder: Path) -> Iterator[Account]:
    with account_in(folder) as account:
        cloudformation = account.client("cloudformation")
        cloudformation.create_stack(
            StackName=STACK, TemplateBody=json.dumps(TEMPLATE), Capabilities=["CAPABILITY_IAM"]
        )
        deadline = time.monotonic() + START_SECONDS
        while (status := cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]) != (
            "CREATE_COMPLETE"
        ):
            assert time.monotonic() < deadline, status
            time.sleep(0.1)
        yield account


def put_before(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts this process in front of the account, as a person's shell is."""
    clients = {service: account.client(service) for service in ("sts", "cloudformation", "lambda", "dynamodb")}
    monkeypatch.setattr("boto3.client", lambda service, region_name: clients[service])
    monkeypatch.setenv("AWS_REGION", REGION)

"""An AWS account with one deployed stage, in the place of boto3's clients."""

import io
import json
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

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
        self.busy = 0  # how many updates of the function meet another one
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


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What the person at the terminal types."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))

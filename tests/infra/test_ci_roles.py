"""What must hold of the roles for a workflow on GitHub: who becomes them, and what they can become."""

from typing import Any

import pytest

from infra.repository import repository
from infra.setting_values import Unusable
from tests.infra.conftest import Synthesise, Synthesised
from tests.infra.reading import flat, listed

ISSUER = "token.actions.githubusercontent.com"
BOOTSTRAP = "arn:aws:iam::<AWS::AccountId>:role/cdk-hnb659fds-{}-role-<AWS::AccountId>-us-east-1"


def role(made: Synthesised, name: str) -> dict[str, Any]:
    return made.named("AWS::IAM::Role", f"Ci{name}")


@pytest.mark.parametrize("stage", ["dev", "prod", "us", "changed"])
def test_there_are_none_unless_they_are_wanted(stage: str, synthesise: Synthesise) -> None:
    assert [name for name in synthesise(stage).of_type("AWS::IAM::Role") if name.startswith("Ci")] == []


@pytest.mark.parametrize(
    ("name", "subject"),
    [("Deploy", "repo:example/chat:ref:refs/heads/release/1.x"), ("Compare", "repo:example/chat:pull_request")],
)
def test_only_runs_of_this_repository_become_it(name: str, subject: str, shut: Synthesised) -> None:
    (statement,) = role(shut, name)["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert {kind: flat(value) for kind, value in statement["Principal"].items()} == {
        "Federated": f"arn:aws:iam::<AWS::AccountId>:oidc-provider/{ISSUER}"
    }
    assert statement["Condition"] == {
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}
    }


@pytest.mark.parametrize(
    ("name", "becomes"), [("Deploy", ["deploy", "file-publishing", "lookup"]), ("Compare", ["lookup"])]
)
def test_it_may_become_the_bootstraps_roles_and_nothing_else(
    name: str, becomes: list[str], shut: Synthesised
) -> None:
    properties = role(shut, name)
    assert "ManagedPolicyArns" not in properties
    (policy,) = properties["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    assert [flat(item) for item in listed(statement["Resource"])] == [BOOTSTRAP.format(name) for name in becomes]


def test_their_names_are_given_for_the_workflow(shut: Synthesised) -> None:
    outputs = shut.template["Outputs"]
    assert flat(outputs["CiDeployRole"]["Value"]).startswith("<CiDeploy")
    assert flat(outputs["CiCompareRole"]["Value"]).startswith("<CiCompare")


def test_main_is_the_branch_unless_another_is_named() -> None:
    assert repository({"repository": "example/chat"}).pushed == "repo:example/chat:ref:refs/heads/main"


@pytest.mark.parametrize(
    "value",
    [
        *({}, "example/chat", {"repository": "example"}, {"repository": "example/*"}, {"repository": "*/chat"}),
        *({"repository": "example/chat", "branch": "*"}, {"repository": "example/chat", "branch": ""}),
        *({"repository": "example/chat:pull_request"}, {"repository": "example/chat", "tag": "v1"}),
    ],
)
def test_no_pattern_lets_more_in(value: object) -> None:
    with pytest.raises(Unusable):
        repository(value)

"""`make deploy` looks at the account first, and says why a deployment failed."""

from typing import Any

import pytest

from emulator.aws.account.simulator import Account
from emulator.background import Background
from tests.cloud.looking import SENT, Simulate
from tests.simulated_account import MODELS, run_in_terminal, simulated
from tools.cloud import cdk
from tools.cloud.__main__ import main


class TestDeploy:
    @pytest.fixture
    def ran(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
        """The CDK's commands, which end as 0 but for `deploy`, which fails."""
        ran: list[tuple[str, ...]] = []

        def run(stage: str, *arguments: str, **_: Any) -> int:
            ran.append(arguments)
            return int(arguments[0] == "deploy")

        monkeypatch.setattr(cdk, "cdk", run)
        return ran

    def test_with_nobody_there_it_warns_and_goes_on(
        self, simulate: Simulate, ran: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        simulate(Account())
        main(["deploy"])
        assert [arguments[0] for arguments in ran] == ["bootstrap", "deploy"]
        assert "stand in the way of the first call. The deployment itself can be made" in capsys.readouterr().out

    @pytest.mark.parametrize(("answer", "asked_for_the_stack"), [("no", False), ("yes", True)])
    def test_at_a_terminal_it_asks(self, background: Background, answer: str, asked_for_the_stack: bool) -> None:
        account = Account.ready(*MODELS)
        account.form = None
        account.denied = frozenset({"cloudformation:DescribeStacks"})  # so that it ends there
        with simulated(account, background) as simulator:
            ran = run_in_terminal(simulator, "deploy", answers=[answer])
        assert ran.status == 1
        assert "One thing stands in the way of the first call." in ran.said
        assert ("cloudformation:DescribeStacks" in simulator.calls) is asked_for_the_stack

    def test_a_missing_permission_is_said_without_the_account(
        self, simulate: Simulate, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account = Account.ready(*MODELS)
        account.denied = frozenset({"cloudformation:DescribeStacks"})
        simulate(account)
        assert main(["deploy"]) == 1
        assert capsys.readouterr().err == (
            "deploy: your credentials may not call DescribeStacks: have an administrator allow it\n"
        )

    def test_with_the_approvals_settled_it_asks_nothing(self, background: Background) -> None:
        account = Account(form=SENT, denied=frozenset({"cloudformation:DescribeStacks"}))
        with simulated(account, background) as simulator:
            run_in_terminal(simulator, "deploy", "--require-approval=never", answers=[])
        assert (account.agreements, simulator.calls[-1]) == ({}, "cloudformation:DescribeStacks")

    def test_it_asks_nothing_where_all_is_well(self, background: Background) -> None:
        account = Account.ready(*MODELS)
        account.denied = frozenset({"cloudformation:DescribeStacks"})
        with simulated(account, background) as simulator:
            run_in_terminal(simulator, "deploy", answers=[])
        assert simulator.calls[-1] == "cloudformation:DescribeStacks"

    @pytest.mark.parametrize(
        ("reason", "sentence"),
        [
            (
                'Resource handler returned message: "Lambda blocked the creation of this policy because it would '
                "grant public access to your function. If this is intentional, change your function's "
                'BlockPublicPolicy setting to allow public access and try again. (Status Code: 400)"',
                "This account forbids public Lambda functions",
            ),
            (
                "is not authorized to perform: lambda:CreateFunctionUrlConfig with an explicit deny in a service "
                "control policy",
                "A policy of your organisation forbids",
            ),
            (
                "decreases account's UnreservedConcurrentExecution below its minimum value of [100]",
                "reserved_concurrency is more than this account has",
            ),
        ],
        ids=["public URL", "organisation", "concurrency"],
    )
    def test_why_it_failed_is_said(
        self,
        simulate: Simulate,
        ran: list[tuple[str, ...]],
        capsys: pytest.CaptureFixture[str],
        reason: str,
        sentence: str,
    ) -> None:
        account = Account.ready(*MODELS)
        account.events["ClaudeStream-dev"] = [event("CREATE_FAILED", reason), began()]
        simulate(account)
        assert main(["deploy"]) == 1
        assert capsys.readouterr().out.splitlines()[-1].startswith(sentence)

    def test_why_an_earlier_one_failed_is_not(
        self, simulate: Simulate, ran: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        account = Account.ready(*MODELS)
        old = event("CREATE_FAILED", "would grant public access")
        account.events["ClaudeStream-dev"] = [event("UPDATE_FAILED", "something else"), began(), old, began()]
        simulate(account)
        assert main(["deploy"]) == 1
        assert "forbids public" not in capsys.readouterr().out


def event(status: str, reason: str, resource: str = "ApiFunctioninvokefunctionurl") -> dict[str, str]:
    ids = {"StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/ClaudeStream-dev/1", "EventId": "1"}
    names = {"StackName": "ClaudeStream-dev", "LogicalResourceId": resource}
    when = {"Timestamp": "2026-11-26T12:00:00Z"}
    return ids | names | when | {"ResourceStatus": status, "ResourceStatusReason": reason}


def began() -> dict[str, str]:
    return event("UPDATE_IN_PROGRESS", "User Initiated", "ClaudeStream-dev")

"""tools/cloud: what it destroys, and what it says when something is missing.

The look before a deployment has a simulated account, in test_deploying.py.
"""

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.cloud.account_in_memory import SECRET, Account, answer
from tests.places import ROOT
from tools.cloud import cdk
from tools.cloud.__main__ import main


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

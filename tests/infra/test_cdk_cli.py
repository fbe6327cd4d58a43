"""The real CDK command line makes each stage, and each kind of model id, without credentials.

A green synth is also a clean cdk-nag and no warning of aws-cdk-lib's own rules: both are errors here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.compiling import NOT_COMPILED, find_runtime_python
from tests.infra.conftest import STAGES, Synthesise
from tests.places import ROOT

# W3005: the CDK writes a DependsOn beside a GetAtt for every function and its role, which does no harm.
LINT = [
    str(Path(sys.executable).with_name("cfn-lint")),
    "--regions",
    "us-east-1",
    "--ignore-checks",
    "W3005",
    "--template",
]


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "wrong"])
class TestStage:
    def test_it_is_made_and_passes_every_check(self, stage: str, synthesise: Synthesise) -> None:
        made = synthesise(stage)
        assert made.status == 0, made.said
        assert json.loads((made.folder / "validation-report.json").read_text())["pluginReports"] == []

    def test_cfn_lint_finds_nothing(self, stage: str, synthesise: Synthesise) -> None:
        linted = subprocess.run(
            [*LINT, str(synthesise(stage).file)], capture_output=True, text=True, timeout=300, check=False
        )
        assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")


def test_a_stage_to_keep_of_whose_alarms_nobody_hears_is_warned_about_and_made(synthesise: Synthesise) -> None:
    made = synthesise("prod")
    (line,) = (line for line in made.said.splitlines() if line.startswith("warning: "))
    assert line.startswith("warning: stage prod, alarm_email: nobody hears of its alarms")
    assert made.status == 0
    assert "warning: " not in synthesise("dev").said + synthesise("changed").said


def test_a_package_that_is_not_compiled_is_said(synthesise: Synthesise) -> None:
    notes = [line for line in synthesise("dev").said.splitlines() if line.startswith("note: ")]
    assert notes == ([] if find_runtime_python() else [f"note: {NOT_COMPILED}"])


def test_a_wrong_setting_is_one_line_and_no_traceback(synthesise: Synthesise) -> None:
    made = synthesise("wrong")
    assert made.status == 1
    expected = "error: stage wrong, timeout_seconds: expected a whole number from 10 to 900, found 9999"
    assert expected in made.said.splitlines()
    assert "Traceback" not in made.said


def test_an_environment_without_the_cdk_is_said_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").write_text("#!/bin/sh\nexit 1\n")
    (folder / "python").chmod(0o755)
    environment = os.environ | {"VIRTUAL_ENV": str(tmp_path)}
    app = subprocess.run(
        [str(ROOT / "tools/cdk-app")], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert app.returncode == 1
    assert app.stderr.startswith(f"error: aws-cdk-lib is not installed for {folder}/python: run make setup, or ")

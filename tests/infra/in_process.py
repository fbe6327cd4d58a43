"""Stacks made in one Python process, for what no stage of cdk.json shows. `python -m tests.infra.in_process FOLDER`
writes `made.json` there: see `Made`.

A program of its own, since importing the CDK starts Node, which every worker of the tests would pay for.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

from aws_cdk import Annotations, App, RemovalPolicy, Stack
from aws_cdk.aws_lambda import CfnFunction, Code, Function, Runtime
from aws_cdk.aws_secretsmanager import Secret

from infra.log_group import log_group
from infra.settings import RETENTION_DAYS, Settings
from infra.stack import ClaudeStreamStack
from tests.infra.conftest import CONTEXT, REGION, STAGES
from tests.places import ROOT

Flags = Mapping[str, Any]
Build = Callable[[Stack], object]

FLAGS: Flags = {name: value for name, value in CONTEXT.items() if name.startswith("@")}
# The widest of stages: everything that a setting adds to a template.
MODELS = STAGES["prod"]["models"]
WIDE = {
    **STAGES["changed"],
    "models": MODELS,
    "aliases": {"gpt-5": MODELS[0]},
    "spend_alarm_usd_per_day": 5,
    "account": None,
}


class Made(TypedDict):
    """`retention`: what a log group has, by the setting's days. `no_region`: the template where none is known.

    `changes`: of each feature flag in cdk.json, whether it makes a difference. `recommended`: whether all that
    the CDK recommends make the same template as those in cdk.json, with a region and without.
    """

    retention: dict[str, int]
    no_region: dict[str, Any]
    changes: dict[str, bool]
    recommended: bool


def make(folder: Path) -> Made:
    return {
        "retention": retention(folder / "retention"),
        "no_region": json.loads(stage(folder / "ours", FLAGS, None)),
        "changes": {flag: changes(folder, flag) for flag in FLAGS},
        "recommended": all(
            stage(folder / "ours", FLAGS, place) == stage(folder / "recommended", recommended(), place)
            for place in (REGION, None)
        ),
    }


def retention(folder: Path) -> dict[str, int]:
    app = App(outdir=str(folder), analytics_reporting=False)
    stack, settings = Stack(app, "Logs"), Settings.from_context({"stages": STAGES})
    for days in RETENTION_DAYS:
        of_days = replace(settings, log_retention_days=days)
        log_group(stack, f"Days{days}x", settings=of_days, removal=RemovalPolicy.DESTROY)
    app.synth()
    groups = json.loads((folder / "Logs.template.json").read_text())["Resources"].items()
    return {name[4:].partition("x")[0]: group["Properties"]["RetentionInDays"] for name, group in groups}


def recommended() -> Flags:
    """The flags that `cdk init` would write, from where the CDK has been unpacked."""
    file = next((ROOT / ".setup/jsii").rglob("recommended-feature-flags.json"))
    found: Flags = json.loads(file.read_text())
    return {**found, "@aws-cdk/core:target-partitions": ["aws"]}


def stage(folder: Path, flags: Flags, region: str | None) -> str:
    """The template of a wide stage as text."""
    settings = Settings.from_context({"stages": {"dev": WIDE}, "prices": CONTEXT["prices"]}, region)
    app = App(context=dict(flags), outdir=str(folder), analytics_reporting=False)
    ClaudeStreamStack(app, settings=settings)
    app.synth()
    return (folder / "ClaudeStream-dev.template.json").read_text()


def changes(folder: Path, flag: str) -> bool:
    """Whether the flag changes our template, or what the CDK makes of one of the mistakes below."""
    without = {name: value for name, value in FLAGS.items() if name != flag}
    name = flag.rpartition(":")[2]
    if stage(folder / name, without, REGION) != stage(folder / "ours", FLAGS, REGION):
        return True
    return any(
        outcome(folder / f"{name}-{build.__name__}", build, FLAGS)
        != outcome(folder / f"no-{name}-{build.__name__}", build, without)
        for build in (a_secret_in_a_variable, a_memory_that_is_no_number, a_warning)
    )


def outcome(folder: Path, build: Build, flags: Flags) -> tuple[bool, bool]:
    """Whether the stack is made, and whether its report has a finding of an annotation."""
    app = App(context=dict(flags), outdir=str(folder), analytics_reporting=False)
    build(Stack(app, "Faulty"))
    try:
        app.synth()
    except RuntimeError:
        return False, False
    report = folder / "validation-report.json"
    return True, report.exists() and "be careful" in report.read_text()


def a_secret_in_a_variable(stack: Stack) -> None:
    Function(
        stack,
        "Function",
        runtime=Runtime.PYTHON_3_14,
        handler="index.handler",
        code=Code.from_inline("pass"),
        environment={"KEY": Secret(stack, "Key").secret_value.to_string()},
    )


def a_memory_that_is_no_number(stack: Stack) -> None:
    code = CfnFunction.CodeProperty(zip_file="pass")
    CfnFunction(stack, "Function", code=code, role="role").add_property_override("MemorySize", "lots")


def a_warning(stack: Stack) -> None:
    Secret(stack, "Key")
    Annotations.of(stack).add_warning_v2("test", "be careful")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "made.json").write_text(json.dumps(make(target)))

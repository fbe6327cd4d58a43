"""What the tests of the infrastructure share: templates, each made once a session by the real CDK command line.

The stages are cdk.json's, so what is tested is what is deployed, and a few more that use what those do not.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings
from tests.places import ROOT

CDK = ROOT / "node_modules/.bin/cdk"
CONTEXT: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
REGION = "us-east-1"
# Unpacking aws-cdk-lib takes longer than the rest, and 200 MB: all runs share it.
UNPACKED = {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / ".setup/jsii")}
CERTIFICATE = f"arn:aws:acm:{REGION}:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
# Every setting that shows in a template, as no stage of cdk.json has it.
CHANGED: dict[str, Any] = {
    "models": ["anthropic.claude-opus-4-8"],
    "aliases": {
        "gpt-5": "anthropic.claude-opus-4-8",
        "anthropic/claude-haiku-5-5[1m]": "anthropic.claude-opus-4-8",
    },
    "max_tokens": 1000,
    "memory_mb": 1024,
    "timeout_seconds": 60,
    "reserved_concurrency": 5,
    "api_behind_cdn": False,
    "domain": {"name": "chat.example.com", "certificate_arn": CERTIFICATE},
    "allowed_origins": ["https://chat.example.com", "http://localhost:8080"],
    "default_max_tokens": 500,
    "max_input_bytes": 100_000,
    "runtime_updates": "function_update",
    "application_log_level": "WARN",
    "guardrail": {"id": "gr1a2b3c", "version": "7", "profile": "us.guardrail.v1:0"},
    "alarm_email": "night@example.com",
    "monthly_budget_usd": 300,
    "budget": {"requests_per_minute": 60, "tokens_per_day": 5_000_000},
    "keep_answers_minutes": 0,
    "tracing": True,
    "tags": {"team": "search", "Kostenstelle": "Köln 7"},
    "account": "123456789012",
}
STAGES: dict[str, Any] = CONTEXT["stages"] | {
    "changed": CHANGED,
    "us": {
        "models": ["us.anthropic.claude-sonnet-5-5", "global.anthropic.claude-haiku-5-5"],
        "spend_alarm_usd_per_day": 25,
        "api_behind_cdn": False,
    },
    "shut": {
        "direct_url": False,
        "domain": {
            "name": "chat.example.com",
            "certificate_arn": CERTIFICATE,
            "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
        },
        "waf": True,
        "deploy_from": {"repository": "example/chat", "branch": "release/1.x"},
    },
    "wrong": {"timeout_seconds": 9999},
}

Resource = dict[str, Any]


@dataclass(frozen=True)
class Synthesised:
    """What `cdk synth` made of a stage: its exit status, what it said, the template, and the assets' folder."""

    stage: str
    folder: Path

    @property
    def status(self) -> int:
        return int((self.folder / "status").read_text())

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    @cached_property
    def template(self) -> dict[str, Any]:
        file = self.file
        assert file.exists(), self.said
        found: dict[str, Any] = json.loads(file.read_text())
        return found

    @property
    def file(self) -> Path:
        return self.folder / f"ClaudeStream-{self.stage}.template.json"

    @property
    def stack(self) -> Resource:
        """What the manifest says of the stack itself: its tags, whether it is protected."""
        manifest = json.loads((self.folder / "manifest.json").read_text())
        found: Resource = manifest["artifacts"][f"ClaudeStream-{self.stage}"]["properties"]
        return found

    @property
    def function(self) -> Resource:
        return self.named("AWS::Lambda::Function", "ApiFunction")

    def of_type(self, resource_type: str) -> dict[str, Resource]:
        """The properties of all resources of that type, by logical id."""
        resources = self.template["Resources"].items()
        return {name: item.get("Properties", {}) for name, item in resources if item["Type"] == resource_type}

    def only(self, resource_type: str) -> Resource:
        """The properties of the only resource of that type."""
        (properties,) = self.of_type(resource_type).values()
        return properties

    def named(self, resource_type: str, part: str) -> Resource:
        """The properties of the only resource of that type whose logical id begins with `part`."""
        (properties,) = (item for name, item in self.of_type(resource_type).items() if name.startswith(part))
        return properties

    @property
    def function_zip(self) -> bytes:
        """The function's package, as the CDK uploads it."""
        return (self.folder / f"asset.{self.function['Code']['S3Key']}").read_bytes()

    def asset(self, key: str) -> Path:
        """The folder of an asset, by its key in the asset bucket."""
        return self.folder / f"asset.{key.removesuffix('.zip')}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for the CDK, which is slow on a busy machine."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(600))


Synthesise = Callable[[str], Synthesised]


def settings_of(stage: str) -> Settings:
    return Settings.from_context({"stage": stage, "stages": STAGES, "prices": CONTEXT["prices"]}, REGION)


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    """`cdk synth` of a stage: run once, for all workers of the session together."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "cdk"
    shared.mkdir(exist_ok=True)

    def once(stage: str) -> Synthesised:
        folder = shared / stage
        with (shared / f"{stage}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "status").exists():
                run_synth(stage, folder)
        return Synthesised(stage, folder)

    return once


def run_synth(stage: str, folder: Path, stages: dict[str, Any] = STAGES) -> None:
    """Runs `cdk synth` with our cdk.json and other stages, without credentials or the caller's settings."""
    settings = json.loads((ROOT / "cdk.json").read_text())
    settings["app"] = str(ROOT / settings["app"])
    settings["context"]["stages"] = stages
    project = folder.parent / f"project-{stage}"
    project.mkdir()
    folder.mkdir()
    (project / "cdk.json").write_text(json.dumps(settings))
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_", "VIRTUAL_ENV"))
    }
    nowhere = {
        "HOME": str(project),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": REGION,
        **UNPACKED,
    }
    command = [str(CDK), "synth", "--quiet", "--no-notices", "--output", str(folder), "--context", f"stage={stage}"]
    ran = subprocess.run(
        command, cwd=project, env=kept | nowhere, capture_output=True, text=True, timeout=500, check=False
    )
    (folder / "said").write_text(ran.stdout + ran.stderr)
    (folder / "status").write_text(str(ran.returncode))


@pytest.fixture(scope="session")
def in_process(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What tests/infra/in_process.py makes: run once, for all workers of the session together."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "in-process"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made.json").exists():
            command = [sys.executable, "-m", "tests.infra.in_process", str(shared)]
            quiet = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}
            ran = subprocess.run(
                command, cwd=ROOT, env=os.environ | UNPACKED | quiet, capture_output=True, timeout=190, check=False
            )
            assert ran.returncode == 0, ran.stderr.decode()
    made: dict[str, Any] = json.loads((shared / "made.json").read_text())
    return made


@pytest.fixture(scope="session")
def dev(synthesise: Synthesise) -> Synthesised:
    return synthesise("dev")


@pytest.fixture(scope="session")
def us(synthesise: Synthesise) -> Synthesised:
    return synthesise("us")


@pytest.fixture(scope="session")
def shut(synthesise: Synthesise) -> Synthesised:
    """A stage whose function answers the CDN only; with a domain, a firewall and the roles of a workflow."""
    return synthesise("shut")


@pytest.fixture(scope="session")
def changed(synthesise: Synthesise) -> Synthesised:
    return synthesise("changed")

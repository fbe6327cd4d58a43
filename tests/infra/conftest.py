"""What the tests of the infrastructure share: templates, each synthesised once a session by the app's own code.

The settings of the stages are cdk.json's, so what is tested is what is deployed; `variant` changes single ones.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from aws_cdk import App
from infra.settings import Settings
from infra.stack import ClaudeStreamStack

ROOT = Path(__file__).resolve().parent.parent.parent
CONTEXT: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
REGION = "us-east-1"

Resource = dict[str, Any]


@dataclass(frozen=True)
class Synthesised:
    """A stage's template, and the folder with its assets."""

    template: dict[str, Any]
    folder: Path

    def of_type(self, resource_type: str) -> dict[str, Resource]:
        """The properties of all resources of that type, by logical id."""
        resources = self.template["Resources"].items()
        return {name: item.get("Properties", {}) for name, item in resources if item["Type"] == resource_type}

    def only(self, resource_type: str) -> Resource:
        """The properties of the only resource of that type."""
        (properties,) = self.of_type(resource_type).values()
        return properties

    def named(self, resource_type: str, part: str) -> Resource:
        """The properties of the one resource of that type whose logical id begins so."""
        (properties,) = (item for name, item in self.of_type(resource_type).items() if name.startswith(part))
        return properties

    @property
    def function(self) -> Resource:
        return self.named("AWS::Lambda::Function", "ApiFunction")

    def asset(self, key: str) -> Path:
        """The folder of an asset, by its key in the asset bucket."""
        return self.folder / f"asset.{key.removesuffix('.zip')}"


Variant = Callable[..., Synthesised]


def settings_of(stage: str, **changes: Any) -> Settings:
    """The stage's settings as cdk.json has them, with some changed (as JSON has them)."""
    stages = {stage: CONTEXT["stages"][stage] | changes}
    return Settings.from_context({"stage": stage, "stages": stages, "prices": CONTEXT["prices"]}, REGION)


def synthesise(settings: Settings, folder: Path) -> Synthesised:
    app = App(context={name: flag for name, flag in CONTEXT.items() if ":" in name}, outdir=str(folder))
    stack = ClaudeStreamStack(app, settings=settings)
    app.synth()
    return Synthesised(json.loads((folder / f"{stack.stack_name}.template.json").read_text()), folder)


@pytest.fixture(scope="session")
def variant() -> Iterator[Variant]:
    """Synthesises a stage with some settings changed: `variant("dev", models=[...])`. Each combination once."""
    with TemporaryDirectory() as root:

        @cache
        def made(stage: str, changes: str) -> Synthesised:
            folder = Path(root) / str(made.cache_info().misses)
            return synthesise(settings_of(stage, **json.loads(changes)), folder)

        yield lambda stage="dev", **changes: made(stage, json.dumps(changes, sort_keys=True))


@pytest.fixture(scope="session")
def dev(variant: Variant) -> Synthesised:
    return variant("dev")


@pytest.fixture(scope="session")
def prod(variant: Variant) -> Synthesised:
    return variant("prod")

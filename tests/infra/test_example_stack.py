"""examples/stack.py: its template says that the application streams, and that everybody may call it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The resources of the stack that deploys the example hello, packed as the README says."""
    folder = tmp_path_factory.mktemp("example")
    subprocess.run(["examples/package", "examples/hello", folder / "build"], cwd=ROOT, check=True)
    variables = {"CDK_OUTDIR": str(folder / "out"), "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / ".setup/jsii")}
    subprocess.run(
        [sys.executable, "examples/stack.py", folder / "build"],
        cwd=ROOT,
        env=os.environ | variables,
        check=True,
        timeout=150,
        stderr=subprocess.PIPE,
    )
    template = json.loads(Path(folder / "out" / "LambdaWsgiExample.template.json").read_text())
    return list(template["Resources"].values())


def of_type(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in resources if resource["Type"] == kind]


def test_our_runtime_takes_the_stock_ones_place(resources: list[dict[str, Any]]) -> None:
    (function,) = of_type(resources, "AWS::Lambda::Function")
    assert function["Handler"] == "app.application"
    assert function["Environment"]["Variables"] == {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap"}
    assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])


def test_the_url_streams_to_everybody(resources: list[dict[str, Any]]) -> None:
    (url,) = of_type(resources, "AWS::Lambda::Url")
    assert (url["InvokeMode"], url["AuthType"]) == ("RESPONSE_STREAM", "NONE")


def test_a_public_url_has_both_its_permissions(resources: list[dict[str, Any]]) -> None:
    may = {item["Action"]: item for item in of_type(resources, "AWS::Lambda::Permission")}
    assert set(may) == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert may["lambda:InvokeFunctionUrl"]["FunctionUrlAuthType"] == "NONE"
    assert may["lambda:InvokeFunction"]["InvokedViaFunctionUrl"] is True
    assert {item["Principal"] for item in may.values()} == {"*"}

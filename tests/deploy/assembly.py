"""The deployed cloud assembly: what `cdk synth` makes of stage dev, without what MiniStack does not support."""

import json
import shutil
from pathlib import Path
from typing import Any

STACK = "ClaudeStream-dev"
TEMPLATE = f"{STACK}.template.json"

Template = dict[str, Any]


def deployable(synthesised: Path, folder: Path) -> Path:
    """A copy of the assembly, in `folder`, that MiniStack accepts."""
    shutil.copytree(synthesised, folder)
    template = json.loads((folder / TEMPLATE).read_text())
    (folder / TEMPLATE).write_text(json.dumps(without_metric_math(template)))
    return folder


def without_metric_math(template: Template) -> Template:
    """The template with only the first metric in each alarm: MiniStack refuses any `Metrics`."""
    resources = {name: _over_one_metric(resource) for name, resource in template["Resources"].items()}
    return {**template, "Resources": resources}


def _over_one_metric(resource: dict[str, Any]) -> dict[str, Any]:
    properties = resource.get("Properties", {})
    if resource["Type"] != "AWS::CloudWatch::Alarm" or "Metrics" not in properties:
        return resource
    first = next(item["MetricStat"] for item in properties["Metrics"] if "MetricStat" in item)
    statistic = "ExtendedStatistic" if first["Stat"].startswith("p") else "Statistic"
    kept = {name: value for name, value in properties.items() if name != "Metrics"}
    return {
        **resource,
        "Properties": {**kept, **first["Metric"], statistic: first["Stat"], "Period": first["Period"]},
    }

"""What Bedrock refuses of `output_config`, by model family, in Bedrock's words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.aws.bedrock.models import Model
from emulator.aws.bedrock.problems import extra
from emulator.aws.bedrock.schemas import schema_problems

_EFFORTS = ("low", "medium", "high", "xhigh", "max")


def output_config_problems(config: object, model: Model) -> Iterator[str]:
    if config is None:
        return
    if not isinstance(config, dict):
        yield "output_config: Input should be a valid dictionary"
        return
    for name in config:
        if name not in ("effort", "format"):
            yield extra(f"output_config.{name}")
    yield from _format(config.get("format"))
    yield from _effort(config.get("effort"), model)


def _format(given: Mapping[str, Any] | None) -> Iterator[str]:
    if given is None:
        return
    if not isinstance(given, dict) or given.get("type") != "json_schema":
        yield "output_config.format.type: Input should be 'json_schema'"
        return
    yield from schema_problems("output_config.format.schema", given.get("schema"))


def _effort(effort: object, model: Model) -> Iterator[str]:
    if effort is None:
        return
    if effort not in _EFFORTS:
        yield f"output_config.effort: Input should be {', '.join(repr(each) for each in _EFFORTS)}"
    if not model.takes_effort:
        yield "This model does not support the effort parameter."

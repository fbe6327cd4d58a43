"""The steps that check your own access to Bedrock: credentials, what `make preflight` looks at, and real calls."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from claude_stream.bedrock.signing import NoCredentials, find_credentials
from cli.direct import Direct, region_of_caller
from cli.doctor.report import Remark, Step
from cli.failure import Failure
from infra.model_access import UnusableModel
from tools.preflight.checks import checks
from tools.preflight.findings import Check, Finding, State

_SHORT: dict[str, Any] = {"max_tokens": 16, "messages": [{"role": "user", "content": "Say yes."}]}


def steps_of_account(model: str) -> Iterator[Step]:
    yield Step("credentials", _credentials, needed=True)
    yield Step("region", region_of_caller, needed=True)
    yield from _preflight(model)
    bedrock = Direct(model)
    yield Step("streaming call", lambda: _streamed(bedrock, model), needed=True)
    yield Step("whole call", lambda: f"{bedrock.message(_SHORT)['model']} answers whole")
    yield Step("counting tokens", lambda: f"{bedrock.count_tokens(_SHORT)} tokens")


def _preflight(model: str) -> Iterator[Step]:
    """What `make preflight` looks at. No later step needs these: only a call proves that calls work."""
    try:
        for check in checks(region_of_caller(), [model]):
            yield Step(check.name, partial(_looked, check))
    except UnusableModel:
        return  # not an id of Claude's: the calls below ask Bedrock with it as it is


def _looked(check: Check) -> str:
    findings = check.findings()
    sentence = "; ".join(finding.said for finding in findings)
    states = {finding.state for finding in findings}
    if State.BLOCKED in states:
        raise Failure(
            f"{sentence}. `make preflight` does what can be done here." if _offers(findings) else sentence
        )
    for state in (State.DOUBTFUL, State.UNSEEN):
        if state in states:
            raise Remark(f"{state.value:<4}", sentence)
    return sentence


def _offers(findings: list[Finding]) -> bool:
    return any(finding.offer for finding in findings)


def _credentials() -> str:
    try:
        return f"found, access key {find_credentials()().access_key[:4]}…"
    except NoCredentials as error:
        raise Failure(
            f"No AWS credentials ({error}): run `aws configure` or `aws sso login`, or set AWS_PROFILE."
        ) from error


def _streamed(bedrock: Direct, model: str) -> str:
    events = sum(1 for _ in bedrock.events(_SHORT))
    return f"{model} streams, {events} events"

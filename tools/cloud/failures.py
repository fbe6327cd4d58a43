"""Why a deployment failed, where CloudFormation's own words do not say what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.cloud.target import Target

_PUBLIC = (
    'This account forbids public Lambda functions ("block public access"), and the function URL is public: '
    "the function itself checks each caller's API key. boto3 and CloudFormation cannot change that setting yet: "
    "have an administrator allow public access, in Lambda's console or in the organisation's policies, and deploy "
    "again."
)
_FORBIDDEN = (
    "A policy of your organisation forbids what the deployment needs; CloudFormation's line above names it. "
    "Show that line to the organisation's administrators."
)
_CONCURRENCY = (
    "reserved_concurrency is more than this account has to spare: leave it out of the stage's settings in "
    "cdk.json, or have Lambda's quota of concurrent executions raised."
)
_REASONS = {
    r"BlockPublicPolicy|PublicPolicyException|grant public access": _PUBLIC,
    r"explicit deny in a service control policy": _FORBIDDEN,
    r"UnreservedConcurrentExecution": _CONCURRENCY,
}


def why_it_failed(target: Target) -> Iterator[str]:
    """What to do about the last deployment, a sentence for each known reason; nothing where there is none."""
    try:
        pages = target.client("cloudformation").get_paginator("describe_stack_events")
        events = [event for page in pages.paginate(StackName=target.stack) for event in page["StackEvents"]]
    except (ClientError, BotoCoreError):
        return  # the stack was never made; the CDK has said why
    yield from explain(last_deployment(events, target.stack))


def last_deployment(events: Iterable[Mapping[str, Any]], stack: str) -> list[Mapping[str, Any]]:
    """The events, newest first, that have come since somebody last changed the stack."""

    def begins(event: Mapping[str, Any]) -> bool:
        return event["LogicalResourceId"] == stack and event.get("ResourceStatusReason") == "User Initiated"

    return list(takewhile(lambda event: not begins(event), events))


def explain(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sentences for the reasons that the events give, each once."""
    said = "\n".join(event.get("ResourceStatusReason", "") for event in events)
    return [sentence for pattern, sentence in _REASONS.items() if re.search(pattern, said)]

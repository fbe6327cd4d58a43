"""Bedrock itself, called with the caller's credentials by the function's own code."""

import json
import os
import time
from collections.abc import Generator
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError

from claude_stream.bedrock.client import Bedrock, invoke_body
from claude_stream.bedrock.signing import Service, find_credentials
from claude_stream.settings import SettingsError, endpoints
from cli.failure import Failure

LONGEST_SILENCE_SECONDS = 900.0  # as long as a function would wait


class Direct:
    """A source of answers (sources.py): Bedrock itself.

    Failure when the region or the endpoint cannot be used, ApiError for what Bedrock refuses.
    """

    def __init__(self, model: str) -> None:
        region, credentials = region_of_caller(), find_credentials()
        try:
            urls = endpoints(os.environ, region)
        except SettingsError as error:
            raise Failure(str(error)) from error
        self._bedrock = Bedrock(
            Service("bedrock", urls.bedrock, region, credentials),
            region,
            mantle=Service("bedrock-mantle", urls.mantle, region, credentials),
        )
        self._model = model

    def events(self, body: dict[str, Any]) -> Generator[dict[str, Any]]:
        stream = self._bedrock.stream(self._model, invoke_body(dict(body)))
        try:
            while event := stream.next(_latest()):
                yield event.data
        except TimeoutError:
            raise Failure("Bedrock has been silent for too long") from None
        finally:
            stream.close()

    def message(self, body: dict[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._bedrock.invoke(self._model, invoke_body(dict(body)), _latest()))
        return message

    def count_tokens(self, body: dict[str, Any]) -> int:
        return self._bedrock.count_tokens(self._model, invoke_body(dict(body)), _latest())


def region_of_caller() -> str:
    """The caller's AWS region; Failure when none is set, or the profile is unknown."""
    try:
        # AWS_REGION, else the profile's region: botocore itself reads only AWS_DEFAULT_REGION.
        region = os.environ.get("AWS_REGION") or botocore.session.get_session().get_config_variable("region")
    except BotoCoreError as error:
        raise Failure(f"{error}: set AWS_PROFILE to one of `aws configure list-profiles`") from error
    if not region:
        raise Failure("no AWS region is set: set AWS_REGION, or run `aws configure`")
    return str(region)


def _latest() -> float:
    return time.monotonic() + LONGEST_SILENCE_SECONDS

"""How the simulated Bedrock counts tokens, and which part of a prompt it caches, as boto3 sees it."""

import base64
import json
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from emulator.aws.simulator import AwsSimulator
from tests.contract.aws.asking_aws import (
    HAIKU,
    HAIKU_4_5,
    HAIKU_4_5_BASE,
    SONNET,
    WEATHER,
    body_of,
    invoke,
    refusal_of,
    stream,
)


class TestCaching:
    MARK: ClassVar = {"cache_control": {"type": "ephemeral"}}

    def usage(self, bedrock: Any, model: str = SONNET, **fields: Any) -> tuple[int, int, int]:
        """The tokens that were neither written nor read, those written to the cache, and those read from it."""
        counted = next(stream(bedrock, body_of(**fields), model))["message"]["usage"]
        return tuple(counted[f"{kind}input_tokens"] for kind in ("", "cache_creation_", "cache_read_"))

    def system(self, tokens: int, first: str = "word") -> list[dict[str, Any]]:
        return [{"type": "text", "text": first + " word" * (tokens - 2), **self.MARK}]  # its type counts too

    @pytest.mark.parametrize(
        ("model", "minimum"), [(HAIKU_4_5, 4096), (SONNET, 1024), ("us.anthropic.claude-opus-4-7", 2048)]
    )
    def test_a_prompt_under_the_models_minimum_is_not_cached(self, bedrock: Any, model: str, minimum: int) -> None:
        under, enough = self.system(minimum - 1, "under"), self.system(minimum, "enough")
        for _ in range(2):
            assert self.usage(bedrock, model, system=under)[1:] == (0, 0)
        assert self.usage(bedrock, model, system=enough)[1:] == (minimum, 0)
        assert self.usage(bedrock, model, system=enough)[1:] == (0, minimum)

    def test_reads_the_beginning_of_a_conversation_from_the_cache(self, bedrock: Any) -> None:
        def said(text: str, **mark: Any) -> list[Any]:
            return [{"type": "text", "text": text, **mark}]

        question = "A first question." + " word" * 1100
        turns: list[Any] = [{"role": "user", "content": said(question, **self.MARK)}]
        _, written, read = self.usage(bedrock, messages=turns)
        turns = [
            {"role": "user", "content": question},
            {"role": "assistant", "content": said("An answer.")},
            {"role": "user", "content": said("A second question.", **self.MARK)},
        ]
        assert (written > 0, read) == (True, 0)
        _, more, read = self.usage(bedrock, messages=turns)
        assert (more > 0, read) == (True, written)


class TestCountTokens:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.md"""

    def test_counts_what_invoke_charges(self, bedrock: Any) -> None:
        body = body_of("How many?", system="Be brief.", tools=[WEATHER])
        counted = bedrock.count_tokens(modelId=HAIKU_4_5_BASE, input={"invokeModel": {"body": json.dumps(body)}})
        assert counted["inputTokens"] == invoke(bedrock, body, HAIKU_4_5)["usage"]["input_tokens"]

    @pytest.mark.parametrize(
        "model",
        [
            HAIKU,
            HAIKU_4_5,
            "anthropic.claude-haiku-5-5",
            "anthropic.claude-opus-4-6-v1",
            "anthropic.claude-sonnet-5",
        ],
    )
    def test_refuses_profiles_and_models_that_have_nothing_but_profiles(self, bedrock: Any, model: str) -> None:
        with pytest.raises(ClientError, match="The provided model doesn't support counting tokens") as caught:
            bedrock.count_tokens(modelId=model, input={"invokeModel": {"body": json.dumps(body_of())}})
        assert refusal_of(caught.value) == (400, "ValidationException")

    def test_requires_a_body_that_invoke_would_take(self, bedrock: Any) -> None:
        body = body_of()
        del body["max_tokens"]
        with pytest.raises(ClientError, match="max_tokens: Field required"):
            bedrock.count_tokens(modelId=HAIKU_4_5_BASE, input={"invokeModel": {"body": json.dumps(body)}})


def test_the_count_tokens_body_travels_in_base64(simulator: AwsSimulator, bedrock: Any) -> None:
    bedrock.count_tokens(modelId=HAIKU_4_5_BASE, input={"invokeModel": {"body": json.dumps(body_of())}})
    received = simulator.requests[-1]
    assert json.loads(base64.b64decode(received.body["input"]["invokeModel"]["body"])) == body_of()

"""What the simulated Bedrock takes of one model and refuses of another, as boto3 sees it.

Sources are beside the rules, in emulator/aws/bedrock/validation.py and the files that it calls.
"""

from typing import Any

import anthropic
import pytest

from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator
from tests.contract.aws.asking_aws import (
    ASSISTANT,
    HAIKU,
    HAIKU_4_5,
    SONNET,
    SYSTEM,
    TEXT,
    TOOL,
    USER,
    body_of,
    refused,
)

SONNET_4_5 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
SONNET_4_6 = "us.anthropic.claude-sonnet-4-6"
OPUS_4_6 = "us.anthropic.claude-opus-4-6-v1"
OPUS_4_7 = "us.anthropic.claude-opus-4-7"
OPUS_4_8 = "us.anthropic.claude-opus-4-8"
SONNET_5 = "us.anthropic.claude-sonnet-5"
OPUS_5 = "us.anthropic.claude-opus-5"
OPUS_5_5 = "us.anthropic.claude-opus-5-5"
ALL = [HAIKU_4_5, SONNET_4_5, SONNET_4_6, OPUS_4_6, OPUS_4_7, OPUS_4_8, SONNET_5, OPUS_5, HAIKU, SONNET, OPUS_5_5]


def takers(bedrock: Any, **fields: Any) -> list[str]:
    """The models, of all, that answer a body with `fields`."""
    return [model for model in ALL if not refused(bedrock, body_of(**fields), model)]


class TestFlags:
    @pytest.mark.parametrize(
        ("flag", "models"),
        [
            ("interleaved-thinking-2025-05-14", ALL),
            ("claude-code-20250219", [model for model in ALL if model != OPUS_4_7]),
            ("context-1m-2025-08-07", [model for model in ALL if model != OPUS_4_7]),
            ("structured-outputs-2025-12-15", [model for model in ALL if model != OPUS_4_7]),
            (
                "tool-search-tool-2025-10-19",
                [HAIKU_4_5, SONNET_4_5, SONNET_4_6, OPUS_4_6, HAIKU, SONNET, OPUS_5_5],
            ),
            ("thinking-token-count-2026-05-13", [SONNET_5, OPUS_5, HAIKU, SONNET, OPUS_5_5]),
            ("mid-conversation-tool-changes-2026-07-01", [HAIKU, SONNET, OPUS_5_5]),
            ("structured-outputs-2025-11-13", []),
            ("prompt-caching-2024-07-31", []),
            ("advanced-tool-use-2025-11-20", []),
            ("a-flag-that-nobody-has", []),
        ],
    )
    def test_are_taken_by_model(self, bedrock: Any, flag: str, models: list[str]) -> None:
        assert takers(bedrock, anthropic_beta=[flag]) == models
        assert refused(bedrock, body_of(anthropic_beta=[flag]), OPUS_4_7) in ("", "invalid beta flag")

    def test_one_that_is_taken_does_not_save_another(self, bedrock: Any) -> None:
        flags = ["context-1m-2025-08-07", "oauth-2025-04-20"]
        assert refused(bedrock, body_of(anthropic_beta=flags)) == "invalid beta flag"

    @pytest.mark.parametrize(
        ("flag", "fields"),
        [
            ("tool-search-tool-2025-10-19", {"tools": [TOOL | {"defer_loading": True}]}),
            ("tool-examples-2025-10-29", {"tools": [TOOL | {"input_examples": [{}]}]}),
            ("context-management-2025-06-27", {"context_management": {"edits": []}}),
        ],
    )
    def test_open_the_fields_that_wait_for_them(self, bedrock: Any, flag: str, fields: dict[str, Any]) -> None:
        assert refused(bedrock, body_of(**fields)).endswith(": Extra inputs are not permitted")
        assert refused(bedrock, body_of(**fields, anthropic_beta=[flag])) == ""


class TestSampling:
    @pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
    def test_is_over_from_4_7_on(self, bedrock: Any, name: str) -> None:
        field: dict[str, Any] = {name: 1}
        assert takers(bedrock, **field) == [HAIKU_4_5, SONNET_4_5, SONNET_4_6, OPUS_4_6]
        assert refused(bedrock, body_of(**field), OPUS_4_7) == f"`{name}` is deprecated for this model."

    def test_temperature_and_top_p_exclude_each_other(self, bedrock: Any) -> None:
        assert takers(bedrock, temperature=0.7, top_p=0.9) == []
        assert refused(bedrock, body_of(temperature=0.7, top_p=0.9), SONNET_4_6) == (
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
        )

    @pytest.mark.parametrize(
        ("field", "message"),
        [
            ({"temperature": 1.3}, "temperature: Input should be less than or equal to 1"),
            ({"top_p": -1}, "top_p: Input should be greater than or equal to 0"),
            ({"temperature": "1"}, "temperature: Input should be a valid number"),
        ],
    )
    def test_has_its_range(self, bedrock: Any, field: dict[str, Any], message: str) -> None:
        assert refused(bedrock, body_of(**field), HAIKU_4_5) == message

    @pytest.mark.parametrize("field", [{"temperature": 0.5}, {"top_p": 0.5}, {"top_k": 5}])
    def test_goes_badly_with_a_thinking_budget(self, bedrock: Any, field: dict[str, Any]) -> None:
        body = body_of(thinking={"type": "enabled", "budget_tokens": 1024}, max_tokens=2000, **field)
        assert "when thinking is enabled" in refused(bedrock, body, HAIKU_4_5)


class TestThinking:
    @pytest.mark.parametrize(
        ("thinking", "models"),
        [
            ({"type": "adaptive"}, [model for model in ALL if model not in (HAIKU_4_5, SONNET_4_5)]),
            ({"type": "enabled", "budget_tokens": 1024}, [HAIKU_4_5, SONNET_4_5, SONNET_4_6, OPUS_4_6]),
            ({"type": "disabled"}, [model for model in ALL if model not in (SONNET, OPUS_5_5)]),
            ({"type": "between_tools"}, [SONNET]),
        ],
    )
    def test_is_asked_for_as_the_model_has_it(
        self, bedrock: Any, thinking: dict[str, Any], models: list[str]
    ) -> None:
        assert takers(bedrock, thinking=thinking, max_tokens=2000) == models

    @pytest.mark.parametrize(
        ("model", "thinking", "message"),
        [
            (HAIKU_4_5, {"type": "adaptive"}, "adaptive thinking is not supported on this model"),
            (
                HAIKU,
                {"type": "enabled", "budget_tokens": 1024},
                '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and '
                '"output_config.effort" to control thinking behavior.',
            ),
            (HAIKU_4_5, {"type": "enabled"}, "thinking.enabled.budget_tokens: Field required"),
        ],
    )
    def test_says_what_to_use_instead(
        self, bedrock: Any, model: str, thinking: dict[str, Any], message: str
    ) -> None:
        assert refused(bedrock, body_of(thinking=thinking), model) == message

    def test_effort_is_from_4_6_on(self, bedrock: Any) -> None:
        effort = {"output_config": {"effort": "low"}}
        assert takers(bedrock, **effort) == [model for model in ALL if model not in (HAIKU_4_5, SONNET_4_5)]


class TestConversation:
    def test_prefill_ends_with_4_6(self, bedrock: Any) -> None:
        assert takers(bedrock, messages=[USER, ASSISTANT]) == [HAIKU_4_5, SONNET_4_5]
        assert refused(bedrock, body_of(messages=[USER, ASSISTANT])) == (
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )

    @pytest.mark.parametrize("content", ["Hi ", [TEXT | {"text": "Hi\n"}]])
    def test_what_the_assistant_is_to_go_on_with_does_not_end_in_white_space(
        self, bedrock: Any, content: object
    ) -> None:
        messages = [USER, {"role": "assistant", "content": content}]
        assert refused(bedrock, body_of(messages=messages), HAIKU_4_5) == (
            "messages: final assistant content cannot end with trailing whitespace"
        )
        assert refused(bedrock, body_of(messages=[*messages, USER]), HAIKU_4_5) == ""

    def test_a_message_of_role_system_is_taken_from_4_8_on(self, bedrock: Any) -> None:
        messages = [USER, SYSTEM]
        assert takers(bedrock, messages=messages) == [OPUS_4_8, OPUS_5, HAIKU, SONNET, OPUS_5_5]
        assert (
            refused(bedrock, body_of(messages=messages), OPUS_4_7) == "role 'system' is not supported on this model"
        )
        assert refused(bedrock, body_of(messages=messages), SONNET_4_6).startswith(
            'messages: Unexpected role "system"'
        )
        assert refused(bedrock, body_of(messages=[SYSTEM, USER])) == (
            "messages.0: use the top-level 'system' parameter for the initial system prompt"
        )


class TestTools:
    def test_strict_is_refused_by_some(self, bedrock: Any) -> None:
        schema = {**TOOL["input_schema"], "additionalProperties": False}
        strict: dict[str, Any] = {"tools": [TOOL | {"strict": True, "input_schema": schema}]}
        assert takers(bedrock, **strict) == [HAIKU_4_5, SONNET_4_5, SONNET_4_6, OPUS_4_6, OPUS_5, HAIKU, SONNET]
        assert (
            refused(bedrock, body_of(**strict), SONNET_5) == "tools.0.custom.strict: Extra inputs are not permitted"
        )

    @pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "a"}])
    def test_the_largest_of_5_5_are_not_forced(self, bedrock: Any, choice: dict[str, str]) -> None:
        forced: dict[str, Any] = {"tools": [TOOL], "tool_choice": choice}
        assert takers(bedrock, **forced) == [model for model in ALL if model not in (SONNET, OPUS_5_5)]
        assert refused(bedrock, body_of(**forced), SONNET) == (
            'tool_choice: type "tool" and "any" are not supported for this model.'
        )


class TestMaxTokens:
    def test_ends_at_the_models_own_ceiling(self, bedrock: Any) -> None:
        assert takers(bedrock, max_tokens=64_000) == ALL
        assert takers(bedrock, max_tokens=64_001) == [
            model for model in ALL if model not in (HAIKU_4_5, SONNET_4_5, SONNET_4_6)
        ]
        assert refused(bedrock, body_of(max_tokens=64_001), SONNET_4_5) == (
            "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for "
            "claude-sonnet-4-5-20250929"
        )


class TestAnthropicsOwnClient:
    """What it sends to Bedrock is taken; from its second version on it names a version that older models refuse."""

    def client(self, simulator: AwsSimulator) -> anthropic.AnthropicBedrock:
        return anthropic.AnthropicBedrock(
            base_url=simulator.url,
            aws_region=REGION,
            aws_access_key=ACCESS_KEY_ID,
            aws_secret_key=SECRET_ACCESS_KEY,
            max_retries=0,
        )

    def test_is_answered_whole_and_streamed(self, simulator: AwsSimulator) -> None:
        asked: Any = {"max_tokens": 1000, "messages": [USER], "tools": [TOOL], "system": [TEXT]}
        with self.client(simulator) as client:
            whole = client.messages.create(model=HAIKU, **asked)
            events = list(client.messages.create(model=HAIKU, stream=True, **asked))
        assert whole.stop_reason == "end_turn"
        assert events[-1].type == "message_stop"

    def test_a_flag_that_is_taken_goes_through(self, simulator: AwsSimulator) -> None:
        with self.client(simulator) as client:
            messages: Any = client.beta.messages
            asked: Any = {"model": HAIKU, "max_tokens": 5, "messages": [USER]}
            assert messages.create(betas=["context-1m-2025-08-07"], **asked).usage.output_tokens == 5
            with pytest.raises(anthropic.BadRequestError, match="invalid beta flag"):
                messages.create(betas=["files-api-2025-04-14"], **asked)

    def test_its_version_is_refused_by_models_with_a_date(self, simulator: AwsSimulator) -> None:
        with self.client(simulator) as client, pytest.raises(anthropic.BadRequestError, match="anthropic_version"):
            client.messages.create(model=HAIKU_4_5, max_tokens=5, messages=[{"role": "user", "content": "Hello"}])

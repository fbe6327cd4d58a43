"""What the simulated Bedrock refuses of any model's request, as boto3 sees it.

Sources are beside the rules, in emulator/aws/bedrock/validation.py and the files that it calls.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.aws.asking_aws import (
    ASSISTANT,
    HAIKU,
    TEXT,
    TOOL,
    USER,
    body_of,
    invoke,
    refusal_of,
    refused,
    stream,
)

EPHEMERAL = {"type": "ephemeral"}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%%%"}}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "7"}
GLOBAL = EPHEMERAL | {"scope": "global"}
MARKED_RESULT = {"role": "user", "content": [RESULT | {"content": [TEXT | {"cache_control": GLOBAL}]}]}


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


class TestAnyModel:
    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"max_tokens": "7"}, "max_tokens: Input should be a valid integer"),
            ({"max_tokens": 0}, "max_tokens: Input should be greater than or equal to 1"),
            (
                {"max_tokens": 1_000_000},
                "max_tokens: 1000000 > 128000, which is the maximum allowed number of output tokens for claude",
            ),
            ({"anthropic_version": "2023-06-01"}, "anthropic_version: Input should be 'bedrock-2023-05-31'"),
            ({"model": HAIKU}, "model: Extra inputs are not permitted"),
            ({"stream": True}, "stream: Extra inputs are not permitted"),
            ({"messages": []}, "messages: at least one message is required"),
            ({"messages": "Hello"}, "messages: Input should be a valid list"),
            ({"messages": ["Hello"]}, "messages.0: Input should be an object"),
            ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
            ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content: Input should be a valid list"),
            ({"messages": [{"role": "user", "content": ""}]}, "messages: text content blocks must be non-empty"),
            (
                {"messages": [{"role": "user", "content": []}]},
                "messages.0.content: all messages must have non-empty",
            ),
            ({"messages": [ASSISTANT, USER]}, 'first message must use the "user" role'),
            ({"messages": [{"role": "user", "content": ["x"]}]}, "messages.0.content.0.type: Field required"),
            (
                {"messages": [{"role": "user", "content": [{"type": "x"}]}]},
                "messages.0.content.0: Input tag 'x' found",
            ),
            (
                {"messages": [{"role": "user", "content": [IMAGE]}]},
                "messages.0.content.0.image.source.base64: invalid base64 data",
            ),
            ({"messages": [{"role": "user", "content": [RESULT]}]}, "unexpected `tool_use_id` found .*: toolu_1"),
            (
                {"messages": [USER, {"role": "assistant", "content": [CALL]}, USER]},
                "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
            ),
            ({"system": 5}, "system: Input should be a valid list"),
            ({"system": [{"type": "text", "text": ""}]}, "system: text content blocks must be non-empty"),
            ({"stop_sequences": [" "]}, "stop_sequences: each stop sequence must contain non-whitespace"),
            ({"thinking": {"type": "deep"}}, "thinking: Input tag 'deep' found"),
            ({"tools": [{"input_schema": {}}]}, "tools.0.name: Field required"),
            ({"tools": [{"name": "a b", "input_schema": {}}]}, "tools.0.custom.name: String should match pattern"),
            ({"tools": [{"name": "a"}]}, "tools.0.custom.input_schema: Field required"),
            ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role: Input should be 'user' or"),
            ({"messages": [USER | {"name": "Ann"}]}, "messages.0.name: Extra inputs are not permitted"),
            (
                {"messages": [USER | {"output_config": {}}]},
                "messages.0.output_config: Extra inputs are not permitted",
            ),
            ({"messages": said(" \n")}, "messages: text content blocks must contain non-whitespace text"),
            (
                {"messages": [{"role": "user", "content": [TEXT, TEXT | {"text": "\t"}]}]},
                "messages: text content blocks must contain non-whitespace text",
            ),
            ({"system": [TEXT | {"text": " "}]}, "system: text content blocks must contain non-whitespace text"),
            (
                {"system": [TEXT | {"cache_control": {"type": "ephemeral", "scope": "global"}}]},
                "system.0.cache_control.ephemeral.scope: Extra inputs are not permitted",
            ),
            ({"cache_control": GLOBAL}, "cache_control.ephemeral.scope: Extra inputs are not permitted"),
            (
                {"messages": [USER, {"role": "assistant", "content": [CALL]}, MARKED_RESULT]},
                "messages.2.content.0.tool_result.content.0.text.cache_control.ephemeral.scope: Extra inputs",
            ),
            (
                {"tools": [{"type": "bash_20250124", "name": "bash", "eager_input_streaming": True}]},
                "tools.0.bash_20250124.eager_input_streaming: Extra inputs are not permitted",
            ),
            (
                {"messages": [{"role": "user", "content": [TEXT | {"cache_control": EPHEMERAL | {"ttl": "2h"}}]}]},
                "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
            ),
            (
                {"system": [TEXT | {"cache_control": EPHEMERAL}] * 5},
                "A maximum of 4 blocks with cache_control may be provided. Found 5.",
            ),
            (
                {"tools": [TOOL | {"eager_input_streaming": True}]},
                "tools.0.custom.eager_input_streaming: Extra inputs are not permitted",
            ),
            (
                {"tools": [TOOL | {"defer_loading": True}]},
                "tools.0.custom.defer_loading: Extra inputs are not permitted",
            ),
            ({"tools": [TOOL | {"input_schema": {}}]}, "tools.0.custom.input_schema.type: Field required"),
            (
                {"tools": [TOOL | {"input_schema": {"type": "string"}}]},
                "tools.0.custom.input_schema.type: Input should be 'object'",
            ),
            ({"tools": [TOOL, TOOL]}, "tools: Tool names must be unique."),
            (
                {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
                "tools.0: Input tag 'web_search_20250305'",
            ),
            ({"tool_choice": {"type": "any"}}, "tool_choice may only be specified while providing tools."),
            (
                {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "b"}},
                "Tool 'b' not found in provided tools",
            ),
            (
                {"tools": [TOOL], "tool_choice": {"type": "any"}, "thinking": {"type": "adaptive"}},
                "Thinking may not be enabled when tool_choice forces tool use.",
            ),
            ({"context_management": {"edits": []}}, "context_management: Extra inputs are not permitted"),
            ({"output_format": {"type": "json_schema"}}, "output_format: Extra inputs are not permitted"),
            ({"mcp_servers": []}, "mcp_servers: Extra inputs are not permitted"),
            (
                {"metadata": {"user_id": "ann@example.com"}},
                "metadata.user_id: user_id appears to contain an email address",
            ),
            ({"anthropic_beta": ["output-128k-2025-02-19"]}, "invalid beta flag"),
            ({"anthropic_beta": "context-1m-2025-08-07"}, "anthropic_beta: Input should be a valid list"),
        ],
    )
    def test_names_the_wrong_field(self, bedrock: Any, fields: dict[str, Any], message: str) -> None:
        with pytest.raises(ClientError, match=message) as caught:
            list(stream(bedrock, body_of(**fields)))
        assert refusal_of(caught.value) == (400, "ValidationException")

    @pytest.mark.parametrize("field", ["anthropic_version", "max_tokens", "messages"])
    def test_names_the_missing_field(self, bedrock: Any, field: str) -> None:
        body = body_of()
        del body[field]
        with pytest.raises(ClientError, match=f"{field}: Field required"):
            invoke(bedrock, body)

    @pytest.mark.parametrize("body", ["no JSON", "[]"])
    def test_wants_a_json_object(self, bedrock: Any, body: str) -> None:
        with pytest.raises(ClientError, match="Malformed input request"):
            bedrock.invoke_model(modelId=HAIKU, body=body)


class TestModelIds:
    @pytest.mark.parametrize(
        ("model", "status", "code"),
        [
            ("gpt-9", 400, "ValidationException"),
            ("anthropic.claude-3-sonnet-20240229-v1:0", 404, "ResourceNotFoundException"),
        ],
    )
    def test_refuses_models_that_it_does_not_serve(self, bedrock: Any, model: str, status: int, code: str) -> None:
        with pytest.raises(ClientError) as caught:
            invoke(bedrock, body_of(), model)
        assert refusal_of(caught.value) == (status, code)

    def test_takes_a_profiles_arn(self, bedrock: Any) -> None:
        arn = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{HAIKU}"
        assert invoke(bedrock, body_of(), arn)["model"] == "claude-haiku-5-5"

    @pytest.mark.parametrize("model", ["anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-opus-5-5"])
    def test_a_model_is_not_invoked_by_its_plain_id(self, bedrock: Any, model: str) -> None:
        assert refused(bedrock, body_of(), model) == (
            f"Invocation of model ID {model} with on-demand throughput isn’t supported. "  # noqa: RUF001
            "Retry your request with the ID or ARN of an inference profile that contains this model."
        )

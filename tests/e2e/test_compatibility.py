"""What Anthropic's API takes and Bedrock refuses: left out, named, and learned where it is not known."""

from typing import Any

import httpx
import pytest

from emulator.aws.bedrock import betas
from tests.asking import HAIKU_4_5, body_of, model_calls, refusal, user
from tests.conftest import Deploy, Deployment

OPUS_4_7, SONNET_4_6 = "us.anthropic.claude-opus-4-7", "us.anthropic.claude-sonnet-4-6"
HAIKU = "global.anthropic.claude-haiku-5-5"
MODELS = {"DEFAULT_MODEL": HAIKU, "ALLOWED_MODELS": f"{HAIKU},{HAIKU_4_5},{OPUS_4_7},{SONNET_4_6}"}
EFFORT, INTERLEAVED = "effort-2025-11-24", "interleaved-thinking-2025-05-14"
TOOL = {"name": "a", "input_schema": {"type": "object", "properties": {}}}
STREAM_OR_WHOLE = pytest.mark.parametrize("stream", [True, False])


class Client:
    """Asks one deployment; `sent` has the bodies that Bedrock was sent for the last request."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.sent: list[dict[str, Any]] = []

    def ask(self, flags: str = "", **fields: Any) -> httpx.Response:
        before = len(model_calls(self.deployment.simulator))
        body = body_of(**{"max_tokens": 5} | fields)
        response = self.deployment.http.post("/v1/messages", json=body, headers={"anthropic-beta": flags})
        self.sent = [call.body for call in model_calls(self.deployment.simulator)[before:]]
        return response

    def answered(self, flags: str = "", **fields: Any) -> list[str]:
        """The names of what the answer was made without."""
        response = self.ask(flags, **fields)
        assert response.status_code == 200, response.text
        assert ("message_stop" in response.text) == bool(fields.get("stream"))
        names = response.headers.get("x-claude-stream-dropped", "")
        return names.split(", ") if names else []


@pytest.fixture
def client(deploy: Deploy) -> Client:
    """Of a new deployment, which has learned nothing yet."""
    return Client(deploy(variables=MODELS, max_environments=1))


@pytest.fixture
def no_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Bedrock that takes no flag at all."""
    monkeypatch.setattr(betas, "_TAKEN", {})


@STREAM_OR_WHOLE
def test_what_is_known_takes_one_call(client: Client, stream: bool) -> None:
    dropped = client.answered(
        "claude-code-20250219,oauth-2025-04-20,structured-outputs-2025-11-13,advanced-tool-use-2025-11-20",
        system=[{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "scope": "global"}}],
        tools=[TOOL | {"eager_input_streaming": True}],
        output_format={"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}},
        metadata={"user_id": "ann@example.com"},
        anthropic_beta=["fast-mode-2026-02-01", INTERLEAVED],
        max_tokens=128_000,
        temperature=0,
        stream=stream,
    )
    assert dropped == [
        *("max_tokens 128000 -> 64000", "claude-code-20250219", "oauth-2025-04-20"),
        *("structured-outputs-2025-11-13", "advanced-tool-use-2025-11-20 -> tool-search-tool-2025-10-19"),
        *("fast-mode-2026-02-01", "temperature", "output_format -> output_config.format"),
        *("metadata.user_id -> sha256", "cache_control.scope"),
        "tools.eager_input_streaming -> fine-grained-tool-streaming-2025-05-14",
    ]
    assert len(client.sent) == 1


@STREAM_OR_WHOLE
def test_flags_that_are_not_known_are_left_out_once_bedrock_refuses_them(client: Client, stream: bool) -> None:
    flags = f"new-1, {EFFORT}, new-2"
    assert client.answered(flags, stream=stream) == ["new-1", "new-2"]
    assert [body["anthropic_beta"] for body in client.sent] == [["new-1", EFFORT, "new-2"], [EFFORT]]
    for again in (flags, "new-2"):
        assert set(client.answered(again, stream=not stream)) <= {"new-1", "new-2"}
        assert len(client.sent) == 1, "it is remembered, and streamed and whole answers alike"
    assert client.answered(flags, stream=stream, model=SONNET_4_6) == ["new-1", "new-2"]
    assert len(client.sent) == 2, "of each model by itself"


def test_a_field_goes_with_the_flag_that_opens_it(client: Client) -> None:
    fields = {"model": OPUS_4_7, "context_management": {"edits": [{"type": "clear_thinking_20251015"}]}}
    flags = f"context-management-2025-06-27,{INTERLEAVED},{EFFORT}"
    for calls in (2, 1):
        assert client.answered(flags, **fields) == flags.split(",")
        assert len(client.sent) == calls
        assert client.sent[-1].keys() == {"anthropic_version", "max_tokens", "messages"}


@STREAM_OR_WHOLE
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"compaction": {"type": "auto"}}, "compaction"),
        ({"output_config": {"effort": "low"}, "model": HAIKU_4_5}, "output_config.effort"),
        ({"output_config": {"task_budget": {"type": "tokens", "total": 1}}}, "output_config.task_budget"),
        ({"tools": [TOOL, TOOL | {"name": "b", "strict": True}], "model": "claude-opus-4-7"}, "tools.strict"),
        (
            {"messages": [user([{"type": "text", "text": "x", "toolset_name": "a"}])]},
            "content.toolset_name",
        ),
    ],
)
def test_a_field_that_anthropics_api_takes_is_left_out(
    client: Client, fields: dict[str, Any], name: str, stream: bool
) -> None:
    most = 1 if name == "tools.strict" else 2  # which is known
    for calls in (most, 1):
        assert client.answered(**fields, stream=stream) == [name]
        assert len(client.sent) == calls


@STREAM_OR_WHOLE
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"max_token": 5}, "max_token: Extra inputs are not permitted"),
        ({"scope": "global"}, "scope: Extra inputs are not permitted"),
        ({"output_config": {"efort": "low"}}, "output_config.efort: Extra inputs are not permitted"),
        ({"tools": [TOOL | {"stricts": True}]}, "tools.0.custom.stricts: Extra inputs are not permitted"),
        (
            {"messages": [user("x") | {"output_config": {"effort": "low"}}]},
            "messages.0.output_config: Extra inputs are not permitted",
        ),
        (
            {"messages": [user("x") | {"cache_control": {"type": "ephemeral"}}]},
            "messages.0.cache_control: Extra inputs are not permitted",
        ),
        ({"thinking": {"type": "enabled", "budget_tokens": 9}}, '"thinking.type.enabled" is not supported'),
        ({"messages": [user("x"), {"role": "system", "content": "y"}], "model": HAIKU_4_5}, "Unexpected role"),
    ],
)
def test_anything_else_keeps_its_400_in_anthropics_words(
    client: Client, fields: dict[str, Any], says: str, stream: bool
) -> None:
    for _ in range(2):
        assert says in refusal(client.ask(**fields, stream=stream), 400, "invalid_request_error")
        assert len(client.sent) == 1


def test_servers_for_tools_are_refused_by_name(client: Client) -> None:
    response = client.ask("mcp-client-2025-11-20", mcp_servers=[{"type": "url", "url": "https://a.example"}])
    assert refusal(response, 400, "invalid_request_error").startswith("mcp_servers: ")
    assert client.sent == []


@STREAM_OR_WHOLE
@pytest.mark.usefixtures("no_flags")
def test_where_the_second_call_fails_too_the_flags_are_named(client: Client, stream: bool) -> None:
    says = "Unexpected value(s) {} for the `anthropic-beta` header."
    message = refusal(client.ask(f"new-1,{EFFORT}", stream=stream), 400, "invalid_request_error")
    assert message.startswith(says.format(f"`new-1`, `{EFFORT}`"))
    assert len(client.sent) == 2
    message = refusal(client.ask(EFFORT, stream=stream), 400, "invalid_request_error")
    assert message.startswith(says.format(f"`{EFFORT}`"))
    assert len(client.sent) == 1, "there is nothing to leave out"
    client.ask(f"new-1,{EFFORT}", stream=stream)
    assert len(client.sent) == 2, "nothing is remembered of a call that failed"


def test_the_second_call_may_show_another_mistake(client: Client) -> None:
    for calls in (2, 1):
        response = client.ask("new-1", max_token=5)
        assert "max_token: Extra inputs" in refusal(response, 400, "invalid_request_error")
        assert len(client.sent) == calls, "the flag was to blame all the same"


def test_a_thinking_budget_has_to_fit_the_limit(client: Client) -> None:
    thinking = {"type": "enabled", "budget_tokens": 100_000}
    response = client.ask(max_tokens=128_000, thinking=thinking, model=HAIKU_4_5)
    message = refusal(response, 400, "invalid_request_error")
    assert message.startswith("`max_tokens` must be greater than `thinking.budget_tokens`.")


def test_names_that_callers_make_up_fit_a_header(client: Client) -> None:
    flags = ["a\r\nset-cookie: b", "你好", *(f"flag-{number}" for number in range(1000))]
    dropped = client.answered(anthropic_beta=flags)
    assert dropped[:2] == ["a??set-cookie: b", "??"]
    assert dropped[-1] == "..."
    assert len(", ".join(dropped)) < 2100


@pytest.mark.parametrize("flags", ["context-1m-2025-08-07,new-1", ""])
def test_counting_tokens_sends_no_flags(client: Client, flags: str) -> None:
    asked = body_of(
        model=HAIKU_4_5,
        tools=[TOOL | {"eager_input_streaming": True, "defer_loading": True}],
        context_management={"edits": [{}]},
        anthropic_beta=["new-2"],
    )
    http = client.deployment.http
    counted = http.post("/v1/messages/count_tokens", json=asked, headers={"anthropic-beta": flags})
    assert counted.json()["input_tokens"] > 0, counted.text
    (call,) = model_calls(client.deployment.simulator)
    assert call.operation == "CountTokens"


def test_an_alias_is_a_model_too(deploy: Deploy) -> None:
    aliases = {"MODEL_ALIASES": f"gpt-5={OPUS_4_7}"}
    deployment = deploy(variables=MODELS | aliases)
    for name, model_id in (("gpt-5", OPUS_4_7), ("claude-sonnet-4.6[1m]", SONNET_4_6)):
        assert deployment.http.post("/v1/messages", json=body_of(model=name, max_tokens=5)).status_code == 200
        assert model_calls(deployment.simulator)[-1].model_id == model_id

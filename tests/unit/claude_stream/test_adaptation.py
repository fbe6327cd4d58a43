"""What Anthropic's API takes and Bedrock refuses: passed on, left out, renamed or refused, by model."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.bedrock.adaptation import adapt, leave_out_flags
from claude_stream.errors import InvalidRequest
from claude_stream.models import generation
from emulator.aws.bedrock import betas
from emulator.aws.bedrock.models import find_model

HAIKU_4_5 = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
SONNET_4_6 = "global.anthropic.claude-sonnet-4-6"
OPUS_4_7 = "us.anthropic.claude-opus-4-7"
OPUS_4_8 = "us.anthropic.claude-opus-4-8"
SONNET_5 = "us.anthropic.claude-sonnet-5"
HAIKU = "global.anthropic.claude-haiku-5-5"
OPUS_5_5 = "global.anthropic.claude-opus-5-5"
OLD = "anthropic.claude-3-7-sonnet-20250219-v1:0"
NEW = "global.anthropic.claude-haiku-7"
ALL = (HAIKU_4_5, SONNET_4_6, OPUS_4_7, OPUS_4_8, SONNET_5, HAIKU, OPUS_5_5, OLD, NEW)

TOOL = {"name": "a", "input_schema": {"type": "object", "properties": {}}}
MARK = {"type": "ephemeral", "scope": "global", "ttl": "1h"}
MARKED = {"type": "text", "text": "x", "cache_control": MARK}
FINE_GRAINED = "fine-grained-tool-streaming-2025-05-14"
TOOL_SEARCH = "tool-search-tool-2025-10-19"


def adapted(model: str = HAIKU, flags: str = "", **body: Any) -> tuple[dict[str, Any], list[str]]:
    """The body that Bedrock gets, and the names of what was left out."""
    dropped: list[str] = []
    body = json.loads(json.dumps(body))
    adapt(body, model, flags, dropped)
    return body, dropped


def asked_of(model: str, flag: str) -> list[str]:
    flags: list[str] = adapted(model, flag)[0].get("anthropic_beta", [])
    return flags


@pytest.mark.parametrize(
    "flag",
    [
        *("claude-code-20250219", "per-turn-control-2026-07-01", "structured-outputs-2025-11-13"),
        *("token-counting-2024-11-01", "prompt-caching-2024-07-31", "prompt-caching-scope-2026-01-05"),
        *("extended-cache-ttl-2025-04-11", "mcp-client-2025-11-20", "oauth-2025-04-20", "fast-mode-2026-02-01"),
        *("redact-thinking-2026-02-12", "advisor-tool-2026-03-01", "files-api-2025-04-14", "skills-2025-10-02"),
        *("code-execution-2025-08-25", "web-fetch-2025-09-10", "managed-agents-2026-04-01"),
    ],
)
@pytest.mark.parametrize("model", ALL)
def test_a_flag_that_bedrock_refuses_is_left_out_and_named(model: str, flag: str) -> None:
    assert adapted(model, flag) == ({}, [flag])


@pytest.mark.parametrize(
    ("flag", "refusing"),
    [
        ("interleaved-thinking-2025-05-14", ()),
        ("effort-2025-11-24", ()),
        ("context-management-2025-06-27", ()),
        ("structured-outputs-2025-12-15", ()),
        ("compact-2026-01-12", ()),
        ("computer-use-2025-11-24", ()),
        ("context-1m-2025-08-07", ()),
        ("tool-examples-2025-10-29", ()),
        ("a-flag-that-nobody-knows", ()),
        (TOOL_SEARCH, (OPUS_4_7, OPUS_4_8, SONNET_5)),
        ("mid-conversation-tool-changes-2026-07-01", (HAIKU_4_5, SONNET_4_6, OPUS_4_7, OPUS_4_8, SONNET_5)),
        ("thinking-token-count-2026-05-13", (HAIKU_4_5, SONNET_4_6, OPUS_4_7, OPUS_4_8)),
    ],
)
def test_a_flag_goes_to_the_models_that_take_it(flag: str, refusing: tuple[str, ...]) -> None:
    for model in ALL:
        assert adapted(model, flag) == (({}, [flag]) if model in refusing else ({"anthropic_beta": [flag]}, []))


@pytest.mark.parametrize("model", [HAIKU_4_5, SONNET_4_6, OPUS_4_8, SONNET_5, HAIKU, OPUS_5_5])
def test_what_is_passed_on_of_the_known_flags_is_what_the_simulator_takes(model: str) -> None:
    """Two tables of the same facts, written apart: a flag that one of them has wrong shows here."""
    for flag in betas._TAKEN:
        if flag != "claude-code-20250219":  # taken, but it asks for nothing
            assert (flag in asked_of(model, flag)) == betas.all_taken([flag], find_model(model)), flag


def test_a_flag_has_another_name_on_bedrock() -> None:
    flag = "advanced-tool-use-2025-11-20"
    assert adapted(HAIKU, flag) == ({"anthropic_beta": [TOOL_SEARCH]}, [f"{flag} -> {TOOL_SEARCH}"])
    assert adapted(HAIKU, f"{TOOL_SEARCH}, {flag}")[0] == {"anthropic_beta": [TOOL_SEARCH]}
    assert adapted(OPUS_4_7, flag) == ({}, [flag])


def test_cache_marks_have_no_scope_at_any_level() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": [MARKED], "cache_control": MARK}
    source = {"type": "content", "content": [MARKED]}
    call = {"type": "tool_use", "id": "t", "name": "a", "input": {"cache_control": MARK}}
    schema = {"type": "object", "properties": {"cache_control": MARK}}
    body, dropped = adapted(
        system=[MARKED],
        cache_control=MARK,
        tools=[TOOL | {"cache_control": MARK, "input_schema": schema}],
        messages=[{"role": "user", "content": [MARKED, call, result, {"type": "document", "source": source}]}],
    )
    assert dropped == ["cache_control.scope"]
    assert json.dumps(body).count('"scope"') == 2, (
        "what a tool takes, and what it was called with, are the caller's"
    )
    assert body["messages"][0]["content"][1] == call
    assert body["tools"][0]["input_schema"] == schema
    assert json.dumps(body).count('"ttl"') == 9, "5.5 takes it"


def test_a_cache_marks_lifetime_is_for_models_since_4_5() -> None:
    assert adapted(OLD, system=[MARKED])[1] == ["cache_control.scope", "cache_control.ttl"]
    assert adapted(HAIKU_4_5, system=[MARKED])[1] == ["cache_control.scope"]


@pytest.mark.parametrize(
    ("model", "flags", "name"),
    [
        (HAIKU, [FINE_GRAINED], f"tools.eager_input_streaming -> {FINE_GRAINED}"),
        (NEW, [FINE_GRAINED], f"tools.eager_input_streaming -> {FINE_GRAINED}"),
        (OPUS_4_7, None, "tools.eager_input_streaming"),
    ],
)
def test_eager_tools_are_asked_for_by_a_flag(model: str, flags: list[str] | None, name: str) -> None:
    body, dropped = adapted(model, tools=[TOOL | {"eager_input_streaming": True}, TOOL | {"type": "bash_20250124"}])
    assert (body["tools"], body.get("anthropic_beta")) == ([TOOL, TOOL | {"type": "bash_20250124"}], flags)
    assert dropped == [name]
    assert adapted(model, tools=[TOOL | {"eager_input_streaming": False}]) == ({"tools": [TOOL]}, [])


def test_an_output_format_stands_in_output_config() -> None:
    shape, name = {"type": "json_schema", "schema": {}}, "output_format -> output_config.format"
    assert adapted(output_format=shape) == ({"output_config": {"format": shape}}, [name])
    both = adapted(output_format=shape, output_config={"effort": "low"})
    assert both == ({"output_config": {"format": shape, "effort": "low"}}, [name])
    assert adapted(output_format=None) == ({}, [])


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"context_management": {"edits": [{}]}}, "context-management-2025-06-27"),
        ({"tools": [TOOL | {"defer_loading": True}]}, TOOL_SEARCH),
        ({"tools": [TOOL | {"input_examples": [{}]}]}, "tool-examples-2025-10-29"),
    ],
)
def test_a_field_goes_with_its_flag(fields: dict[str, Any], flag: str) -> None:
    body, dropped = adapted(HAIKU, **fields)
    assert (body, dropped) == (fields | {"anthropic_beta": [flag]}, [])
    leave_out_flags(body, [flag])
    assert body in ({}, {"tools": [TOOL]})


def test_a_field_whose_flag_is_refused_is_left_out() -> None:
    fields = {"tools": [TOOL | {"defer_loading": True}]}
    assert adapted(OPUS_4_7, TOOL_SEARCH, **fields) == ({"tools": [TOOL]}, [TOOL_SEARCH, "tools.defer_loading"])


@pytest.mark.parametrize("user", ["ann@example.com", '{"account": "ann@example.com"}'])
def test_a_users_e_mail_address_is_hashed(user: str) -> None:
    (body, dropped), (again, _), (other, _) = (
        adapted(metadata={"user_id": name}) for name in (user, user, "x" + user)
    )
    assert dropped == ["metadata.user_id -> sha256"]
    assert body == again != other
    assert len(body["metadata"]["user_id"]) == 64
    assert adapted(metadata={"user_id": "user_1f"}) == ({"metadata": {"user_id": "user_1f"}}, [])


@pytest.mark.parametrize("name", ["mcp_servers", "container", "thread", "inference_geo"])
def test_what_an_answer_cannot_do_without_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"^{name}: .*\."):
        adapted(HAIKU, "", **{name: ["x"] if name == "mcp_servers" else "x"})
    assert adapted(HAIKU, "", **{name: None}) == ({}, []), "but what asks for nothing"
    assert adapted("us.anthropic.claude-haiku-5-5", inference_geo="us") == ({}, ["inference_geo"])


@pytest.mark.parametrize("name", ["service_tier", "speed", "fallbacks", "diagnostics"])
def test_a_field_about_anthropics_own_service_is_left_out(name: str) -> None:
    assert adapted(HAIKU, "", **{name: "auto"}) == ({}, [name])
    assert adapted(HAIKU, "", **{name: None}) == ({}, [])


def test_sampling_is_left_out_where_it_is_refused() -> None:
    fields: dict[str, Any] = {"temperature": 0, "top_p": 0.1, "top_k": 5}
    for model in ALL:
        body, dropped = adapted(model, **fields)
        if generation(model) >= (4, 7):
            assert (body, dropped) == ({}, list(fields))
        elif model == OLD:
            assert (body, dropped) == (fields, [])
        else:
            assert (body, dropped) == ({"temperature": 0, "top_k": 5}, ["top_p"])
    assert adapted(SONNET_4_6, top_p=0.1) == ({"top_p": 0.1}, [])
    assert adapted(temperature="warm") == ({"temperature": "warm"}, []), "Bedrock says what is wrong"


def test_strict_tools_are_for_the_models_that_take_them() -> None:
    for model in ALL:
        refused = model in (OLD, OPUS_5_5, SONNET_5, OPUS_4_7, OPUS_4_8)
        assert adapted(model, tools=[TOOL | {"strict": True}])[1] == (["tools.strict"] if refused else [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text() | st.sampled_from(["content", "a"]), children),
)
FIELDS = st.sampled_from([
    *("anthropic_beta", "cache_control", "container", "context_management", "inference_geo", "messages"),
    *("metadata", "output_config", "output_format", "system", "temperature", "tools", "mcp_servers"),
])  # fmt: skip


@given(body=st.dictionaries(FIELDS, JSON), model=st.sampled_from(ALL))
def test_any_body_is_adapted_or_refused_by_a_field(body: dict[str, Any], model: str) -> None:
    field = None
    try:
        adapted(model, **body)
    except InvalidRequest as error:
        field = error.field
    assert field is None or field in body

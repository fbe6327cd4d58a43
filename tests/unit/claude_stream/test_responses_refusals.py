"""The Responses API's parameters that are ignored, left out and named, or refused by name."""

import pytest

from tests.unit.claude_stream.responses_asking import Json, function, refused, translated

HINTS: Json = {
    "background": False,
    "client_metadata": {"a": "b"},
    "include": ["reasoning.encrypted_content", "web_search_call.action.sources"],
    "max_tool_calls": 5,
    "metadata": {"a": "b"},
    "prompt_cache_options": {"mode": "implicit"},
    "prompt_cache_retention": "24h",
    "service_tier": "auto",
    "store": False,
    "stream_options": {"include_obfuscation": False},
    "top_logprobs": 0,
    "truncation": "disabled",
}


def test_labels_and_hints_change_nothing() -> None:
    assert translated(**HINTS) == translated()


def test_what_lies_between_is_left_out_and_named() -> None:
    assert translated(store=True, service_tier="flex", truncation="auto") == (
        translated()[0],
        ["store", "service_tier", "truncation"],
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id: no responses are kept here"),
        ({"conversation": "conv_1"}, "conversation: no conversations are kept here"),
        ({"background": True}, "background: nothing runs here after its answer"),
        ({"prompt": {"id": "p"}}, "prompt: no prompts are kept here"),
        ({"context_management": [{"type": "compaction"}]}, "context_management: nothing is compacted"),
        ({"top_logprobs": 3}, "top_logprobs: Claude tells no probabilities"),
        ({"include": ["message.output_text.logprobs"]}, "include[0]: Claude tells no probabilities"),
        ({"prompt_cache_options": {"prewarm": True}}, "prompt_cache_options.prewarm: nothing is made ready"),
        ({"seed": 1}, "seed: unknown parameter"),
        ({"metadata": 3}, "metadata: expected an object"),
        ({"reasoning": {"effort": "hard"}}, "reasoning.effort: expected one of"),
        ({"reasoning": {"mode": "pro"}}, "reasoning.mode: expected"),
        ({"reasoning": {"colour": 1}}, "reasoning.colour: unknown parameter"),
        ({"text": {"format": {"type": "grammar"}}}, "text.format.type: expected"),
        ({"tools": [{"type": "mcp", "server_label": "a"}]}, "tools[0].type: expected function"),
        ({"tools": [{"type": "local_shell"}]}, "tools[0].type: expected function"),
        ({"tools": [function(), function()]}, "tools[1].name: another tool"),
        ({"tools": [function("a b")]}, "tools[0].name: expected up to 128"),
        ({"tools": [function(colour=1)]}, "tools[0].colour: unknown parameter"),
        ({"tool_choice": "required"}, "tool_choice: there are no tools"),
        ({"tool_choice": {"type": "mcp"}}, "tool_choice.type: expected"),
        ({"tool_choice": {"type": "function", "name": "x"}}, "tool_choice.name: there is no such tool"),
        ({"temperature": 2.1}, "temperature: expected a number from 0"),
        ({"max_output_tokens": 0}, "max_output_tokens: expected a whole number"),
    ],
)
def test_what_claude_cannot_honour_is_refused_by_name(asked: Json, sentence: str) -> None:
    assert refused(**asked).startswith(sentence)

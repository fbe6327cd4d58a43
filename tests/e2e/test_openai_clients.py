"""What agent frameworks and chat front ends send to `/v1/chat/completions` by themselves, answered over HTTP.

Bedrock's side is the simulated one, which refuses what Bedrock refuses. The requests have the shapes that the
clients were seen to send.
"""

import json
from typing import Any

import pytest

from tests.asking import HAIKU, HAIKU_4_5, SONNET, model_calls
from tests.conftest import Deploy, Deployment

OPUS_5_5 = "global.anthropic.claude-opus-5-5"
SONNET_4_6 = "us.anthropic.claude-sonnet-4-6"
MODELS = (HAIKU, SONNET, OPUS_5_5, SONNET_4_6, HAIKU_4_5)

USER = {"role": "user", "content": "Hello"}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "add", "parameters": {"type": "object", "properties": {}}},
}
STRICT = {"type": "function", "function": {**TOOL["function"], "strict": True}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
# LangGraph's second turn: the agent's name on its message, the tool's on the result.
SECOND_TURN = [
    {"role": "system", "content": "Help."},
    USER,
    {"role": "assistant", "content": None, "tool_calls": [CALL], "name": "helper"},
    {"role": "tool", "content": "3", "tool_call_id": "call_1", "name": "add"},
]
FOREIGN = {**CALL, "id": "functions.add:0", "type": None, "index": 0}
ANSWER_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "maxLength": 9}},
    "required": ["answer"],
}

SENT: dict[str, dict[str, Any]] = {
    "AutoGen": {"messages": [{"role": "system", "content": "x"}, {**USER, "name": "user"}], "stream": False},
    "LangGraph": {"messages": SECOND_TURN, "tools": [TOOL]},
    "CrewAI": {"messages": [USER], "stop": ["\nObservation:"], "temperature": 0.7, "top_p": 0.9},
    "DSPy": {
        "messages": [USER],
        "temperature": 0.0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "Out", "schema": ANSWER_SCHEMA}},
    },
    "instructor, JSON": {"messages": [USER], "response_format": {"type": "json_object"}},
    "instructor, tools": {
        "messages": [USER],
        "tools": [TOOL],
        "tool_choice": {"type": "function", "function": {"name": "add"}},
    },
    "openai's parse()": {"messages": [USER], "tools": [STRICT], "tool_choice": "required"},
    "aider": {"messages": [USER], "temperature": 0, "stream": True},
    "gptme": {"messages": [USER], "temperature": 0, "top_p": 0.1, "max_tokens": 64000, "stream": True},
    "Open WebUI": {"messages": [USER], "stream": True, "seed": 42, "frequency_penalty": 0},
    "NextChat": {"messages": [USER], "temperature": 0.5, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0},
    "a stopped answer": {"messages": [USER, {"role": "assistant", "content": ""}, {**USER, "content": "go on"}]},
    "a greeting first": {"messages": [{"role": "assistant", "content": "Hello!"}, USER]},
    "an answer to continue": {"messages": [USER, {"role": "assistant", "content": "1, 2, "}]},
    "another model's calls": {
        "messages": [
            USER,
            {"role": "assistant", "tool_calls": [FOREIGN, {**FOREIGN, "id": "functions_add_0"}]},
            {"role": "tool", "tool_call_id": "functions.add:0", "content": "3"},
        ],
        "tools": [TOOL],
    },
    "Roo Code's marks": {
        "messages": [
            {
                "role": "system",
                "content": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}],
            },
            {"role": "user", "content": [{"type": "text", "text": "y", "cache_control": {"type": "ephemeral"}}]},
        ],
        "temperature": 0,
        "reasoning_effort": "high",
    },
    "labels and hints": {
        "messages": [USER],
        "metadata": {"run": "1"},
        "store": True,
        "user": "ann@example.com",
        "verbosity": "low",
        "service_tier": "flex",
        "prediction": {"type": "content", "content": "x"},
    },
    "no thoughts": {"messages": [USER], "reasoning_effort": "none", "temperature": 0.2},
    "Claude's thinking": {"messages": [USER], "thinking": {"type": "enabled", "budget_tokens": 1024}},
}


@pytest.fixture(scope="module")
def all_models(deploy: Deploy) -> Deployment:
    models = {"DEFAULT_MODEL": HAIKU, "ALLOWED_MODELS": ",".join(MODELS)}
    return deploy(variables={**models, "MAX_TOKENS_LIMIT": "4096"})


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("client", SENT)
@pytest.mark.parametrize("stream", [True, False])
def test_every_model_answers_what_clients_send(
    all_models: Deployment, model: str, client: str, *, stream: bool
) -> None:
    asked = {**SENT[client], "model": model, "stream": stream}
    response = all_models.http.post("/v1/chat/completions", json=asked)
    assert response.status_code == 200, response.text
    assert response.text.endswith("data: [DONE]\n\n" if stream else "}")


@pytest.mark.parametrize(
    ("client", "model", "named"),
    [
        ("gptme", HAIKU, "max_tokens 64000 -> 4096, temperature, top_p"),
        ("gptme", HAIKU_4_5, "max_tokens 64000 -> 4096, top_p"),
        ("Open WebUI", HAIKU, "seed"),
        ("LangGraph", HAIKU, "messages[].name"),
        ("AutoGen", HAIKU, None),
        ("instructor, JSON", HAIKU, "response_format json_object -> instruction"),
        ("instructor, tools", SONNET, "tool_choice function -> auto"),
        ("no thoughts", SONNET, "reasoning_effort none -> low, temperature"),
    ],
)
def test_what_is_left_out_stands_in_a_header(
    all_models: Deployment, client: str, model: str, named: str | None
) -> None:
    for stream in (True, False):
        asked = {**SENT[client], "model": model, "stream": stream}
        response = all_models.http.post("/v1/chat/completions", json=asked)
        assert response.headers.get("x-claude-stream-dropped") == named


def test_a_users_address_never_leaves(all_models: Deployment) -> None:
    before = len(model_calls(all_models.simulator))
    all_models.http.post("/v1/chat/completions", json=SENT["labels and hints"]).raise_for_status()
    (received,) = model_calls(all_models.simulator)[before:]
    assert "ann@example.com" not in json.dumps(received.body)

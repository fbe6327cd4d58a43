"""Requests as clients send them, replayed through the function to the simulated Bedrock: answered, in one call.

tests/clients/recorded/ has them, recorded by tools/record_client.py or shaped after the client's source. `dropped`
is what the answer has to name as left out; `learned`, what of it no table knows: it costs the first request a call.
"""

import json
import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.asking import HAIKU, HAIKU_4_5, SONNET, model_calls
from tests.conftest import KEY, Deploy, Deployment
from tests.sse_reading import events_in, text_of
from tools.record_client import recording, server

RECORDINGS = sorted((Path(__file__).parent / "recorded").glob("*.json"))
EACH = pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
MODELS = (SONNET, HAIKU, HAIKU_4_5, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-opus-5-5")
STAGE = {"DEFAULT_MODEL": SONNET, "ALLOWED_MODELS": ",".join(MODELS)}


def replayed(deployment: Deployment, record: dict[str, Any]) -> httpx.Response:
    headers = record["headers"] | {"x-api-key": KEY}
    headers.pop("authorization", None)
    response = deployment.http.request(record["method"], record["path"], headers=headers, json=record["body"])
    assert response.status_code == 200, response.text
    return response


def answer_of(path: str, content: bytes) -> str:
    """The text of a streamed answer, or its tool's name; it has to end as its API's answers end."""
    if path == "/v1/chat/completions":
        *chunks, last = content.decode().removeprefix("data: ").rstrip().split("\n\ndata: ")
        assert last == "[DONE]"
        deltas = [choice["delta"] for chunk in map(json.loads, chunks) for choice in chunk["choices"]]
        named = [call["function"].get("name") or "" for delta in deltas for call in delta.get("tool_calls") or ()]
        return "".join([*(delta.get("content") or "" for delta in deltas), *named])
    events = events_in([content])
    if path == "/v1/responses":
        assert events[-1].name == "response.completed"
        return "".join(event.data["delta"] for event in events if event.name == "response.output_text.delta")
    assert events[-1].name == "message_stop"
    return text_of(events)


@EACH
def test_a_recorded_request_is_answered_in_one_call(deploy: Deploy, file: Path) -> None:
    record = json.loads(file.read_text())
    deployment = deploy(variables=STAGE, max_environments=1)
    for calls in (2 if "learned" in record else 1, 1):
        before = len(model_calls(deployment.simulator))
        response = replayed(deployment, record)
        assert answer_of(record["path"].partition("?")[0], response.content)
        dropped = response.headers.get("x-claude-stream-dropped", "")
        assert sorted(dropped.split(", ") if dropped else []) == sorted(record["dropped"])
        assert len(model_calls(deployment.simulator)) - before == calls


@EACH
def test_a_recording_tells_nobody_who_sent_it(file: Path) -> None:
    text = file.read_text()
    assert re.findall(r"/(?:root|home|Users)/[^\"]*", text) == []
    assert set(re.findall(r"[\w.+-]+@[\w-]+\.\w+", text)) <= {"someone@example.com"}
    assert {json.loads(text)["headers"].get(name, "KEY") for name in ("x-api-key", "authorization")} <= {
        "KEY",
        "Bearer KEY",
    }


def test_the_recorder_keeps_the_shape_of_a_request_and_nothing_personal() -> None:
    tools = [{"name": name, "description": "x" * 500} for name in "abc"]
    body = {
        "system": "I am ann@corp.example in " + str(Path.home()),
        "metadata": {"user_id": "user_" + "5f" * 32},
        "tools": [*tools, {"name": "d", "strict": True}],
    }
    headers = {"X-Api-Key": "secret", "Authorization": "Bearer secret", "Host": "a", "X-Id": "5f" * 20}
    kept = recording("POST", "/v1/messages", headers, json.dumps(body).encode())
    assert kept["headers"] == {"x-api-key": "KEY", "authorization": "Bearer KEY", "x-id": "0" * 64}
    assert kept["body"]["system"] == "I am someone@example.com in ~"
    assert kept["body"]["metadata"] == {"user_id": "user_" + "0" * 64}
    assert [tool["name"] for tool in kept["body"]["tools"]] == ["a", "b", "d"]
    assert kept["body"]["tools"][0]["description"] == "x" * 80 + " … (500 characters)"


def test_the_recorder_passes_a_request_on_and_its_answer_back(deployment: Deployment, tmp_path: Path) -> None:
    record = json.loads((RECORDINGS[0].parent / "langchain.json").read_text())
    with server(deployment.url.url, tmp_path) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        asked = {"headers": {"x-api-key": KEY}, "json": record["body"]}
        answer = httpx.post(f"http://127.0.0.1:{listening.server_port}/v1/messages", **asked, timeout=60)
        listening.shutdown()
    assert events_in([answer.content])[-1].name == "message_stop"
    (file,) = tmp_path.iterdir()
    kept = json.loads(file.read_text())
    assert (kept["method"], kept["path"], kept["headers"]["x-api-key"]) == ("POST", "/v1/messages", "KEY")
    assert kept["body"]["model"] == record["body"]["model"]

"""Nothing of a prompt, an answer or a key is written down."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator.aws.bedrock import event_stream
from emulator.aws.bedrock.faults import FAULTS
from emulator.background import Background
from emulator.http_server import Exchange, HttpServer
from tests.asking import body_of, user
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.function_log import WRONG_KEY, log_text, metrics
from tests.sse_reading import ask

MARK = "Zebrafink"
CHINESE_MARK = "斑胸草雀"
ANSWER = "Kiebitz"  # what the crashing Bedrock says
SESSION_TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE"
VARIABLES = {"AWS_SESSION_TOKEN": SESSION_TOKEN}


@pytest.fixture(scope="module")
def deployed(deploy: Deploy) -> Deployment:
    return deploy(variables=VARIABLES, application_log_level="DEBUG")


@pytest.fixture(scope="module")
def crashing(deploy: Deploy, background: Background) -> Iterator[Deployment]:
    """A function over a Bedrock whose answers make it crash."""
    server = HttpServer(_nonsense)
    background.run(server.start())
    bedrock = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url}
    yield deploy(variables=VARIABLES | bedrock, application_log_level="DEBUG")
    background.run(server.close())


async def _nonsense(exchange: Exchange) -> None:
    prompt = (await exchange.body()).decode()
    if "not an object" in prompt:
        await exchange.respond(200, [("content-type", "application/json")], f'["{ANSWER}"]'.encode())
        return
    if "not JSON" in prompt:
        await exchange.respond(200, [("content-type", "application/json")], f"<{ANSWER}>".encode())
        return
    await exchange.start(200, [("content-type", event_stream.CONTENT_TYPE)])
    if "midway" in prompt:
        delta = {"type": "text_delta", "text": ANSWER}
        await exchange.send(event_stream.chunk({"type": "content_block_delta", "index": 0, "delta": delta}))
    await exchange.send(event_stream.chunk({"type": "message_start", "text": ANSWER}))
    await exchange.end()


def requests(http: httpx.Client) -> Iterator[httpx.Response]:
    """The answers to good and bad requests, with the mark wherever a caller can put it."""
    for fault in ["Hello", "/tool", *(set(FAULTS) - {"/silent", "/hang", "/stall", "/slow"})]:
        prompt = f"{fault} {MARK} {CHINESE_MARK}" if fault != "/long" else f"/long 50 {MARK}"
        yield http.get("/stream", params={"prompt": prompt, "system": MARK, "max_tokens": 50})
    yield http.post("/v1/messages", json=body_of(MARK, stream=True, system=CHINESE_MARK))
    yield http.post("/v1/messages", json=body_of(f"/invalid {MARK}"))
    yield http.post("/v1/messages/count_tokens", json=body_of(MARK))
    yield http.post("/v1/messages", content=f"{MARK} is not JSON")
    yield http.post("/v1/messages", content=f'["{MARK}"]')
    yield http.post("/v1/messages", content=MARK.encode() + b"\xff")
    yield http.post("/v1/messages", json=body_of(**{MARK: MARK}))
    yield http.post("/v1/messages", json=body_of(model=MARK))
    yield http.post("/v1/messages", json=body_of(messages=[user([{"type": MARK}])]))
    yield http.post("/v1/messages", json=body_of(), headers={"anthropic-beta": MARK})
    yield from chat_requests(http)
    yield http.get("/stream", params={"prompt": MARK, MARK: KEY})
    yield http.get("/stream", params={"prompt": MARK, "max_tokens": MARK})
    yield http.get(f"/{MARK}", params={"key": KEY})
    yield http.get(f"/v1/models/{MARK}")
    yield http.put("/v1/messages", content=MARK)
    yield http.get("/stream", params={"prompt": MARK}, headers={"x-api-key": WRONG_KEY})
    yield http.get("/stream", params={"prompt": MARK}, headers={"x-api-key": "", "authorization": f"Bearer {KEY}"})


def chat_requests(http: httpx.Client) -> Iterator[httpx.Response]:
    """The answers to bodies of OpenAI's API: good ones, and bad ones whose errors name a field."""
    call = {"id": "c", "type": "function", "function": {"name": MARK, "arguments": f"{MARK} is not JSON"}}
    url = {"type": "image_url", "image_url": {"url": f"https://{MARK}.example"}}
    fields: list[dict[str, Any]] = [
        {"stream": True},
        {"messages": [{"role": "system", "content": CHINESE_MARK}, user(MARK)]},
        {"messages": [user(MARK), {"role": "assistant", "tool_calls": [call]}]},
        {"messages": [user([url])]},
        {"messages": [{"role": MARK, "content": MARK}]},
        {"messages": [user([{"type": MARK}])]},
        {"stop": MARK, "user": MARK},
        {"seed": MARK},
        {MARK: MARK},
    ]
    for more in fields:
        yield http.post("/v1/chat/completions", json=body_of(MARK, **more))


def test_no_request_leaves_anything_of_a_prompt_an_answer_or_a_key(deployed: Deployment) -> None:
    responses = list(requests(deployed.http))
    assert {200, 400, 401, 403, 404, 405, 429, 500, 503, 529} <= {response.status_code for response in responses}
    for response in responses:
        assert no_traceback(response.text)
        if "error" in response.text:
            assert KEY not in response.text
    metrics(deployed, len(responses))
    leaks = [MARK, CHINESE_MARK, WRONG_KEY, KEY, "You asked", "No model", "本地", "SecretString"]
    of_aws = [SESSION_TOKEN, "AWS4-HMAC-SHA256"]  # botocore, which looks for credentials elsewhere, would log these
    assert [leak for leak in leaks + of_aws if leak in log_text(deployed)] == []
    assert deployed.url.breaches == []


def test_no_crash_leaves_anything_either(crashing: Deployment) -> None:
    not_object = crashing.http.post("/v1/messages", json=body_of(f"{MARK} not an object"))
    not_json = crashing.http.post("/v1/messages", json=body_of(f"{MARK} not JSON"))
    early = crashing.http.get("/stream", params={"prompt": MARK})
    chat = crashing.http.post("/v1/chat/completions", json=body_of(f"{MARK} not an object"))
    for response in (not_object, not_json, early, chat):
        assert response.status_code == 500
        assert response.json()["error"]["type"] == "api_error"
        assert no_traceback(response.text)
        assert ANSWER not in response.text
    *kept, error = ask(crashing.http, "GET", "/stream", params={"prompt": f"{MARK} midway"})
    assert [event.data for event in kept] == [ANSWER], "what came so far is kept"
    assert error.data["error"]["type"] == "api_error"
    assert no_traceback(str(error.data))
    metrics(crashing, 5)
    logged = log_text(crashing)
    assert "KeyError" in logged, "the log has the error's type, or it would help nobody"
    assert re.search(r"claude_stream/\w+\.py:\d+ in ", logged), "and its place"
    assert [leak for leak in (MARK, ANSWER, KEY) if leak in logged] == []
    assert crashing.url.breaches == []


def no_traceback(text: str) -> bool:
    return not any(sign in text for sign in ("Traceback", ".py", "/lambda_src", "line 1 in", "KeyError"))

"""What people use besides the SDKs, with an address and a key: llm, LangChain, httpx-sse, and curl."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import connect_sse
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from emulator.aws.bedrock import answers
from tests.conftest import KEY, Deployment

MODEL = "claude-haiku-5-5"


class TestLangChain:
    @pytest.fixture(params=["anthropic", "openai"])
    def model(self, deployment: Deployment, request: pytest.FixtureRequest) -> Iterator[BaseChatModel]:
        key, url = SecretStr(KEY), deployment.url.url
        if request.param == "anthropic":
            yield ChatAnthropic(
                model_name=MODEL,
                base_url=url,
                api_key=key,
                max_tokens_to_sample=1000,
                max_retries=0,
                timeout=120,
                stop=None,
            )
        else:
            yield ChatOpenAI(model=MODEL, base_url=f"{url}/v1", api_key=key, max_retries=0, stream_usage=True)
        assert deployment.url.breaches == []

    def test_streams(self, model: BaseChatModel) -> None:
        pieces = list(model.stream([SystemMessage("简短"), HumanMessage("你好")]))
        assert len(pieces) > 20
        whole: Any = sum(pieces[1:], pieces[0])
        assert isinstance(whole, AIMessageChunk)
        assert whole.text == answers.answer("你好")
        assert whole.usage_metadata
        assert whole.usage_metadata["output_tokens"] > 20

    def test_answers_whole(self, model: BaseChatModel) -> None:
        assert model.invoke("你好").text == answers.answer("你好")

    def test_calls_tools(self, model: BaseChatModel) -> None:
        schema = {"type": "object", "properties": {"city": {"type": "string"}}}
        able = model.bind_tools([{"name": "weather", "description": "天气", "parameters": schema}])
        asked = HumanMessage("/tool 北京")
        call: Any = able.invoke([asked])
        assert call.tool_calls[0]["args"] == {"city": "北京"}
        result = ToolMessage("晴天", tool_call_id=call.tool_calls[0]["id"])
        assert able.invoke([asked, call, result]).text == answers.answer_to_tool("晴天")


class TestLlm:
    """Simon Willison's command line; a file names the models, as its documentation says."""

    @pytest.fixture
    def llm(self, deployment: Deployment, tmp_path: Path) -> Any:
        model = {"model_id": "claude", "model_name": MODEL, "api_base": f"{deployment.url.url}/v1"}
        (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([model | {"api_key_name": "claude"}]))
        (tmp_path / "keys.json").write_text(json.dumps({"claude": KEY}))

        def run(*words: str) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "llm", *words],
                env={**os.environ, "LLM_USER_PATH": str(tmp_path)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        return run

    def test_asks_and_goes_on(self, llm: Any, deployment: Deployment) -> None:
        assert llm("-m", "claude", "你好").strip() == answers.answer("你好").strip()
        llm("-m", "claude", "--no-stream", "-c", "and now?")
        said = deployment.simulator.requests[-1].body["messages"]
        assert [message["role"] for message in said] == ["user", "assistant", "user"]


def test_httpx_sse_reads_get_stream(deployment: Deployment) -> None:
    query = {"prompt": "你好"}
    with connect_sse(deployment.http, "GET", "/stream", params=query) as source:
        *pieces, done = source.iter_sse()
    assert "".join(piece.json() for piece in pieces) == answers.answer("你好")
    assert (done.event, done.json()["stop_reason"]) == ("done", "end_turn")


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/chat/completions"])
def test_curl(deployment: Deployment, path: str) -> None:
    body = json.dumps({"model": MODEL, "max_tokens": 50, "messages": [{"role": "user", "content": "你好"}]})
    command = ["curl", "-sS", "--fail", deployment.url.url + path, "-H", f"authorization: Bearer {KEY}", "-d", body]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "您的问题" in done.stdout


def test_a_plain_http_client(deployment: Deployment) -> None:
    body = {"messages": [{"role": "user", "content": "你好"}]}
    answer = httpx.post(
        f"{deployment.url.url}/v1/chat/completions",
        json=body,
        headers={"authorization": f"Bearer {KEY}"},
        timeout=60,
    )
    assert answer.json()["choices"][0]["message"]["content"] == answers.answer("你好")

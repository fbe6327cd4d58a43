"""Open WebUI's server, and what its page sends to it: a first account, the models, two questions of one chat."""

import json
import socket
import subprocess
import time
from os import environ

import httpx

with socket.create_server(("127.0.0.1", 0)) as free:
    PORT = free.getsockname()[1]
LOCAL = {"DATA_DIR": environ["HOME"], "WEBUI_SECRET_KEY": "x", "ENABLE_OLLAMA_API": "false", "OFFLINE_MODE": "true"}
ACCOUNT = {"name": "Ann", "email": "ann@example.com", "password": "a-long-Password-1"}


def wait_for(http: httpx.Client) -> None:
    for _ in range(300):
        try:
            if http.get("/health").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(1)


def ask(http: httpx.Client, messages: list[dict[str, str]]) -> str:
    body = {"model": "claude-haiku-5-5", "messages": messages, "stream": True}
    text = ""
    with http.stream("POST", "/api/chat/completions", json=body) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                choices = json.loads(line.removeprefix("data: ")).get("choices") or [{"delta": {}}]
                text += choices[0]["delta"].get("content") or ""
    return text


command = ["open-webui", "serve", "--host", "127.0.0.1", "--port", str(PORT)]
with (
    subprocess.Popen(command, env={**environ, **LOCAL}) as server,
    httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=120) as http,
):
    try:
        wait_for(http)
        http.headers["authorization"] = "Bearer " + http.post("/api/v1/auths/signup", json=ACCOUNT).json()["token"]
        print([model["id"] for model in http.get("/api/models").json()["data"]])
        messages = []
        for question in (environ["FIRST"], environ["SECOND"]):
            messages.append({"role": "user", "content": question})
            messages.append({"role": "assistant", "content": ask(http, messages)})
            print(messages[-1]["content"])
    finally:
        server.terminate()

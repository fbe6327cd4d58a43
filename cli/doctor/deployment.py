"""The steps of a deployed API: from its address to an answer that arrives piece by piece."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from httpx_sse import EventSource

from cli.deployed import reaching
from cli.doctor.address import steps_of_address
from cli.doctor.report import Step
from cli.doctor.way import steps_of_way, taken_by_another
from cli.failure import Failure
from cli.kept_answer import refusal
from cli.target import Target
from infra import cors

_QUESTION = "Count from 1 to 100, one number a line."
_MAX_TOKENS = 120
_SHORT: dict[str, Any] = {"max_tokens": 16, "messages": [{"role": "user", "content": "Say yes."}]}
_WHOLE, _STREAMED = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
_PREFLIGHT = (
    "Run `make preflight` with your AWS credentials: it looks whether the account has sent in Anthropic's usage "
    "form and accepted the model's terms, and offers to accept them"
)


def steps_of_deployment(target: Target, model: str | None) -> Iterator[Step]:
    with httpx.Client(headers={"x-api-key": target.key}, timeout=60) as http:
        yield from steps_of_address(target.url)
        deployment = _Deployment(target.url.rstrip("/"), http, {"model": model} if model else {})
        yield Step("API", deployment.reach, needed=True)
        yield Step("CORS", deployment.preflight)
        yield Step("API key", deployment.key, needed=True)
        yield from steps_of_way(deployment.send, target.url.rstrip("/"))
        yield Step("model access", deployment.model_access, needed=True)
        yield Step("streaming call", deployment.streamed_call, needed=True)
        yield Step("whole call", deployment.whole_call)
        yield Step("piece by piece", deployment.pieces)


class _Deployment:
    def __init__(self, url: str, http: httpx.Client, model: dict[str, str]) -> None:
        self._url = url
        self._http = http
        self._model = model
        self._answers: dict[bool, httpx.Response] = {}

    def reach(self) -> str:
        response = self.send("GET", "/healthz")
        if sentence := taken_by_another(response):
            raise Failure(sentence)
        if response.status_code == 403:
            raise Failure(
                "AWS forbids the URL. A public function URL needs two permissions in the function's policy, "
                "lambda:InvokeFunctionUrl and lambda:InvokeFunction: deploy again, or look for a policy of the "
                "organisation that forbids public URLs."
            )
        if response.status_code >= 500:
            raise Failure(
                f"The function does not start ({response.status_code}). Its log group tells why; most often a "
                "variable is missing or malformed."
            )
        if response.text != '{"status":"ok"}':
            raise Failure(f"Something else than claude-stream answers here ({response.status_code}).")
        return "answers"

    def preflight(self) -> str:
        headers = {
            "origin": "https://doctor.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": ",".join(cors.ALLOWED_HEADERS),
        }
        response = self.send("OPTIONS", "/v1/messages", headers=headers)
        origin = response.headers.get("access-control-allow-origin")
        allowed = response.headers.get("access-control-allow-headers", "").lower().replace(" ", "").split(",")
        missing = [name for name in cors.ALLOWED_HEADERS if name not in allowed and "*" not in allowed]
        if origin is None:
            return "allows only chosen origins; pages elsewhere cannot call it"
        if missing:
            raise Failure(
                f"The preflight does not allow {', '.join(missing)}: set them in the function URL's CORS."
            )
        return f"allows origin {origin}"

    def key(self) -> str:
        response = self.send("GET", "/v1/models")
        if response.status_code == 401:
            if "An API key is needed" in response.text:
                raise Failure(
                    "The key does not arrive: something on the way drops the header x-api-key. A CDN or proxy has "
                    "to pass on every header but Host."
                )
            raise Failure("The key is not one of this deployment's. `make key` prints the right one.")
        if response.status_code != 200:
            raise Failure(refusal(response))
        return "accepted; models " + ", ".join(model["id"] for model in response.json()["data"])

    def model_access(self) -> str:
        """Fails if both calls are refused: the model is denied. A single refusal is for the later steps."""
        statuses = {self._ask(stream).status_code for stream in (True, False)}
        if statuses == {403}:
            raise Failure(
                f"Bedrock denies the model to this function altogether. {_PREFLIGHT}. Or the role has neither "
                f"{_WHOLE} nor {_STREAMED} on the model and its inference profile."
            )
        if 404 in statuses:
            raise Failure(refusal(self._ask(stream=True)))
        return "the model may be called"

    def streamed_call(self) -> str:
        return self._permitted(True, _STREAMED)

    def whole_call(self) -> str:
        return self._permitted(False, _WHOLE)

    def pieces(self) -> str:
        """Looks at when each piece arrives: the pieces of a buffered answer all arrive at its end."""
        began, times = time.monotonic(), []
        query: dict[str, Any] = {"prompt": _QUESTION, "max_tokens": _MAX_TOKENS, **self._model}
        with reaching(self._url), self._http.stream("GET", f"{self._url}/stream", params=query) as response:
            if response.status_code != 200:
                raise Failure(refusal(response))
            times = [
                time.monotonic() - began for event in EventSource(response).iter_sse() if event.event == "message"
            ]
        if not times:
            raise Failure("No text came. Try another model with -m.")
        if times[-1] - times[0] < 0.1 * times[-1]:
            raise Failure(
                f"All {len(times)} pieces came at once, after {times[-1]:.2f} s: something on the way buffers. The "
                "function URL's InvokeMode has to be RESPONSE_STREAM, and no proxy or CDN may collect or compress "
                "the answer."
            )
        return f"{len(times)} pieces, the first after {times[0]:.2f} s, the last after {times[-1]:.2f} s"

    def _permitted(self, stream: bool, action: str) -> str:
        response = self._ask(stream)
        if response.status_code == 403:
            raise Failure(
                f"The function's role lacks {action} on the model and its inference profile: deploy again."
            )
        if response.status_code != 200:
            raise Failure(refusal(response))
        return f"{action} is allowed"

    def _ask(self, stream: bool) -> httpx.Response:
        if stream not in self._answers:
            body = {**_SHORT, "stream": stream, **self._model}
            self._answers[stream] = self.send("POST", "/v1/messages", json=body)
        return self._answers[stream]

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        with reaching(self._url):
            return self._http.request(method, self._url + path, **more)

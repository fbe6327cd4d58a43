"""`claude-stream doctor`: what is wrong with a deployment, or with your way to Bedrock, and what to do about it.

Each step is one fact; a step that fails says what mends it. Steps behind one that they need are not tried.
"""

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import httpx
from httpx_sse import EventSource

from claude_stream.bedrock.signing import NoCredentials, find_credentials
from claude_stream.errors import ApiError
from cli.sources import AskError, Direct, region_of_caller, running_demo
from infra import cors
from infra.model_access import UnusableModel
from infra.settings import DEFAULT_MODEL
from tools.preflight.checks import checks
from tools.preflight.findings import Check, Finding, State

_QUESTION = "Count from 1 to 100, one number a line."
_TOKENS = 120
_SHORT = {"max_tokens": 16, "messages": [{"role": "user", "content": "Say yes."}]}
_WHOLE, _STREAMED = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
_PREFLIGHT = (
    "Run `make preflight` with your AWS credentials: it looks whether the account has sent in Anthropic's usage "
    "form and accepted the model's terms, and offers to accept them"
)


class Problem(Exception):
    """What is wrong and what to do, in sentences."""


class Remark(Exception):
    """What could not be looked at, or may turn out wrong; the step does not fail for it."""

    def __init__(self, mark: str, said: str) -> None:
        super().__init__(said)
        self.mark = mark


class Step(NamedTuple):
    name: str
    check: Callable[[], str]  # what was seen; Problem, Remark or AskError otherwise
    needed: bool = False  # without it the others behind it are not tried


def doctor(arguments: Namespace) -> int:
    """Prints a line a step; 0 when all is well."""
    if arguments.demo:
        with running_demo() as demo:
            return _report(steps_of_deployment(demo.url, demo.key, arguments.model))
    if not arguments.url:
        return _report(steps_of_bedrock(arguments.model or DEFAULT_MODEL))
    if not arguments.key:
        print("doctor: --url needs the API key too: --key KEY, or the variable CLAUDE_STREAM_KEY", file=sys.stderr)
        return 1
    return _report(steps_of_deployment(arguments.url, arguments.key, arguments.model))


def _report(steps: Iterator[Step]) -> int:
    failed = 0
    for step in steps:
        began = time.monotonic()
        try:
            seen, mark = step.check(), "ok  "
        except Remark as remark:
            seen, mark = str(remark), remark.mark
        except (Problem, AskError, ApiError) as error:
            seen, mark = str(error), "FAIL"
            failed += 1
        print(f"{mark}  {step.name:<16} {seen} ({(time.monotonic() - began) * 1000:.0f} ms)", flush=True)
        if mark == "FAIL" and step.needed:
            print("      the steps behind it need this one; fix it and run doctor again")
            break
    print("All is well." if not failed else f"{failed} of the steps failed.")
    return 1 if failed else 0


# A deployed function


def steps_of_deployment(url: str, key: str, model: str | None) -> Iterator[Step]:
    with httpx.Client(base_url=url.rstrip("/"), headers={"x-api-key": key}, timeout=60) as http:
        deployment = _Deployment(http, {"model": model} if model else {})
        yield Step("function URL", deployment.reach, needed=True)
        yield Step("CORS", deployment.preflight)
        yield Step("API key", deployment.key, needed=True)
        yield Step("model access", deployment.model_access, needed=True)
        yield Step("streaming call", deployment.streamed_call, needed=True)
        yield Step("whole call", deployment.whole_call)
        yield Step("piece by piece", deployment.pieces)


class _Deployment:
    def __init__(self, http: httpx.Client, model: dict[str, str]) -> None:
        self._http = http
        self._model = model
        self._answers: dict[bool, httpx.Response] = {}

    def reach(self) -> str:
        response = self._send("GET", "/healthz")
        if response.status_code == 403:
            raise Problem(
                "AWS forbids the URL. A public function URL needs two permissions in the function's policy, "
                "lambda:InvokeFunctionUrl and lambda:InvokeFunction: deploy again, or look for a policy of the "
                "organisation that forbids public URLs."
            )
        if response.status_code >= 500:
            raise Problem(
                f"The function does not start ({response.status_code}). Its log group tells why; most often a "
                "variable is missing or malformed."
            )
        if response.text != '{"status":"ok"}':
            raise Problem(f"Something else than claude-stream answers here ({response.status_code}).")
        return "answers"

    def preflight(self) -> str:
        asked = {
            "origin": "https://doctor.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": ",".join(cors.ALLOWED_HEADERS),
        }
        response = self._send("OPTIONS", "/v1/messages", headers=asked)
        origin = response.headers.get("access-control-allow-origin")
        allowed = response.headers.get("access-control-allow-headers", "").lower().replace(" ", "").split(",")
        missing = [name for name in cors.ALLOWED_HEADERS if name not in allowed and "*" not in allowed]
        if origin is None:
            return "allows chosen origins alone; pages elsewhere cannot call it"
        if missing:
            raise Problem(
                f"The preflight does not allow {', '.join(missing)}: set them in the function URL's CORS."
            )
        return f"allows origin {origin}"

    def key(self) -> str:
        response = self._send("GET", "/v1/models")
        if response.status_code == 401:
            raise Problem("The key is not one of this deployment's. `make key` prints the right one.")
        if response.status_code != 200:
            raise Problem(_sentence(response))
        return "accepted; models " + ", ".join(model["id"] for model in response.json()["data"])

    def model_access(self) -> str:
        """Both calls refused is the model's doing; one of the two is a permission's, and is told there."""
        statuses = {self._ask(stream).status_code for stream in (True, False)}
        if statuses == {403}:
            raise Problem(
                f"Bedrock denies the model to this function altogether. {_PREFLIGHT}. Or the role has neither "
                f"{_WHOLE} nor {_STREAMED} on the model and its inference profile."
            )
        if 404 in statuses:
            raise Problem(_sentence(self._ask(stream=True)))
        return "the model may be called"

    def streamed_call(self) -> str:
        return self._permitted(True, _STREAMED)

    def whole_call(self) -> str:
        return self._permitted(False, _WHOLE)

    def pieces(self) -> str:
        """When each piece arrived: of a buffered answer all come in one moment, at its end."""
        began, times = time.monotonic(), []
        query: dict[str, Any] = {"prompt": _QUESTION, "max_tokens": _TOKENS, **self._model}
        with self._http.stream("GET", "/stream", params=query) as response:
            if response.status_code != 200:
                response.read()
                raise Problem(_sentence(response))
            times = [
                time.monotonic() - began for event in EventSource(response).iter_sse() if event.event == "message"
            ]
        if not times:
            raise Problem("No text came. Try another model with -m.")
        if times[-1] - times[0] < 0.1 * times[-1]:
            raise Problem(
                f"All {len(times)} pieces came at once, after {times[-1]:.2f} s: something on the way buffers. The "
                "function URL's InvokeMode has to be RESPONSE_STREAM, and no proxy may collect the answer."
            )
        return f"{len(times)} pieces, the first after {times[0]:.2f} s, the last after {times[-1]:.2f} s"

    def _permitted(self, stream: bool, action: str) -> str:
        response = self._ask(stream)
        if response.status_code == 403:
            raise Problem(
                f"The function's role lacks {action} on the model and its inference profile: deploy again."
            )
        if response.status_code != 200:
            raise Problem(_sentence(response))
        return f"{action} is allowed"

    def _ask(self, stream: bool) -> httpx.Response:
        if stream not in self._answers:
            asked = {**_SHORT, "stream": stream, **self._model}
            self._answers[stream] = self._send("POST", "/v1/messages", json=asked)
        return self._answers[stream]

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **more)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Problem("This is not an address: expected one that begins with https://.") from error
        except httpx.HTTPError as error:
            raise Problem(
                f"{self._http.base_url} cannot be reached ({type(error).__name__}). Compare it with the stack's "
                "output, and check that this machine reaches the internet."
            ) from error


def _sentence(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"It answers {response.status_code}, and not as claude-stream does."


# One's own way to Bedrock


def steps_of_bedrock(model: str) -> Iterator[Step]:
    yield Step("credentials", _credentials, needed=True)
    yield Step("region", region_of_caller, needed=True)
    yield from _steps_of_account(model)
    bedrock = Direct(model)
    yield Step("streaming call", lambda: _streamed(bedrock, model), needed=True)
    yield Step("whole call", lambda: f"{bedrock.message(_SHORT)['model']} answers whole")
    yield Step("counting tokens", lambda: f"{bedrock.count_tokens(_SHORT)} tokens")


def _steps_of_account(model: str) -> Iterator[Step]:
    """What `make preflight` looks at. None of it is needed further on, as only a call proves that calls work."""
    try:
        for check in checks(region_of_caller(), [model]):
            yield Step(check.name, partial(_looked, check))
    except UnusableModel:
        return  # not one of Claude's ids: what is called is asked of Bedrock


def _looked(check: Check) -> str:
    findings = check.findings()
    said = "; ".join(finding.said for finding in findings)
    states = {finding.state for finding in findings}
    if State.BLOCKED in states:
        raise Problem(f"{said}. `make preflight` does what can be done here." if _offers(findings) else said)
    for state in (State.DOUBTFUL, State.UNSEEN):
        if state in states:
            raise Remark(f"{state.value:<4}", said)
    return said


def _offers(findings: list[Finding]) -> bool:
    return any(finding.offer for finding in findings)


def _credentials() -> str:
    try:
        return f"found, access key {find_credentials()().access_key[:4]}…"
    except NoCredentials as error:
        raise Problem(
            f"No AWS credentials ({error}): run `aws configure` or `aws sso login`, or set AWS_PROFILE."
        ) from error


def _streamed(bedrock: Direct, model: str) -> str:
    events = sum(1 for _ in bedrock.events(_SHORT))
    return f"{model} streams, {events} events"

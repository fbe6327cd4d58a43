"""The emulator's Runtime API by itself: an invocation ends even if its response cannot be passed on."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from emulator.background import Background
from emulator.lambda_.invocation import Invocation, Outcome
from emulator.lambda_.runtime_api_server import RuntimeApiServer
from emulator.lambda_.runtime_messages import Prelude

RUNTIME = "/2018-06-01/runtime"


class FailingSink:
    """A sink that fails in the method named `at`, as a defect of the emulator's would."""

    def __init__(self, at: str) -> None:
        self._at = at

    async def begin(self, prelude: Prelude) -> None:
        self._meet("begin")

    async def write(self, piece: bytes) -> None:
        self._meet("write")

    def _meet(self, method: str) -> None:
        if method == self._at:
            raise ValueError(f"{method} failed")


def talking_to_a_runtime_api(talk: Callable[[RuntimeApiServer, httpx.AsyncClient], Awaitable[None]]) -> None:
    async def run() -> None:
        api = RuntimeApiServer(concurrency=1, function_arn="arn:aws:lambda:function", on_breach=pytest.fail)
        await api.start()
        try:
            async with httpx.AsyncClient(base_url=f"http://{api.address}{RUNTIME}", timeout=60) as runtime:
                await talk(api, runtime)
        finally:
            await api.close()

    with Background() as background:
        background.run(run())


@pytest.mark.parametrize("at", ["begin", "write"])
def test_a_response_that_cannot_be_passed_on_ends_its_invocation(at: str) -> None:
    async def talk(api: RuntimeApiServer, runtime: httpx.AsyncClient) -> None:
        first = Invocation("id-1", b"{}", 0, FailingSink(at))
        api.queue.offer(first)
        await runtime.get("/invocation/next")
        with pytest.raises(httpx.RemoteProtocolError):
            await runtime.post("/invocation/id-1/response", json={"statusCode": 200})
        assert first.outcome.done()
        assert first.outcome.result() is Outcome.CRASH
        api.queue.offer(Invocation("id-2", b"{}", 0, FailingSink(at)))
        answered = await runtime.get("/invocation/next")
        assert answered.headers["lambda-runtime-aws-request-id"] == "id-2"

    talking_to_a_runtime_api(talk)

"""An answer that is cancelled: Bedrock's stream is closed, and its end says what was used."""

import os
import random
import signal
import time
from functools import partial

import pytest

from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.asking import body_of, eventually
from tests.conftest import Deploy, Deployment
from tests.e2e.keeping import ask, asked_meanwhile, items_of, keeping, new_id, numbers, without_pings
from tests.sse_reading import events_in, text_of

LONG = "/long 2000"
HIDDEN = {"max_tokens": 5000, "thinking": {"type": "adaptive"}}


@pytest.fixture(scope="module")
def slow(deploy: Deploy, background: Background) -> Deployment:
    return keeping(deploy, background, pace=Pace(0, 20))


def is_begun(background: Background, deployment: Deployment, answer_id: str, parts: int = 1) -> bool:
    return len(items_of(background, deployment, answer_id)) > parts


class TestCancelled:
    @pytest.mark.parametrize("_", range(10))
    def test_bedrocks_stream_is_closed_and_the_answer_ends_well(
        self, slow: Deployment, background: Background, _: int
    ) -> None:
        answer_id = new_id()
        with asked_meanwhile(slow, answer_id, body_of(LONG, max_tokens=4000)) as responses:
            assert eventually(lambda: is_begun(background, slow, answer_id))
            time.sleep(random.uniform(0, 1))
            told = slow.http.post(f"/v1/answers/{answer_id}/cancel").json()
            assert slow.simulator.active == 0, "what is not generated is not billed"
        whole = without_pings(responses[0])
        events = events_in([whole])
        delta, stop = events[-2].data, events[-1].data
        assert told["state"] == delta["delta"]["stop_reason"] == "cancelled"
        assert stop == {"type": "message_stop"}
        most = len(text_of(events).encode())
        assert delta["usage"]["output_tokens"] == told["usage"]["output_tokens"] == most
        assert without_pings(slow.http.get(f"/v1/answers/{answer_id}")) == whole

    def test_while_bedrock_is_silent_too(self, deploy: Deploy, background: Background) -> None:
        deployment = keeping(deploy, background, variables={"FIRST_EVENT_WAIT_SECONDS": "1"})
        answer_id = new_id()
        with asked_meanwhile(deployment, answer_id, body_of("/silent")) as responses:
            assert eventually(lambda: is_begun(background, deployment, answer_id))
            assert deployment.http.post(f"/v1/answers/{answer_id}/cancel").json()["state"] == "cancelled"
            assert deployment.simulator.active == 0
        assert "cancelled before it began" in responses[0].text
        again = ask(deployment.http, answer_id, body_of("/silent"))
        assert "cancelled before it began" in again.text, "a retry that comes late asks for nothing"

    def test_of_thoughts_nobody_knows_the_tokens(self, slow: Deployment, background: Background) -> None:
        answer_id = new_id()
        with asked_meanwhile(slow, answer_id, body_of(LONG, **HIDDEN)):
            assert eventually(lambda: is_begun(background, slow, answer_id))
            told = slow.http.post(f"/v1/answers/{answer_id}/cancel").json()
        assert (told["state"], "output_tokens" in told["usage"]) == ("cancelled", False)

    def test_in_openais_dialects(self, slow: Deployment, background: Background) -> None:
        for path, body, end in [
            ("/v1/chat/completions", {"messages": body_of(LONG)["messages"]}, "data: [DONE]"),
            ("/v1/responses", {"input": LONG}, "event: response.completed"),
        ]:
            answer_id = new_id()
            asked = {"model": "claude-haiku-5-5", **body}
            with asked_meanwhile(slow, answer_id, asked, path) as responses:
                assert eventually(partial(is_begun, background, slow, answer_id))
                slow.http.post(f"/v1/answers/{answer_id}/cancel")
            assert end in responses[0].text

    def test_an_answer_that_has_ended_stays_as_it_is(self, slow: Deployment) -> None:
        whole = without_pings(ask(slow.http, answer_id := new_id(), body_of("/long 5")))
        for _ in range(2):
            told = slow.http.post(f"/v1/answers/{answer_id}/cancel").json()
            assert (told["state"], told["usage"]["output_tokens"]) == ("done", 5)
        assert without_pings(slow.http.get(f"/v1/answers/{answer_id}")) == whole

    def test_an_answer_that_is_deleted_on_its_way_is_cancelled(
        self, slow: Deployment, background: Background
    ) -> None:
        answer_id = new_id()
        with asked_meanwhile(slow, answer_id, body_of(LONG, max_tokens=4000)) as responses:
            assert eventually(lambda: is_begun(background, slow, answer_id))
            assert slow.http.delete(f"/v1/answers/{answer_id}").json()["state"] == "deleted"
        assert b'"stop_reason":"cancelled"' in responses[0].content
        assert eventually(lambda: items_of(background, slow, answer_id) == [])


def test_the_reader_of_a_killed_environment_gets_what_was_kept_and_the_reason(
    deploy: Deploy, background: Background
) -> None:
    deployment = keeping(deploy, background, pace=Pace(0, 20))
    answer_id = new_id()
    with asked_meanwhile(deployment, answer_id, body_of(LONG, max_tokens=4000)):
        assert eventually(lambda: is_begun(background, deployment, answer_id, parts=3))
        os.killpg(deployment.url.invocations[0].pid or 0, signal.SIGKILL)
    answer = deployment.http.get(f"/v1/answers/{answer_id}").content
    kept, _, failure = answer.rpartition(b"event: error\n")
    assert len(numbers(kept)) > 20
    assert b"broke off" in failure
    assert deployment.http.get(f"/v1/answers/{answer_id}").content.startswith(kept)

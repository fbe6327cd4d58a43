"""Answers that are kept: asked once, read again from any event on, by their own key, until they expire."""

import threading
from typing import Any

import httpx
import pytest

from emulator.aws.dynamodb import Fault
from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.asking import body_of, eventually, model_calls, refusal, user
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.keeping import ask, is_ended, items_of, keeping, new_id, numbers, without_pings

RESPONSES: dict[str, Any] = {"model": "claude-haiku-5-5", "input": "Hello"}
CHAT: dict[str, Any] = {"model": "claude-haiku-5-5", "messages": [user("Hello")]}
WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
ASKED = {
    "text": ("/v1/messages", body_of("Hello 你好 🎉")),
    "thinking": ("/v1/messages", body_of("Hello", max_tokens=3000, thinking={"type": "adaptive"})),
    "a tool": ("/v1/messages", body_of("Weather in Graz?", tools=[WEATHER], tool_choice={"type": "any"})),
    "halves of an emoji": ("/v1/messages", body_of("/surrogates")),
    "Chat Completions": ("/v1/chat/completions", CHAT | {"stream_options": {"include_usage": True}}),
    "Responses": ("/v1/responses", RESPONSES),
}


@pytest.fixture(scope="module")
def kept(deploy: Deploy, background: Background) -> Deployment:
    return keeping(deploy, background)


class TestReadAgain:
    @pytest.mark.parametrize("name", ASKED)
    def test_an_answer_is_the_same_to_the_byte(self, kept: Deployment, name: str) -> None:
        path, body = ASKED[name]
        answer_id, calls = new_id(), len(model_calls(kept.simulator))
        first = without_pings(ask(kept.http, answer_id, body, path))
        assert numbers(first) == list(range(1, len(numbers(first)) + 1))
        assert without_pings(kept.http.get(f"/v1/answers/{answer_id}")) == first
        assert without_pings(ask(kept.http, answer_id, body, path)) == first, "asked again, it is not made again"
        assert len(model_calls(kept.simulator)) == calls + 1

    def test_stream_is_kept_too(self, kept: Deployment) -> None:
        tag = {"x-answer-id": (answer_id := new_id())}
        first = kept.http.get("/stream", params={"prompt": "Hello"}, headers=tag)
        assert without_pings(kept.http.get(f"/v1/answers/{answer_id}")) == without_pings(first)

    def test_from_any_event_on(self, kept: Deployment) -> None:
        whole = without_pings(ask(kept.http, answer_id := new_id(), body_of("Hello")))
        for number in [*numbers(whole), 999_999_999]:
            rest = kept.http.get(f"/v1/answers/{answer_id}", params={"after": number}).content
            assert rest == (whole.partition(b"id: %d\n" % (number + 1))[2] and whole[-len(rest) :])
            assert numbers(rest) == numbers(whole)[number:]
        tag = {"last-event-id": "3"}
        assert numbers(kept.http.get(f"/v1/answers/{answer_id}", headers=tag).content)[0] == 4

    def test_an_answer_that_fails_midway_fails_again_in_the_same_way(self, kept: Deployment) -> None:
        first = without_pings(ask(kept.http, answer_id := new_id(), body_of("/cut")))
        assert b"event: error\n" in first
        assert without_pings(kept.http.get(f"/v1/answers/{answer_id}")) == first

    def test_what_bedrock_refuses_is_not_kept_and_can_be_asked_again(self, kept: Deployment) -> None:
        refusal(ask(kept.http, answer_id := new_id(), body_of("/busy 1")), 429, "rate_limit_error")
        refusal(kept.http.get(f"/v1/answers/{answer_id}"), 404, "not_found_error")
        assert ask(kept.http, answer_id, body_of("/busy 1")).status_code == 200


class TestIds:
    def test_another_request_under_the_same_id_is_refused(self, kept: Deployment) -> None:
        ask(kept.http, answer_id := new_id(), body_of("Hello"))
        response = ask(kept.http, answer_id, body_of("Good-bye"))
        assert "another request has this id" in refusal(response, 409, "invalid_request_error")
        assert response.headers["x-should-retry"] == "false"
        assert ask(kept.http, answer_id, CHAT, "/v1/chat/completions").status_code == 409

    @pytest.mark.parametrize("answer_id", ["1", "x" * 36, "0f8fad5b-d9cb-469f-a165-70867728950e2", "../head"])
    def test_one_that_is_no_uuid_is_refused(self, kept: Deployment, answer_id: str) -> None:
        refusal(ask(kept.http, answer_id, body_of()), 400, "invalid_request_error")
        assert kept.http.get(f"/v1/answers/{answer_id}").status_code in (400, 404)

    @pytest.mark.parametrize("after", ["-1", "x", "1.5", "1e3"])
    def test_so_is_a_number_that_is_none(self, kept: Deployment, after: str) -> None:
        ask(kept.http, answer_id := new_id(), body_of("Hello"))
        refusal(kept.http.get(f"/v1/answers/{answer_id}", params={"after": after}), 400, "invalid_request_error")

    def test_another_keys_is_not_there(self, deploy: Deploy, background: Background, kept: Deployment) -> None:
        ask(kept.http, answer_id := new_id(), body_of("Hello"))
        kept.simulator.rotate({"default": KEY, "other": "another-key-4711"})
        other = {"x-api-key": "another-key-4711"}
        assert eventually(lambda: kept.http.get("/v1/models", headers=other).status_code == 200)
        for method, path in [("GET", ""), ("POST", "/cancel"), ("DELETE", "")]:
            response = kept.http.request(method, f"/v1/answers/{answer_id}{path}", headers=other)
            refusal(response, 404, "not_found_error")
        assert kept.http.get(f"/v1/answers/{answer_id}").status_code == 200


class TestForgetting:
    def test_a_deleted_answer_is_gone_at_once(self, kept: Deployment, background: Background) -> None:
        ask(kept.http, answer_id := new_id(), body_of("Hello"))
        assert kept.http.delete(f"/v1/answers/{answer_id}").json()["state"] == "deleted"
        assert items_of(background, kept, answer_id) == []
        refusal(kept.http.get(f"/v1/answers/{answer_id}"), 404, "not_found_error")

    def test_an_expired_one_is_not_served_though_the_table_has_it(
        self, kept: Deployment, background: Background
    ) -> None:
        ask(kept.http, answer_id := new_id(), body_of("Hello"))
        assert eventually(lambda: is_ended(background, kept, answer_id))
        head = next(item for item in items_of(background, kept, answer_id) if item["sk"] == "head")
        background.run(kept.simulator.dynamodb.put(**head | {"expires_at": head["expires_at"] - 3601}))
        refusal(kept.http.get(f"/v1/answers/{answer_id}"), 404, "not_found_error")
        calls = len(model_calls(kept.simulator))
        again = without_pings(ask(kept.http, answer_id, body_of("Hello")))
        assert len(model_calls(kept.simulator)) == calls + 1
        assert without_pings(kept.http.get(f"/v1/answers/{answer_id}")) == again

    def test_what_is_kept_is_compressed_and_has_no_prompt(self, kept: Deployment, background: Background) -> None:
        whole = ask(kept.http, answer_id := new_id(), body_of("/long 300", max_tokens=1000)).content
        assert eventually(lambda: is_ended(background, kept, answer_id))
        items = items_of(background, kept, answer_id)
        assert sum(len(item.get("events", "")) for item in items) < len(whole) / 5
        assert "/long" not in repr(items)


class TestWithout:
    def test_without_an_id_nothing_is_kept_or_numbered(self, deploy: Deploy, background: Background) -> None:
        kept = keeping(deploy, background)  # of its own: another test's answer may still be written to its end
        answer = kept.http.post("/v1/messages", json=body_of(stream=True))
        assert b"id: " not in answer.content
        assert "answer#" not in repr(kept.simulator.dynamodb.calls)

    def test_an_answer_that_is_not_streamed_is_not_kept_and_this_is_said(self, kept: Deployment) -> None:
        answer = kept.http.post("/v1/messages", json=body_of(), headers={"x-answer-id": new_id()})
        assert (answer.status_code, answer.headers["x-claude-stream-dropped"]) == (200, "x-answer-id")

    def test_when_it_is_turned_off_the_routes_are_not_there(self, deploy: Deploy) -> None:
        off = deploy(with_table=True, variables={"KEEP_ANSWERS_MINUTES": "0"})
        answer = ask(off.http, answer_id := new_id(), body_of())
        assert (answer.status_code, answer.headers["x-claude-stream-dropped"]) == (200, "x-answer-id")
        for method, path in [("GET", ""), ("POST", "/cancel"), ("DELETE", "")]:
            response = off.http.request(method, f"/v1/answers/{answer_id}{path}")
            assert "There is nothing at this path" in refusal(response, 404, "not_found_error")

    @pytest.mark.parametrize("fault", [Fault.SILENT, Fault.THROTTLED, Fault.LOST_CALL])
    def test_a_table_that_fails_costs_the_keeping_and_not_the_answer(
        self, deploy: Deploy, background: Background, fault: Fault
    ) -> None:
        deployment = keeping(deploy, background, pace=Pace(0, 40))
        deployment.simulator.dynamodb.fault = lambda operation: fault if operation == "PutItem" else None
        answer = ask(deployment.http, new_id(), body_of("/long 40"))
        assert b"message_stop" in answer.content
        assert answer.headers["x-claude-stream-dropped"] == "x-answer-id"

    @pytest.mark.parametrize("fault", [Fault.SILENT, Fault.THROTTLED, Fault.LOST_CALL, Fault.LOST_REPLY])
    def test_a_write_that_fails_once_is_made_again(
        self, deploy: Deploy, background: Background, fault: Fault
    ) -> None:
        deployment = keeping(deploy, background, pace=Pace(0, 40))
        puts = iter([None, fault])
        deployment.simulator.dynamodb.fault = lambda operation: next(puts, None) if operation == "PutItem" else None
        whole = without_pings(ask(deployment.http, answer_id := new_id(), body_of("/long 160")))
        assert without_pings(deployment.http.get(f"/v1/answers/{answer_id}")) == whole


def test_two_readers_follow_an_answer_to_its_end(deploy: Deploy, background: Background) -> None:
    deployment = keeping(deploy, background, pace=Pace(0, 40))
    answer_id, found = new_id(), []

    def read() -> None:
        with httpx.Client(base_url=deployment.url.url, headers={"x-api-key": KEY}, timeout=120) as http:
            found.append(without_pings(ask(http, answer_id, body_of("/long 160"))))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(set(found)) == 1
    assert len(model_calls(deployment.simulator)) == 1

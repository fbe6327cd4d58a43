"""Named keys of a deployed function: who is let in, what a limit refuses, and what is booked of each answer."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from claude_stream.accounts import schema
from emulator.aws.dynamodb import Fault
from emulator.background import Background
from tests.asking import SONNET, body_of, eventually, model_calls, refusal
from tests.conftest import Deploy
from tests.e2e.function_log import log_text
from tests.keyed import Keyed

ANSWER: dict[str, Any] = {"json": body_of("Hello", max_tokens=50)}
STREAM: dict[str, Any] = {"json": body_of("Hello", max_tokens=50, stream=True)}


@pytest.fixture(scope="module")
def deployed(deploy: Deploy, background: Background) -> Keyed:
    return Keyed(deploy(with_table=True), background)


@pytest.fixture
def keyed(deployed: Keyed) -> Iterator[Keyed]:
    yield deployed
    deployed.dynamodb.fault = lambda _: None
    url = deployed.deployment.url  # the line of each request is written once its use is booked
    assert eventually(lambda: log_text(deployed.deployment).count('"_aws"') >= len(url.invocations))
    assert deployed.deployment.url.breaches == []


def ask(keyed: Keyed, headers: dict[str, str], **request: Any) -> httpx.Response:
    return keyed.http.post("/v1/messages", headers=headers, **(request or ANSWER))


class TestKeys:
    def test_a_key_in_the_table_is_let_in(self, keyed: Keyed) -> None:
        assert ask(keyed, keyed.add("plain")).status_code == 200

    def test_a_key_with_a_wrong_checksum_is_refused_without_a_read(self, keyed: Keyed) -> None:
        key = keyed.add("typo")["x-api-key"]
        before = len(keyed.calls())
        wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
        assert "not a valid one" in refusal(ask(keyed, {"x-api-key": wrong}), 401, "authentication_error")
        assert len(keyed.calls()) == before

    def test_an_unknown_key_is_refused_and_not_looked_up_again(self, keyed: Keyed) -> None:
        unknown = {"x-api-key": "cs-" + "a" * 43 + "2SneNQ"}
        before = len(keyed.calls())
        for _ in range(3):
            refusal(ask(keyed, unknown), 401, "authentication_error")
        assert keyed.calls()[before:].count("BatchGetItem") == 1

    def test_a_disabled_key_may_not(self, keyed: Keyed) -> None:
        message = refusal(ask(keyed, keyed.add("off", disabled=True)), 403, "permission_error")
        assert message == "The key off is disabled. Ask who gave it to you."

    def test_an_expired_key_may_not(self, keyed: Keyed) -> None:
        message = refusal(ask(keyed, keyed.add("old", expires=1_700_000_000)), 403, "permission_error")
        assert message == "The key old has expired, at 2023-11-14T22:13:20Z. Ask for a new one."
        assert ask(keyed, keyed.add("young", expires=int(time.time()) + 1000)).status_code == 200

    def test_a_key_may_have_some_of_the_models(self, keyed: Keyed) -> None:
        headers = keyed.add("sonnets", models=[SONNET])
        message = refusal(ask(keyed, headers), 403, "permission_error")
        assert message == "model: the key sonnets may not use it, but claude-sonnet-5-5."
        listed = keyed.http.get("/v1/models", headers=headers).json()["data"]
        assert [model["id"] for model in listed] == ["claude-sonnet-5-5"]
        default = body_of("Hello", max_tokens=5)
        del default["model"]
        assert ask(keyed, headers, json=default).json()["model"] == "claude-sonnet-5-5"
        unheard_of = ask(keyed, headers, json=body_of("Hello", model="gpt"))
        assert "choose one of" in refusal(unheard_of, 404, "not_found_error")

    def test_max_tokens_are_clamped_to_the_keys(self, keyed: Keyed) -> None:
        answer = ask(keyed, keyed.add("short", max_tokens=5))
        assert answer.headers["x-claude-stream-dropped"] == "max_tokens 50 -> 5"
        assert answer.json()["usage"]["output_tokens"] == 5


class TestLimits:
    def test_requests_a_minute(self, keyed: Keyed) -> None:
        headers = keyed.add("slow", requests_per_minute=2)
        answers = [ask(keyed, headers) for _ in range(3)]
        if "retry-after" not in answers[-1].headers:  # a minute has begun in between
            answers += [ask(keyed, headers) for _ in range(2)]
        message = refusal(answers[-1], 429, "rate_limit_error")
        assert message.startswith("The key slow may use 2 requests a minute, and has. The next minute begins at ")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].headers["anthropic-ratelimit-requests-remaining"] == "0"
        assert answers[0].headers["anthropic-ratelimit-requests-limit"] == "2"
        assert answers[0].headers["anthropic-ratelimit-requests-remaining"] == "1"
        assert answers[0].headers["anthropic-ratelimit-requests-reset"].endswith(":00Z")

    @pytest.mark.parametrize(
        ("limit", "most", "says"),
        [
            ("tokens_per_day", 1, "1 tokens a day, and this request could take"),
            ("micro_usd_per_day", 1, "1e-06 USD a day, and this request could take"),
            ("micro_usd_per_month", 1, "1e-06 USD a month, and this request could take"),
        ],
    )
    def test_what_could_take_more_than_the_limit_never_reaches_bedrock(
        self, keyed: Keyed, limit: str, most: int, says: str
    ) -> None:
        headers = keyed.add(limit.replace("_", "-"), **{limit: most})
        before = len(model_calls(keyed.deployment.simulator))
        answer = ask(keyed, headers)
        assert says in refusal(answer, 429, "rate_limit_error")
        assert answer.headers["x-should-retry"] == "false"
        assert len(model_calls(keyed.deployment.simulator)) == before

    def test_openais_clients_see_it_in_their_shape(self, keyed: Keyed) -> None:
        key = keyed.add("chatty", requests_per_minute=10, tokens_per_day=100_000)["x-api-key"]
        chat = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 50}
        headers = {"x-api-key": "", "authorization": f"Bearer {key}"}
        first = keyed.http.post("/v1/chat/completions", headers=headers, json=chat)
        assert first.headers["x-ratelimit-limit-requests"] == "10"
        assert first.headers["x-ratelimit-limit-tokens"] == "100000"
        assert first.headers["x-ratelimit-reset-requests"].endswith("s")
        refused = keyed.http.post("/v1/chat/completions", headers=headers, json=chat | {"max_tokens": 64_000})
        again = keyed.http.post("/v1/responses", headers=headers, json={"input": "a" * 100_000})
        for answer in (again,) if refused.status_code == 200 else (again, refused):
            assert answer.status_code == 429
            assert answer.json()["error"]["code"] == "rate_limit_exceeded"

    def test_the_stages_budget_holds_for_the_default_key_too(self, deploy: Deploy, background: Background) -> None:
        stage = Keyed(deploy(with_table=True, variables={"BUDGET": '{"tokens_per_day": 1}'}), background)
        answer = stage.http.post("/v1/messages", **ANSWER)
        assert "This service may use 1 tokens a day" in refusal(answer, 429, "rate_limit_error")

    def test_a_model_without_a_price_has_no_answer_where_dollars_are_limited(
        self, deploy: Deploy, background: Background
    ) -> None:
        stage = Keyed(deploy(with_table=True, variables={"PRICES": "{}"}), background)
        headers = stage.add("rich", micro_usd_per_day=10**9)
        message = refusal(ask(stage, headers), 403, "permission_error")
        assert "model: claude-haiku-5-5 has no price here" in message
        assert ask(stage, stage.add("counted", tokens_per_day=10**6)).status_code == 200


class TestBooks:
    """10 input tokens at most of `Hello` and 50 of output: haiku's cost, to the micro-dollar."""

    @pytest.mark.parametrize("request_", [ANSWER, STREAM], ids=["whole", "streamed"])
    @pytest.mark.parametrize("limits", [{}, {"micro_usd_per_day": 10**6, "requests_per_minute": 100}])
    def test_an_answer_is_booked_at_what_it_used(
        self, keyed: Keyed, request_: dict[str, object], limits: dict[str, int]
    ) -> None:
        name = f"used-{len(limits)}-{'stream' in str(request_)}".lower()
        answer = ask(keyed, keyed.add(name, **limits), **request_)
        assert answer.status_code == 200
        assert eventually(lambda: "requests claude-haiku-5-5" in keyed.sums(name).get("day", {}))
        day, month = keyed.sums(name)["day"], keyed.sums(name)["month"]
        input_, output = day["input_tokens claude-haiku-5-5"], day["output_tokens claude-haiku-5-5"]
        assert (day["requests"], day["tokens"], output) == (1, input_ + output, 50)
        assert day["micro_usd"] == -(-(100_000 * input_ + 500_000 * output) // 1_000_000)
        assert {name: month[name] for name in ("requests", "tokens", "micro_usd")} == {
            name: day[name] for name in ("requests", "tokens", "micro_usd")
        }
        assert day["sk"] == schema.window("day", day["last_used"]).sort_key
        assert ("minute" in keyed.sums(name)) == bool(limits)

    @pytest.mark.parametrize("fault", ["/denied", "/throttle", "/overloaded", "/error-event"])
    def test_what_bedrock_refuses_costs_nothing_and_counts_as_a_request(self, keyed: Keyed, fault: str) -> None:
        name = f"refused{fault.replace('/', '-')}"
        headers = keyed.add(name, tokens_per_day=10**6)
        ask(keyed, headers, json=body_of(fault, stream=True, max_tokens=50))
        assert eventually(lambda: "requests claude-haiku-5-5" in keyed.sums(name).get("day", {}))
        day = keyed.sums(name)["day"]
        if fault == "/error-event":
            assert day["tokens"] > 50, "it had begun: nobody knows what it took"
        else:
            assert (day["requests"], day["tokens"], day["micro_usd"]) == (1, 0, 0)

    def test_what_breaks_off_stays_at_the_most_it_can_have_taken(self, keyed: Keyed) -> None:
        headers = keyed.add("broken", tokens_per_day=10**6, micro_usd_per_day=10**6)
        ask(keyed, headers, json=body_of("/cut", stream=True, max_tokens=5000))
        assert eventually(lambda: "requests claude-haiku-5-5" in keyed.sums("broken").get("day", {}))
        day = keyed.sums("broken")["day"]
        assert day["output_tokens claude-haiku-5-5"] == 5000
        assert day["micro_usd"] == day["micro_usd claude-haiku-5-5"] > 5000 // 2

    def test_usage_says_what_is_left(self, keyed: Keyed) -> None:
        headers = keyed.add("asking", micro_usd_per_day=5_000_000)
        ask(keyed, headers)
        assert eventually(lambda: "requests claude-haiku-5-5" in keyed.sums("asking").get("day", {}))
        usage = keyed.http.get("/v1/usage", headers=headers).json()
        (limit,) = usage["limits"]
        assert (limit["name"], limit["limit"]) == ("usd_per_day", 5)
        assert limit["used"] == usage["day"]["usd"] > 0
        assert limit["remaining"] == pytest.approx(5 - limit["used"])
        assert usage["key"] == "asking"
        assert usage["month"]["requests"] == 1


class TestCalls:
    """How often the table is asked: each call before the first word is a wait."""

    @pytest.mark.parametrize(
        ("name", "limits", "calls"),
        [
            ("unlimited", {}, []),
            (
                "limited",
                {"requests_per_minute": 100, "micro_usd_per_day": 10**6, "micro_usd_per_month": 10**7},
                ["TransactWriteItems"],
            ),
        ],
    )
    def test_a_key_asks_only_where_it_has_limits_and_then_once(
        self, keyed: Keyed, name: str, limits: dict[str, int], calls: list[str]
    ) -> None:
        headers = keyed.add(name, **limits)
        ask(keyed, headers)
        assert eventually(lambda: "requests claude-haiku-5-5" in keyed.sums(name).get("day", {}))
        before = len(keyed.calls())
        with keyed.http.stream(
            "POST", "/v1/messages", headers=headers, json=body_of("/slow", stream=True, max_tokens=4)
        ) as answer:
            next(answer.iter_bytes())
            assert keyed.calls()[before:] == calls


class TestWithoutTheTable:
    def test_a_key_with_limits_is_refused_and_the_default_key_goes_on(self, keyed: Keyed) -> None:
        headers = keyed.add("careful", tokens_per_day=10**6)
        assert ask(keyed, headers).status_code == 200
        keyed.dynamodb.fault = lambda _: Fault.THROTTLED
        refused = ask(keyed, headers)
        assert "Ask again in a moment" in refusal(refused, 503, "overloaded_error")
        assert refused.headers["retry-after"] == "5"
        assert keyed.http.post("/v1/messages", **ANSWER).status_code == 200

    def test_with_a_budget_the_default_key_is_refused_too(self, deploy: Deploy, background: Background) -> None:
        stage = Keyed(deploy(with_table=True, variables={"BUDGET": '{"tokens_per_day": 1000000}'}), background)
        stage.dynamodb.fault = lambda _: Fault.LOST_CALL
        refusal(stage.http.post("/v1/messages", **ANSWER), 503, "overloaded_error")
        assert model_calls(stage.deployment.simulator) == []

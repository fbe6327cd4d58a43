"""The command line's client over connections that break anywhere: the answer is whole, and asked for once."""

import signal
from typing import Any

import pytest

from cli.deployed import Deployed
from cli.target import Target
from emulator.aws.simulator import Pace
from emulator.background import Background
from tests.asking import body_of, eventually, model_calls
from tests.conftest import KEY, Deploy, Deployment
from tests.cutting_proxy import END, cutting
from tests.e2e.keeping import keeping
from tests.e2e.shell import CLI, ask, started

WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
ASKED: dict[str, dict[str, Any]] = {
    "text": body_of("/surrogates"),
    "thinking": body_of("Hi", max_tokens=9, thinking={"type": "adaptive"}),
    "a tool": body_of("Weather in Graz?", tools=[WEATHER], tool_choice={"type": "any"}),
}


@pytest.fixture(scope="module")
def kept(deploy: Deploy, background: Background) -> Deployment:
    return keeping(deploy, background)


def without_ids(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What differs from answer to answer: the names of message and tool call."""
    for event in events:
        for holder in ("message", "content_block"):
            event.get(holder, {}).pop("id", None)
    return [event for event in events if event["type"] != "ping"]


@pytest.mark.parametrize("name", ASKED)
def test_whatever_byte_the_connection_breaks_after_the_answer_is_whole(kept: Deployment, name: str) -> None:
    body = {key: value for key, value in ASKED[name].items() if key != "model"}
    with cutting(kept.url.url) as proxy:
        source = Deployed(Target(proxy.url, KEY), "claude-haiku-5-5")
        whole = without_ids(list(source.events(body)))
        size = 1000 + sum(len(repr(event)) + 80 for event in whole)
        for after in range(1, size, 101):  # no multiple of an event's length, so every place in an event comes
            calls = len(model_calls(kept.simulator))
            proxy.after = [after]
            assert without_ids(list(source.events(body))) == whole, f"cut after {after} bytes"
            assert len(model_calls(kept.simulator)) == calls + 1


def test_it_may_break_again_and_again(deploy: Deploy, background: Background) -> None:
    slow = keeping(deploy, background, pace=Pace(0, 60))
    with cutting(slow.url.url) as proxy:
        proxy.after = [3000] * 12 + [END]
        done = ask("/long 200", "--url", proxy.url, "--key", KEY)
        posts = [line for line in proxy.requests if line.startswith(b"POST")]
    direct = ask("/long 200", "--url", slow.url.url, "--key", KEY)
    assert (done.returncode, done.stdout, done.stderr) == (0, direct.stdout, "")
    assert (len(posts), len(model_calls(slow.simulator))) == (1, 2)


def test_ctrl_c_stops_the_model(deploy: Deploy, background: Background) -> None:
    slow = keeping(deploy, background, pace=Pace(0, 20))
    with started(*CLI, "ask", "--url", slow.url.url, "--key", KEY, "--max-tokens", "5000", "/long 4000") as process:
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint.strip()) == (130, "ask: stopped")
    assert eventually(lambda: slow.simulator.active == 0)
    assert eventually(lambda: not any("answer#" in item["pk"] for item in _items(background, slow)))


def test_nothing_stays_in_the_table(kept: Deployment, background: Background) -> None:
    assert ask("hello", "--url", kept.url.url, "--key", KEY).returncode == 0
    assert eventually(lambda: not any("answer#" in item["pk"] for item in _items(background, kept)))


def test_a_function_that_keeps_nothing_is_asked_as_before(deploy: Deploy) -> None:
    plain = deploy()
    with cutting(plain.url.url) as proxy:
        proxy.after = [1500]
        done = ask("hello", "--url", proxy.url, "--key", KEY)
    assert (done.returncode, done.stderr) == (1, "ask: the answer was cut off before its end\n")


def _items(background: Background, deployment: Deployment) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = background.run(deployment.simulator.dynamodb.items())
    return found

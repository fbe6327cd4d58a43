"""Many invocations in one environment: no breach, nothing leaked, memory flat, every answer whole.

The deployed application runs on its real bootstrap; psutil looks at its process from outside.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import httpx_sse
import psutil

from emulator.aws.bedrock.answers import answer, pieces
from emulator.background import Background
from emulator.lambda_.function_url import Outcome
from tests.asking import body_of, eventually
from tests.conftest import Deploy, Deployment
from tests.e2e.keeping import ask as ask_kept
from tests.e2e.keeping import keeping, new_id

MEGABYTE = 2**20
WARM_UP_REQUESTS = 100
KEPT_ANSWERS = int(os.environ.get("KEPT_ANSWERS", "150"))


class Resources(NamedTuple):
    """What the function's process has open between requests."""

    files: int
    connections: int
    threads: int


def process_of(deployment: Deployment) -> psutil.Process:
    """The only environment's process."""
    (pid,) = {invocation.pid for invocation in deployment.url.invocations}
    assert pid is not None
    return psutil.Process(pid)


def resources_of(process: psutil.Process) -> Resources:
    """The lowest of ten samples: a client has its answer before the function has closed everything."""
    samples = []
    for _ in range(10):
        samples.append(Resources(process.num_fds(), len(process.net_connections("all")), process.num_threads()))
        time.sleep(0.05)
    return min(samples)


def no_more(now: Resources, before: Resources) -> bool:
    return all(count <= at_first for count, at_first in zip(now, before, strict=True))


def ask(deployment: Deployment, prompt: str, max_tokens: int) -> str:
    """The streamed answer's text, which has to end as a whole one does."""
    params: dict[str, str | int] = {"prompt": prompt, "max_tokens": max_tokens}
    response = deployment.http.get("/stream", params=params)
    assert response.status_code == 200
    *events, done = httpx_sse.EventSource(response).iter_sse()
    assert {event.event for event in events} == {"message"}
    assert done.event == "done"
    return "".join(json.loads(event.data) for event in events)


def assert_sound(deployment: Deployment, count: int) -> None:
    assert deployment.url.breaches == []
    assert [invocation.outcome for invocation in deployment.url.invocations] == [Outcome.OK] * count
    assert [invocation.cold for invocation in deployment.url.invocations] == [True] + [False] * (count - 1)


def expected(prompt: str, max_tokens: int) -> str:
    """The simulated model's answer: `max_tokens` pieces, with the prompt among the first."""
    return "".join(pieces(answer(prompt))[:max_tokens])


def test_500_invocations_in_one_environment(deploy: Deploy) -> None:
    deployment = deploy(max_environments=1)
    prompts = [f"question {number} 你好" if number % 2 else f"question {number}" for number in range(500)]
    answers = [ask(deployment, prompt, max_tokens=12) for prompt in prompts[:WARM_UP_REQUESTS]]
    process = process_of(deployment)
    before, memory = resources_of(process), process.memory_info().rss
    answers += [ask(deployment, prompt, max_tokens=12) for prompt in prompts[WARM_UP_REQUESTS:]]

    assert answers == [expected(prompt, 12) for prompt in prompts]
    assert_sound(deployment, 500)
    assert eventually(lambda: no_more(resources_of(process), before)), (resources_of(process), before)
    assert process.memory_info().rss - memory < 3 * MEGABYTE


def test_16_at_once_in_one_environment(deploy: Deploy) -> None:
    """Twenty rounds of sixteen requests, each with a prompt, and so an answer, of its own."""
    deployment = deploy(max_environments=1, concurrency=16)
    prompts = [f"question {number} of many" for number in range(320)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda prompt: ask(deployment, prompt, max_tokens=40), prompts[:160]))
        process = process_of(deployment)
        before, memory = resources_of(process), process.memory_info().rss
        answers += pool.map(lambda prompt: ask(deployment, prompt, max_tokens=40), prompts[160:])

    assert answers == [expected(prompt, 40) for prompt in prompts]
    assert_sound(deployment, 320)
    assert eventually(lambda: no_more(resources_of(process), before)), (resources_of(process), before)
    assert process.memory_info().rss - memory < 3 * MEGABYTE


def test_many_answers_kept_and_forgotten(deploy: Deploy, background: Background) -> None:
    deployment = keeping(deploy, background, max_environments=1)

    def ask_read_and_forget(number: int) -> None:
        answer_id = new_id()
        address = f"/v1/answers/{answer_id}"
        ask_kept(deployment.http, answer_id, body_of(f"question {number}", max_tokens=12)).raise_for_status()
        # A busy machine's table may not be readable in time; then one asks again.
        assert eventually(lambda: deployment.http.get(address).content.endswith(b'{"type":"message_stop"}\n\n'))
        assert eventually(lambda: deployment.http.delete(address).status_code in (200, 404))

    warm_up = WARM_UP_REQUESTS // 2
    for number in range(warm_up):
        ask_read_and_forget(number)
    process = process_of(deployment)
    before, memory = resources_of(process), process.memory_info().rss
    for number in range(warm_up, KEPT_ANSWERS):
        ask_read_and_forget(number)

    assert deployment.url.breaches == []
    assert {invocation.outcome for invocation in deployment.url.invocations} == {Outcome.OK}
    left = background.run(deployment.simulator.dynamodb.items())
    assert {item["pk"] for item in left} <= {"spend#default"}, "only the key's own sums"
    assert eventually(lambda: no_more(resources_of(process), before)), (resources_of(process), before)
    assert process.memory_info().rss - memory < 3 * MEGABYTE

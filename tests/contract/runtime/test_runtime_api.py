"""What our runtime says to the Runtime API, byte for byte.

The real `lambda_src/bootstrap` runs against a recorder. It is compared with what AWS's own Node.js client sends,
recorded in shared/reference/runtime-api-transcript.txt; where we differ on purpose, a test says so.
"""

import ast
import re
import time
from pathlib import Path

import pytest

from tests.apps.registry import EVENT_1
from tests.contract.runtime.recorded import (
    FIRST,
    HEAD,
    LAST,
    NEXT,
    NULS,
    POST,
    PRELUDE,
    SECOND,
    TRANSCRIPT,
    Run,
    dechunked,
    request,
)
from tests.contract.runtime.recording_runtime_api import Message, RecordingRuntimeApi


class TestPoll:
    def test_is_a_get_of_next_without_a_body(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.wait(lambda: api.polls and api.polls[0].is_complete)
        assert api.polls[0].line == NEXT
        assert api.polls[0].body == b""
        assert ("Host", api.address) in api.polls[0].headers

    def test_keeps_its_connection_across_invocations(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        for number in range(3):
            api.invoke(request("empty_chunks"))
            api.post(number)
        api.wait(lambda: len(api.polls) == 4)
        assert {poll.connection for poll in api.polls} == {api.polls[0].connection}

    def test_each_worker_of_a_concurrent_environment_polls(self, api: RecordingRuntimeApi, run: Run) -> None:
        run(AWS_LAMBDA_MAX_CONCURRENCY="3")
        api.wait(lambda: len(api.polls) == 3)
        assert len({poll.connection for poll in api.polls}) == 3


class TestStreamedResponse:
    @pytest.fixture
    def response(self, api: RecordingRuntimeApi, run: Run, tmp_path: Path) -> Message:
        """The transcript's response: two events, the second released 200 ms after the first has arrived."""
        run()
        api.invoke(request("events"))
        api.wait(lambda: api.posts and EVENT_1 in api.posts[0].body)
        time.sleep(0.2)
        (tmp_path / "second").touch()
        return api.post()

    def test_names_its_invocation(self, response: Message) -> None:
        assert response.line == POST.format("response")

    def test_head_says_what_the_node_clients_says(self, response: Message) -> None:
        assert set(HEAD) <= set(response.headers)
        assert [value for name, value in response.headers if name == "Trailer"] == [HEAD[1][1], HEAD[2][1]]

    def test_body_is_prelude_nuls_events_and_terminator(self, response: Message) -> None:
        assert response.body == PRELUDE + NULS + FIRST + SECOND + LAST

    def test_each_event_is_one_segment_at_its_own_time(self, response: Message) -> None:
        first, second, *_ = response.body_segments
        assert first.data == PRELUDE + NULS + FIRST
        assert second.data.removesuffix(LAST) == SECOND
        assert second.time - first.time >= 0.2

    def test_has_a_connection_of_its_own_that_is_closed_after_it(
        self, api: RecordingRuntimeApi, response: Message
    ) -> None:
        """Unlike the Node.js client's: Lambda's documentation asks custom runtimes to close it."""
        assert response.connection not in {poll.connection for poll in api.polls}
        assert ("Connection", "close") in response.headers
        assert api.wait(lambda: api.closed) == [response.connection]

    def test_may_be_empty(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke(request("empty"))
        assert dechunked(api.post()).chunks == [
            b'{"statusCode":202,"headers":{"content-type":"text/plain"}}',
            bytes(8),
        ]

    def test_passes_a_large_chunk_on_as_one(self, api: RecordingRuntimeApi, run: Run) -> None:
        run()
        api.invoke(request("large"))
        assert dechunked(api.post()).chunks[2:] == [b"0123456789abcdef" * 65536]


@pytest.mark.skipif(not TRANSCRIPT.exists(), reason=f"{TRANSCRIPT} is not there")
class TestTranscript:
    """The bytes that these tests expect are those that the official client sent."""

    def test_has_the_poll(self) -> None:
        assert section("poll").startswith(NEXT + "\n")

    def test_has_the_head(self) -> None:
        head = section("a streamed response").partition("\n\n")[0].splitlines()
        assert head[0] == POST.format("response")
        assert {f"{name}: {value}" for name, value in HEAD} <= set(head)

    def test_has_the_body(self) -> None:
        """The Node.js client keeps the case of header names, which HTTP ignores; ours are in lower case."""
        prelude, *rest = byte_literals(section("a streamed response"))
        assert prelude.replace(b"Content-Type", b"content-type").replace(b"X-One", b"x-one") == PRELUDE
        assert rest == [NULS, FIRST, SECOND, LAST]

    def test_has_the_trailers(self) -> None:
        (end,) = byte_literals(section("the handler throws after"))
        error_type, body = (name.encode() for _, name in HEAD[1:3])
        assert end == b"0\r\n" + error_type + b": TypeError\r\n" + body + b": <base64>\r\n\r\n"


def section(title: str) -> str:
    """The part of the transcript whose heading begins with `title`."""
    found = re.search(rf"^--- {title}.*\n((?:(?!--- ).*\n)*)", TRANSCRIPT.read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def byte_literals(text: str) -> list[bytes]:
    return [ast.literal_eval(found) for found in re.findall(r"b'(?:[^'\\]|\\.)*'", text)]

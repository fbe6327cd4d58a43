"""Our runtime keeps WSGI (PEP 3333): applications run through it, on the emulated function URL, over real sockets.

Every case of tests/apps runs behind wsgiref's validator, so that a request fails when its environ or its
server breaks the specification. A Flask application that streams runs unchanged.
"""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from emulator.lambda_.function_url import Outcome
from tests.apps.registry import SECRET
from tests.contract.runtime.served import Serve, Served, environ_of


def first_piece(response: httpx.Response) -> tuple[bytes, Iterator[bytes]]:
    pieces = response.iter_raw()
    return next(pieces), pieces


class TestResponse:
    def test_each_chunk_leaves_before_the_next_is_made(self, serve: Serve) -> None:
        app = serve()
        with app.http.stream("GET", "/events") as response:
            assert response.status_code == 201
            assert response.headers["content-type"] == "text/event-stream"
            piece, rest = first_piece(response)
            assert piece.decode() == 'data: "你"\n\n'
            app.open("second")
            assert [piece.decode() for piece in rest] == ['data: "好"\n\n']

    def test_write_sends_at_once_and_before_the_iterable(self, serve: Serve) -> None:
        app = serve()
        with app.http.stream("GET", "/writes") as response:
            piece, rest = first_piece(response)
            assert piece == b"one "
            app.open("second")
            assert b"".join(rest) == b"two three"

    @pytest.mark.parametrize(("path", "status"), [("empty", 202), ("no_content", 204)])
    def test_without_a_body(self, app: Served, path: str, status: int) -> None:
        response = app.http.get(f"/{path}")
        assert (response.status_code, response.content) == (status, b"")

    def test_empty_chunks_do_not_end_it(self, app: Served) -> None:
        assert app.http.get("/empty_chunks").content == b"ab"

    def test_to_head_has_only_the_head(self, app: Served) -> None:
        response = app.http.head("/repeated")
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["content-type"] == "text/plain"

    def test_cookies_stay_apart_and_other_headers_are_joined(self, app: Served) -> None:
        response = app.http.get("/repeated")
        cookies = ["a=1; Path=/", "b=2; Expires=Thu, 01 Jan 2037 00:00:00 GMT"]
        assert response.headers.get_list("set-cookie") == cookies
        assert response.headers["vary"] == "Accept, Origin"

    def test_head_may_change_until_the_first_chunk(self, app: Served) -> None:
        response = app.http.get("/changes_its_mind")
        assert (response.status_code, response.text) == (503, "sorry")
        assert response.headers["x-second"] == "yes"

    def test_head_is_settled_after_it(self, app: Served) -> None:
        """start_response raises the exception again, and the client sees that the body is not whole."""
        with app.http.stream("GET", "/changes_its_mind_too_late") as response:
            assert response.status_code == 200
            piece, rest = first_piece(response)
            assert piece == b"begun"
            with pytest.raises(httpx.RemoteProtocolError):
                list(rest)
        assert app.outcome() is Outcome.ERROR

    @pytest.mark.parametrize("path", ["starts_twice", "never_starts", "fails", "exits"])
    def test_to_a_failure_is_lambdas_502(self, serve: Serve, path: str) -> None:
        app = serve("tests.apps.cases.plain")  # the validator itself would object
        assert app.http.get(f"/{path}").status_code == 502
        assert app.outcome() is Outcome.ERROR
        assert app.http.get("/empty_chunks").text == "ab"
        assert [invocation.cold for invocation in app.url.invocations] == [True, False]
        assert SECRET not in app.log()
        assert "hunter2" not in app.log()


class TestClose:
    """The iterable is closed however the request ends: PEP 3333 requires it, and upstream connections need it."""

    def test_after_a_whole_response(self, serve: Serve) -> None:
        app = serve()
        assert app.http.get("/closes").text == "ab"
        assert app.http.get("/closed_so_far").text == "whole"

    def test_after_a_failure(self, serve: Serve) -> None:
        app = serve()
        with pytest.raises(httpx.RemoteProtocolError):
            app.http.get("/closes_after_failure")
        assert app.http.get("/closed_so_far").text == "failed"

    def test_after_the_client_has_left(self, serve: Serve) -> None:
        app = serve()
        with app.http.stream("GET", "/closes_when_client_leaves") as response:
            assert first_piece(response)[0] == b"first"
        app.open("left")
        assert app.outcome() is Outcome.OK  # Lambda lets it run on and does not inform the function
        assert app.http.get("/closed_so_far").text == "left"


class TestConcurrency:
    def test_an_environment_takes_as_many_at_once_as_it_may(self, serve: Serve) -> None:
        """Each of four answers only once all four are inside, and says so in a process of many threads."""
        app = serve(concurrency=4)
        app.http.get("/empty")
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda number: app.http.get(f"/meets/{number}?4").text, range(4)))
        assert answers == [f"waiting met {number}" for number in range(4)]
        assert environ_of(app.http.get("/environ"))["wsgi.multithread"] is True
        assert len({invocation.pid for invocation in app.url.invocations}) == 1

    def test_log_lines_name_their_own_request(self, serve: Serve) -> None:
        app = serve("tests.apps.cases.plain", concurrency=2)
        ids = {app.http.get("/fails").headers["x-amzn-requestid"] for _ in range(4)}
        lines = [json.loads(line) for line in app.url.logs]
        assert {line["requestId"] for line in lines if line["level"] == "ERROR"} == ids


class TestFlask:
    """`stream_with_context`, routes, forms and cookies of a Flask application that knows nothing of Lambda."""

    def test_streams_piece_by_piece(self, serve: Serve) -> None:
        app = serve("tests.apps.flask_sse.app")
        with app.http.stream("GET", "/stream", params={"prompt": "你好"}) as response:
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/event-stream"
            piece, rest = first_piece(response)
            assert piece.decode() == 'data: "你好"\n\n'
            app.open("second")
            assert [piece.decode() for piece in rest] == ['data: "好你"\n\n']

    def test_answers_as_it_does_anywhere(self, serve: Serve) -> None:
        app = serve("tests.apps.flask_sse.app")
        app.http.post("/form/first", data={})
        response = app.http.post("/form/你", data={"a": "1", "b": "好"})
        assert response.json() == {"name": "你", "fields": {"a": "1", "b": "好"}, "seen": "now"}
        assert response.headers["set-cookie"] == "seen=now; Path=/"
        assert app.http.get("/nowhere").status_code == 404
        assert app.http.get("/form/x").status_code == 405

    def test_failure_is_its_own_500_and_logged_without_its_words(self, serve: Serve) -> None:
        app = serve("tests.apps.flask_sse.app")
        assert app.http.get("/fails").status_code == 500
        assert app.outcome() is Outcome.OK
        assert "RuntimeError" in app.log()
        assert "hunter2" not in app.log()


def test_a_slow_reader_loses_nothing(app: Served) -> None:
    """A megabyte in one chunk, read through a small window."""
    port = httpx.URL(app.url.url).port or 0
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /large HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n")
        received = 0
        while data := client.recv(65536):
            received += len(data)
    assert received > 2**20

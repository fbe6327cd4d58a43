"""The applications in examples/ stream, answer and remember behind a function URL, and know nothing of Lambda."""

import csv

import pytest

from tests.examples.conftest import Serve
from tests.places import ROOT

HELLO, FLASK, DJANGO = (ROOT / "examples" / name for name in ("hello", "flask", "django"))


class TestHello:
    def test_each_word_comes_before_the_next_is_made(self, serve: Serve) -> None:
        assert serve(HELLO).pieces("/") == ["Hello, ", "world", ", from ", "Lambda.\n"]

    def test_greets_a_posted_name(self, serve: Serve) -> None:
        assert serve(HELLO).pieces("/", "POST", content="你好".encode())[1] == "你好"

    def test_has_one_address(self, serve: Serve) -> None:
        response = serve(HELLO).http.get("/other")
        assert (response.status_code, response.text) == (404, "There is only / here.\n")


class TestFlask:
    def test_each_event_comes_before_the_next_is_made(self, serve: Serve) -> None:
        pieces = serve(FLASK).pieces("/words", params={"text": "one two 三"})
        assert pieces == ['data: "one"\n\n', 'data: "two"\n\n', 'data: "三"\n\n', "event: done\ndata: {}\n\n"]

    def test_says_what_a_form_has_left_in_a_cookie(self, serve: Serve) -> None:
        app = serve(FLASK)
        app.without_pauses()
        posted = app.http.post("/text", data={"text": "kept for later"})
        assert (posted.status_code, posted.headers["location"]) == (303, "/")
        assert posted.headers["set-cookie"] == 'text="kept for later"; HttpOnly; Path=/; SameSite=Lax'
        assert app.http.get("/words").text.startswith('data: "kept"\n\ndata: "for"\n\ndata: "later"\n\n')

    def test_has_a_page_that_reads_the_events(self, serve: Serve) -> None:
        page = serve(FLASK).http.get("/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert 'new EventSource("words")' in page.text

    @pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/text", 405)])
    def test_refuses_what_it_does_not_have(self, serve: Serve, path: str, status: int) -> None:
        assert serve(FLASK).http.get(path).status_code == status


class TestDjango:
    def test_each_row_comes_before_the_next_is_made(self, serve: Serve) -> None:
        pieces = serve(DJANGO).pieces("/")
        assert pieces == ["number,square\r\n", *(f"{number},{number**2}\r\n" for number in range(1, 6))]

    def test_exports_as_many_rows_as_a_signed_cookie_says(self, serve: Serve) -> None:
        app = serve(DJANGO)
        app.without_pauses()
        posted = app.http.post("/rows", data={"rows": "2"})
        assert (posted.status_code, posted.content) == (204, b"")
        assert posted.headers["set-cookie"].startswith("rows=2:")
        exported = app.http.get("/")
        assert exported.headers["content-type"] == "text/csv"
        assert list(csv.reader(exported.text.splitlines())) == [["number", "square"], ["1", "1"], ["2", "4"]]

    @pytest.mark.parametrize("rows", ["", "many", "1001", "²"])
    def test_refuses_a_bad_number_of_rows(self, serve: Serve, rows: str) -> None:
        assert serve(DJANGO).http.post("/rows", data={"rows": rows}).status_code == 400

    @pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/rows", 405)])
    def test_refuses_what_it_does_not_have(self, serve: Serve, path: str, status: int) -> None:
        assert serve(DJANGO).http.get(path).status_code == status

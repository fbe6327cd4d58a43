"""The head of a WSGI response becomes the JSON that precedes a streamed body."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_wsgi.response import prelude

NAME = st.text("abcxyzABCXYZ019-", min_size=1).map("X-".__add__)
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF)).map(lambda text: text.strip(" \t"))


def test_is_compact_json_with_lower_case_names() -> None:
    assert prelude("201 Created", [("Content-Type", "text/plain")]) == (
        b'{"statusCode":201,"headers":{"content-type":"text/plain"}}'
    )


@pytest.mark.parametrize(("status", "code"), [("200 OK", 200), ("529 Overloaded", 529), ("404 ", 404)])
def test_status_is_the_number(status: str, code: int) -> None:
    assert json.loads(prelude(status, []))["statusCode"] == code


@given(headers=st.dictionaries(NAME, VALUE))
def test_headers_round_trip_as_ascii(headers: dict[str, str]) -> None:
    unique = {name.lower(): value for name, value in headers.items()}
    sent = prelude("200 OK", list(unique.items()))
    assert sent.isascii()
    assert bytes(8) not in sent  # or the body would begin there
    assert json.loads(sent)["headers"] == unique


@given(cookies=st.lists(VALUE, min_size=1))
def test_cookies_stay_apart_in_their_order(cookies: list[str]) -> None:
    head = json.loads(prelude("200 OK", [("Set-Cookie", cookie) for cookie in cookies]))
    assert head == {"statusCode": 200, "headers": {}, "cookies": cookies}


def test_white_space_around_a_value_is_not_part_of_it() -> None:
    """HTTP says so (RFC 9110, 5.5), and Django puts a space before each cookie."""
    head = json.loads(prelude("200 OK", [("Set-Cookie", " a=1; Path=/"), ("X-One", "\tone two ")]))
    assert head["cookies"] == ["a=1; Path=/"]
    assert head["headers"] == {"x-one": "one two"}


def test_without_cookies_has_no_such_key() -> None:
    assert "cookies" not in json.loads(prelude("200 OK", []))


def test_repeated_headers_are_joined() -> None:
    head = json.loads(prelude("200 OK", [("Vary", "Accept"), ("vary", "Origin")]))
    assert head["headers"] == {"vary": "Accept, Origin"}


@pytest.mark.parametrize("name", ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE", "Trailer"])
def test_hop_by_hop_headers_are_lambdas_to_say(name: str) -> None:
    assert json.loads(prelude("200 OK", [(name, "x"), ("X-Kept", "y")]))["headers"] == {"x-kept": "y"}

"""Lambda's HTTP events become the WSGI environ of the request that the client sent."""

import base64
import io
import sys
from typing import Any
from urllib.parse import parse_qs, quote
from wsgiref import validate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_wsgi.environ import UnsupportedEvent, build_environ
from lambda_wsgi.runtime_api import Invocation

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
HEADER_NAME = st.text("abcxyzABCXYZ019!#$%&'*+.^`|~-", min_size=1)
HEADER_VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def environ_of(event: Any) -> dict[str, Any]:
    """The environ; every one has to satisfy wsgiref's validator."""
    invocation = Invocation("id-1", 1_800_000_000_000, "arn:aws:lambda:function", "Root=1-2", event)
    environ = build_environ(invocation, errors=sys.stderr, multithread=False)
    validate.check_environ(environ)  # type: ignore[attr-defined]  # typeshed leaves it out
    return environ


def event_2_0(**fields: Any) -> dict[str, Any]:
    http = {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.1"}
    return {
        "version": "2.0",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {"host": "abc.lambda-url.us-east-1.on.aws", "x-forwarded-proto": "https"},
        "requestContext": {"http": http},
        "isBase64Encoded": False,
        **fields,
    }


def event_1_0(**fields: Any) -> dict[str, Any]:
    return {
        "httpMethod": "GET",
        "path": "/",
        "headers": {"Host": "api.example"},
        "requestContext": {"protocol": "HTTP/1.1", "identity": {"sourceIp": "203.0.113.1"}},
        "body": None,
        "isBase64Encoded": False,
        **fields,
    }


BOTH = pytest.mark.parametrize("event", [event_2_0, event_1_0], ids=["2.0", "1.0"])


class TestEveryEvent:
    @BOTH
    def test_carries_the_invocation(self, event: Any) -> None:
        payload = event()
        environ = environ_of(payload)
        assert environ["lambda.event"] is payload
        assert environ["lambda.request_id"] == "id-1"
        assert environ["lambda.deadline_ms"] == 1_800_000_000_000
        assert environ["lambda.trace_id"] == "Root=1-2"
        assert environ["lambda.function_arn"] == "arn:aws:lambda:function"

    @BOTH
    def test_names_client_and_protocol(self, event: Any) -> None:
        environ = environ_of(event())
        assert (environ["REMOTE_ADDR"], environ["SERVER_PROTOCOL"]) == ("203.0.113.1", "HTTP/1.1")

    @pytest.mark.parametrize("multithread", [True, False])
    def test_says_whether_others_run_beside_it(self, multithread: bool) -> None:
        invocation = Invocation("id-1", 0, "", "", event_2_0())
        environ = build_environ(invocation, errors=io.StringIO(), multithread=multithread)
        assert environ["wsgi.multithread"] is multithread

    @pytest.mark.parametrize(
        ("domain", "raw", "path"),
        [
            ("abc.lambda-url.us-east-1.on.aws", "/a%252Fb%2Fc", "/a%2Fb/c"),
            ("abc.execute-api.us-east-1.amazonaws.com", "/a%2Fb c", "/a%2Fb c"),
            ("api.example.com", "/50%", "/50%"),
            ("api.example.com", "/你", "/你"),
        ],
    )
    def test_path_is_decoded_once_whatever_sends_it(self, domain: str, raw: str, path: str) -> None:
        """A function URL gives the path as it was sent, an HTTP API has decoded it."""
        context = {**event_2_0()["requestContext"], "domainName": domain}
        environ = environ_of(event_2_0(rawPath=raw, requestContext=context))
        assert environ["PATH_INFO"].encode("latin-1").decode() == path

    @given(body=st.binary())
    @BOTH
    def test_base64_body_round_trips(self, event: Any, body: bytes) -> None:
        environ = environ_of(event(body=base64.b64encode(body).decode(), isBase64Encoded=True))
        assert environ["wsgi.input"].read() == body
        assert environ["CONTENT_LENGTH"] == str(len(body))

    @given(body=TEXT)
    @BOTH
    def test_text_body_is_its_utf8(self, event: Any, body: str) -> None:
        environ = environ_of(event(body=body))
        assert environ["wsgi.input"].read().decode() == body
        assert environ["CONTENT_LENGTH"] == str(len(body.encode()))

    @BOTH
    @pytest.mark.parametrize("body", ["", None])
    def test_may_have_no_body(self, event: Any, body: str | None) -> None:
        environ = environ_of(event(body=body))
        assert (environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]) == (b"", "0")

    @BOTH
    def test_length_is_the_decoded_bodys(self, event: Any) -> None:
        environ = environ_of(event(body="/w==", isBase64Encoded=True, headers={"content-length": "4"}))
        assert environ["CONTENT_LENGTH"] == "1"
        assert "HTTP_CONTENT_LENGTH" not in environ

    @given(path=TEXT)
    def test_path_is_unquoted_to_bytes(self, path: str) -> None:
        environ = environ_of(event_2_0(rawPath="/" + quote(path)))
        assert environ["PATH_INFO"].encode("latin-1").decode() == "/" + path

    @given(path=TEXT)
    def test_path_may_come_unquoted(self, path: str) -> None:
        environ = environ_of(event_1_0(path="/" + path.replace("%", "")))
        assert environ["PATH_INFO"].encode("latin-1").decode() == "/" + path.replace("%", "")

    @BOTH
    @pytest.mark.parametrize("path", ["/100%", "/50% off", "/%zz/%", "/你好%", "//stream", "/stream/"])
    def test_a_path_that_came_decoded_keeps_its_percent_signs(self, event: Any, path: str) -> None:
        """API Gateway decodes the path of an HTTP API before the function sees it."""
        environ = environ_of(event(rawPath=path, path=path))
        assert environ["PATH_INFO"].encode("latin-1").decode() == path

    @given(headers=st.dictionaries(HEADER_NAME, HEADER_VALUE))
    @BOTH
    def test_headers_round_trip(self, event: Any, headers: dict[str, str]) -> None:
        sent = {name.lower(): value for name, value in headers.items()}
        sent.pop("content-length", None)
        content_type = sent.pop("content-type", None)
        environ = environ_of(event(headers=headers))
        assert environ.get("CONTENT_TYPE") == content_type
        for name, value in sent.items():
            assert environ["HTTP_" + name.upper().replace("-", "_")] == value

    @BOTH
    def test_header_with_an_underscore_is_dropped(self, event: Any) -> None:
        environ = environ_of(event(headers={"x_api_key": "forged", "Content_Type": "forged", "x-api-key": "true"}))
        assert environ["HTTP_X_API_KEY"] == "true"
        assert "forged" not in environ.values()

    @pytest.mark.parametrize(
        ("headers", "name", "port", "scheme"),
        [
            (
                {"host": "a.example", "x-forwarded-port": "8443", "x-forwarded-proto": "https"},
                "a.example",
                "8443",
                "https",
            ),
            ({"host": "a.example:8080", "x-forwarded-proto": "http"}, "a.example", "8080", "http"),
            ({"host": "a.example"}, "a.example", "443", "https"),
            ({}, "localhost", "443", "https"),
        ],
    )
    @BOTH
    def test_address(self, event: Any, headers: dict[str, str], name: str, port: str, scheme: str) -> None:
        environ = environ_of(event(headers=headers))
        assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == (name, port)
        assert environ["wsgi.url_scheme"] == scheme


class TestPayload2:
    @given(query=st.text(VISIBLE))
    def test_query_is_as_it_was_sent(self, query: str) -> None:
        assert environ_of(event_2_0(rawQueryString=query))["QUERY_STRING"] == query

    @given(cookies=st.lists(st.text("ab=1", min_size=1), min_size=1))
    def test_cookies_are_one_header(self, cookies: list[str]) -> None:
        assert environ_of(event_2_0(cookies=cookies))["HTTP_COOKIE"].split("; ") == cookies

    def test_leaves_out_what_is_missing(self) -> None:
        environ = environ_of({"requestContext": {"http": {"method": "GET"}}})
        assert (environ["PATH_INFO"], environ["QUERY_STRING"], environ["REQUEST_METHOD"]) == ("/", "", "GET")


class TestPayload1:
    @given(query=st.dictionaries(TEXT, st.lists(TEXT, min_size=1, max_size=3)))
    def test_query_round_trips(self, query: dict[str, list[str]]) -> None:
        environ = environ_of(event_1_0(multiValueQueryStringParameters=query))
        assert parse_qs(environ["QUERY_STRING"], keep_blank_values=True) == query

    def test_single_values_will_do(self) -> None:
        event = event_1_0(queryStringParameters={"q": "a&b"}, multiValueQueryStringParameters=None)
        assert environ_of(event)["QUERY_STRING"] == "q=a%26b"

    def test_repeated_headers_are_joined_as_http_says(self) -> None:
        many = {"X-Many": ["1", "2"], "Cookie": ["a=1", "b=2"]}
        environ = environ_of(event_1_0(multiValueHeaders=many))
        assert (environ["HTTP_X_MANY"], environ["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")


class TestOtherEvents:
    @pytest.mark.parametrize("event", [None, [], "text", {}, {"Records": []}, {"requestContext": None}])
    def test_are_refused_with_what_was_expected(self, event: object) -> None:
        with pytest.raises(UnsupportedEvent, match=r"requestContext\.http or httpMethod"):
            environ_of(event)

    @given(event=JSON)
    def test_whatever_they_are_are_refused(self, event: object) -> None:
        with pytest.raises(UnsupportedEvent):
            environ_of(event)

    @pytest.mark.parametrize("body", ["a", "a===", "你好", "/w== "])
    def test_body_that_is_not_base64_is_refused(self, body: str) -> None:
        with pytest.raises(UnsupportedEvent, match="base64"):
            environ_of(event_2_0(body=body, isBase64Encoded=True))

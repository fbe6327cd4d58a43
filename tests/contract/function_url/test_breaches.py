"""The emulator refuses and records what the Runtime API forbids a runtime."""

from typing import Any

import pytest

from emulator.lambda_.function_url import FunctionUrl
from tests.asking import eventually
from tests.contract.function_url.asking_url import expect_cut, get, post


class TestBreach:
    """The emulator refuses what the Runtime API forbids, and says so in one sentence."""

    @pytest.mark.parametrize(
        ("path", "answer", "sentence"),
        [
            ("unknown_id", "400 InvalidRequestID", "'no-such-id', an id that this environment was never given"),
            ("two_responses", "403 InvalidStateTransition", "A second /response for"),
            ("two_responses_at_once", "403 InvalidStateTransition", "A second /response for"),
            ("error_after_response_began", "403 InvalidStateTransition", "after its response began"),
            ("polls_too_early", "403 InvalidStateTransition", "/next was polled before the response to"),
            (
                "polls_twice",
                "403 InvalidStateTransition",
                "with 1 waiting already: concurrency is 1",
            ),
            ("init_error_too_late", "403 InvalidStateTransition", "/init/error came after the init phase"),
            ("no_such_route", "404 NotFound", "The Runtime API has no POST"),
        ],
    )
    def test_that_does_not_touch_the_response_lets_it_end(
        self, shared: FunctionUrl, path: str, answer: str, sentence: str
    ) -> None:
        assert get(shared, path).status_code == 200
        self.expect_breach(shared, answer, sentence)

    @pytest.mark.parametrize(
        ("path", "sentence"),
        [
            ("trailer_undeclared", "does not declare Trailer: lambda-runtime-function-error-type"),
            ("nuls_missing", "ended without a prelude and its 8 NUL bytes"),
            ("prelude_missing", "No 8 NUL bytes within 65536 bytes"),
            ("prelude_not_json", "The prelude is not JSON"),
            ("mode_unknown", "Lambda-Runtime-Function-Response-Mode is 'trickling'"),
            ("error_not_json", "The error report is not JSON"),
        ],
    )
    def test_instead_of_a_response_is_a_502(self, shared: FunctionUrl, path: str, sentence: str) -> None:
        assert get(shared, path).status_code == 502
        self.expect_breach(shared, "400 InvalidRequest", sentence)

    @pytest.mark.parametrize(
        ("path", "sentence"),
        [("trailer_not_base64", "Error-Body is not base64"), ("chunks_malformed", "is not valid HTTP")],
    )
    def test_in_a_response_that_began_breaks_it_off(self, shared: FunctionUrl, path: str, sentence: str) -> None:
        expect_cut(shared, path)
        self.expect_breach(shared, "400 InvalidRequest", sentence)

    @pytest.mark.parametrize(
        ("prelude", "sentence"),
        [
            ({"statusCode": "200"}, "The prelude has the statusCode '200'"),
            ({"statusCode": 99}, "The prelude has the statusCode 99"),
            ({"headers": ["x"]}, "headers that are not an object"),
            ({"headers": {"x": 1}}, "the header x with the value 1"),
            ({"headers": {"x": "1\r\ny: 2"}}, "the header x with the value '1\\r\\ny: 2'"),
            ({"headers": {"x y": "1"}}, "a header named 'x y'"),
            ({"cookies": "a=1"}, "cookies that are not a list"),
            ({"cookies": ["a=1\n"]}, "the header set-cookie with the value 'a=1\\n'"),
            ({"cookies": [" a=1"]}, "the header set-cookie with the value ' a=1'"),
            ({"headers": {"x": "1\t"}}, "the header x with the value '1\\t'"),
        ],
    )
    def test_in_the_preludes_values_is_a_502(
        self, shared: FunctionUrl, prelude: dict[str, Any], sentence: str
    ) -> None:
        assert post(shared, "answers", json=prelude).status_code == 502
        self.expect_sentence(shared, sentence)

    def expect_breach(self, function_url: FunctionUrl, answer: str, sentence: str) -> None:
        assert eventually(lambda: f"answered {answer}" in function_url.logs)
        function_url.logs.clear()
        self.expect_sentence(function_url, sentence)

    def expect_sentence(self, function_url: FunctionUrl, sentence: str) -> None:
        breaches = function_url.breaches[:]
        function_url.breaches.clear()
        assert [sentence in breach for breach in breaches] == [True], breaches

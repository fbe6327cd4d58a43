"""What Lambda is told of a failure: its kind and its place, and only the words that the caller chose."""

import json

from lambda_wsgi.runtime_api import ErrorReport

Timeout = type("超时", (Exception,), {})


def report_of(kind: type[Exception]) -> ErrorReport:
    try:
        raise kind("what a person asked")
    except Exception as error:
        return ErrorReport.of(error, "chosen words")


def test_has_the_type_the_chosen_words_and_the_place() -> None:
    report = json.loads(report_of(KeyError).json())
    assert report.pop("stackTrace")[-1].endswith("in report_of")
    assert report == {"errorType": "KeyError", "errorMessage": "chosen words"}


def test_never_has_the_exceptions_own_words() -> None:
    assert b"what a person asked" not in report_of(KeyError).json()


def test_type_is_fit_for_a_header() -> None:
    assert report_of(Timeout).type == r"\u8d85\u65f6"

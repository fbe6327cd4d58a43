"""A failure's report to Lambda: its kind and its place, and only the words that the caller chose."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_wsgi.runtime_api import ErrorReport

KEPT_BY_LAMBDA = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")  # any other type is Runtime.Unknown to Lambda


def report_of(kind: type[Exception]) -> ErrorReport:
    try:
        raise kind("what a person asked")
    except Exception as error:
        return ErrorReport.of(error, "chosen words")


def test_has_the_type_the_chosen_words_and_the_place() -> None:
    report = json.loads(report_of(KeyError).json())
    assert report.pop("stackTrace")[-1].endswith("in report_of")
    assert report == {"errorType": "Function.KeyError", "errorMessage": "chosen words"}


def test_never_has_the_exceptions_own_words() -> None:
    assert b"what a person asked" not in report_of(KeyError).json()


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("UnsupportedEvent", "Function.UnsupportedEvent"),
        ("http_error", "Function.HttpError"),
        ("_Boto3Error", "Function.BotoError"),
        ("gaierror", "Function.Gaierror"),
        ("X", "Function.Unknown"),  # Lambda asks for two letters
        ("超时", "Function.Unknown"),
        ("Erreur_réseau", "Function.ErreurRSeau"),
    ],
)
def test_type_is_one_that_lambda_keeps(name: str, type_: str) -> None:
    assert report_of(type(name, (Exception,), {})).type == type_


@given(name=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_type_is_kept_whatever_the_exception_is_called(name: str) -> None:
    assert KEPT_BY_LAMBDA.fullmatch(report_of(type(name, (Exception,), {})).type)

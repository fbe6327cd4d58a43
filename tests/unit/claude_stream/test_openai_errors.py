"""Errors and models in OpenAI's shapes, which other callers do not import."""

import subprocess
import sys

import pytest

from claude_stream import errors
from claude_stream.dialects.openai_shared.answers import error_body, models
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from tests.places import LAMBDA_SRC


@pytest.mark.parametrize(
    ("error", "kind", "param", "code"),
    [
        (
            errors.InvalidRequest("wrong", field="messages[0].content"),
            "invalid_request_error",
            "messages[0].content",
            None,
        ),
        (errors.InvalidRequest("prompt: a colon."), "invalid_request_error", None, None),
        (errors.InvalidRequest("It was wrong."), "invalid_request_error", None, None),
        (errors.AuthenticationFailed("No key."), "authentication_error", None, "invalid_api_key"),
        (errors.NotFound("none", field="model"), "invalid_request_error", "model", "not_found"),
        (errors.RateLimited("Wait."), "rate_limit_error", None, "rate_limit_exceeded"),
        (errors.Overloaded("Wait."), "overloaded_error", None, None),
    ],
)
def test_an_error(error: errors.ApiError, kind: str, param: str | None, code: str | None) -> None:
    assert error_body(error) == {"error": {"message": error.message, "type": kind, "param": param, "code": code}}


def test_the_models() -> None:
    model = {"id": "claude-haiku-5-5", "object": "model", "created": 0, "owned_by": "anthropic"}
    request = Request({"REQUEST_METHOD": "GET"})
    assert models(ModelCatalog(("global.anthropic.claude-haiku-5-5",)), request) == {
        "object": "list",
        "data": [model],
    }


def test_other_callers_do_not_import_openais_dialect() -> None:
    found = "[name for name in sys.modules if 'openai' in name]"
    program = f"import sys, claude_stream.routes; print({found})"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=LAMBDA_SRC, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"

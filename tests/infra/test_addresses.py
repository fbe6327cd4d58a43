"""The address that a deployment gives out, to people and to its own page, and who may call it from a browser."""

from typing import Any

import pytest

from infra import cors
from tests.infra.conftest import Synthesise, Synthesised
from tests.infra.reading import ADDRESS, flat

URL = {"Fn::GetAtt": ["ApiFunctionFunctionUrlFF5ECAE6", "FunctionUrl"]}


def uses_of(value: Any, part: Any) -> list[Any]:
    """Each object of a template that has `part` as a value or an item, at whatever depth."""
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    here = [value] if part in children else []
    return here + [use for child in children for use in uses_of(child, part)]


def test_cloudformation_gives_the_url_with_a_slash() -> None:
    """What the tests of the template take it to be."""
    assert flat(URL) == f"{ADDRESS}/"


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_people_are_given_it_without(stage: str, synthesise: Synthesise) -> None:
    assert flat(synthesise(stage).template["Outputs"]["FunctionUrl"]["Value"]) == ADDRESS


@pytest.mark.parametrize("stage", ["dev", "us"])
def test_the_url_with_the_slash_goes_nowhere(stage: str, synthesise: Synthesise) -> None:
    """Outputs, the CDN, config.json and the page's policy have one address, so none of them can have the other."""
    uses = uses_of(synthesise(stage).template, URL)
    assert len(uses) > 1
    assert all(use == ["/", URL] for use in uses), "every use takes it apart at its slashes"


class TestCors:
    def test_is_what_cors_py_says(self, dev: Synthesised) -> None:
        """No OPTIONS among the methods: Lambda answers the preflight, and refuses to have it listed."""
        assert dev.only("AWS::Lambda::Url")["Cors"] == {
            "AllowHeaders": list(cors.ALLOWED_HEADERS),
            "AllowMethods": ["GET", "POST", "DELETE"],
            "AllowOrigins": ["*"],
            "ExposeHeaders": list(cors.EXPOSED_HEADERS),
            "MaxAge": 3600,
        }

    def test_names_each_header(self) -> None:
        """A `*` of a function URL does not cover authorization."""
        assert {"authorization", "x-api-key", "content-type"} <= set(cors.ALLOWED_HEADERS)
        assert "*" not in (*cors.ALLOWED_HEADERS, *cors.EXPOSED_HEADERS)

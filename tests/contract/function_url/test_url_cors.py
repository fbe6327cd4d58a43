"""The function URL answers preflights, and adds its CORS headers to the function's answers."""

import httpx
import pytest

from emulator.lambda_.function_url import Cors
from tests.contract.function_url.asking_url import echoed, get
from tests.contract.function_url.conftest import Serve


class TestCors:
    PAGE = "https://page.example"
    cors = Cors(
        allow_origins=(PAGE,),
        allow_methods=("GET", "POST"),
        allow_headers=("content-type", "x-api-key"),
        expose_headers=("retry-after",),
        max_age_seconds=600,
    )

    def test_a_preflight_is_answered_without_invoking(self, serve: Serve) -> None:
        function_url = serve(cors=self.cors)
        asked = {"Origin": self.PAGE, "Access-Control-Request-Method": "POST"}
        response = httpx.options(f"{function_url.url}/echo", headers=asked, timeout=60)
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == self.PAGE
        assert response.headers["access-control-allow-methods"] == "GET,POST"
        assert response.headers["access-control-allow-headers"] == "content-type,x-api-key"
        assert response.headers["access-control-max-age"] == "600"
        assert function_url.invocations == []

    def test_a_response_tells_the_page_that_it_may_read_it(self, serve: Serve) -> None:
        response = get(serve(cors=self.cors), "echo", headers={"Origin": self.PAGE})
        assert response.headers["access-control-allow-origin"] == self.PAGE
        assert response.headers["access-control-expose-headers"] == "retry-after"
        assert response.headers["vary"] == "Origin"

    def test_any_origin_is_answered_with_a_star(self, serve: Serve) -> None:
        response = get(serve(cors=Cors()), "echo", headers={"Origin": self.PAGE})
        assert response.headers["access-control-allow-origin"] == "*"

    @pytest.mark.parametrize("headers", [{"Origin": "https://other.example"}, {}])
    def test_other_origins_get_no_cors_headers(self, serve: Serve, headers: dict[str, str]) -> None:
        response = get(serve(cors=self.cors), "echo", headers=headers)
        assert response.status_code == 200
        assert not [name for name in response.headers if name.startswith("access-control-")]

    def test_without_cors_an_options_request_is_the_functions(self, serve: Serve) -> None:
        function_url = serve()
        asked = {"Origin": self.PAGE, "Access-Control-Request-Method": "POST"}
        response = httpx.options(f"{function_url.url}/echo", headers=asked, timeout=60)
        assert echoed(response)["event"]["requestContext"]["http"]["method"] == "OPTIONS"

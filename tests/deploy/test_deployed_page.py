"""The deployed page: its files in the bucket, and what the CDN answers."""

import re

import pytest

from infra.security_headers import preview_headers, security_headers
from infra.thinking import thinking_table
from tests.asking import HAIKU, SONNET
from tests.deploy.observed import Observed
from tests.deploy.steps import SETTINGS, Conversation

FOR_EVER, NEVER = "public, max-age=31536000, immutable", "no-cache"


class TestPage:
    def test_its_files_have_types_that_browsers_take(self, deployed: Observed) -> None:
        types = {key.rpartition("/")[2]: stored.content_type for key, stored in deployed.bucket.items()}
        assert types["index.html"] == "text/html"
        assert types["config.json"] == "application/json"
        assert types["main.js"] == types["index.js"] == "text/javascript"
        assert (types["style.css"], types["icon.svg"]) == ("text/css", "image/svg+xml")

    def test_the_start_page_is_never_stale_and_the_rest_is_cached(self, deployed: Observed) -> None:
        entrance = {"index.html", "config.json", "sw.js"}
        assert {key for key, stored in deployed.bucket.items() if stored.cache_control == NEVER} == entrance
        assert {key for key, stored in deployed.bucket.items() if stored.cache_control == FOR_EVER} == (
            set(deployed.bucket) - entrance
        )

    def test_it_answers_through_the_cdn(self, deployed: Observed) -> None:
        page = deployed.visits["/"]
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
        assert page.headers["cache-control"] == NEVER
        referred = re.findall(r'(?:href|src)="/([^"]+)"', page.text)
        assert [name for name in referred if name.endswith("/main.js")]
        assert set(referred) <= set(deployed.bucket)

    @pytest.mark.parametrize("path", ["/", "/config.json", "/sw.js", "/no-such-page"])
    def test_every_answer_has_the_security_headers(self, path: str, deployed: Observed) -> None:
        expected = security_headers(None)
        assert {name: deployed.visits[path].headers.get(name) for name in expected} == expected

    def test_only_the_frame_of_previews_has_headers_of_its_own(self, deployed: Observed) -> None:
        (frame,) = (visit for path, visit in deployed.visits.items() if path.endswith("/preview/frame.html"))
        expected = preview_headers()
        assert frame.status_code == 200
        assert {name: frame.headers.get(name) for name in expected} == expected

    def test_the_service_worker_is_at_the_top_and_never_stale(self, deployed: Observed) -> None:
        visit = deployed.visits["/sw.js"]
        assert (visit.status_code, visit.headers["cache-control"]) == (200, NEVER)
        assert "javascript" in visit.headers["content-type"]

    def test_plain_http_is_sent_to_https(self, deployed: Observed) -> None:
        visit = deployed.plain_visit
        assert (visit.status_code, visit.headers["location"]) == (301, deployed.outputs["PageUrl"])

    def test_what_is_missing_is_a_404_with_a_page(self, deployed: Observed) -> None:
        visit = deployed.visits["/no-such-page"]
        assert (visit.status_code, visit.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "Nothing here" in visit.text

    def test_config_json_tells_it_where_to_ask(self, deployed: Observed) -> None:
        config = deployed.visits["/config.json"].json()
        assert set(config.pop("prices")["models"]) == {HAIKU, SONNET}
        assert config == {
            "functionUrl": "/",
            "model": HAIKU,
            "models": [HAIKU, SONNET],
            "maxTokens": SETTINGS.default_max_tokens,
            "mostTokens": SETTINGS.max_tokens,
            "thinking": thinking_table([HAIKU, SONNET]),
            "keepAnswersMinutes": SETTINGS.keep_answers_minutes,
        }


class TestOneAddress:
    """The page and the API through the deployed CDN; the function behind it is the emulator's (one_address.py)."""

    def test_it_has_the_page_and_the_api(self, conversation: Conversation) -> None:
        answers = conversation.through_cdn
        assert "<title>claude-stream</title>" in answers["/"].text
        assert answers["/healthz"].json() == {"status": "ok"}
        assert [model["id"] for model in answers["/v1/models"].json()["data"]]

    @pytest.mark.parametrize("key", ["no key", "wrong key"])
    def test_a_refused_key_is_refused_in_the_apis_words(self, key: str, conversation: Conversation) -> None:
        answer = conversation.through_cdn[key]
        assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")

    def test_a_404_of_the_api_is_no_page_and_one_of_the_page_is(self, conversation: Conversation) -> None:
        of_api, of_page = (conversation.through_cdn[path] for path in ("/v1/nothing", "/no-such-page"))
        assert (of_api.status_code, of_api.json()["error"]["type"]) == (404, "not_found_error")
        assert (of_page.status_code, "Nothing here" in of_page.text) == (404, True)

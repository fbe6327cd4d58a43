"""One address: the page, and the API behind it, through the CDN's part as the emulator plays it."""

from collections.abc import Iterator

import httpx
import pytest

from emulator.aws.simulator import Pace
from emulator.background import Background
from infra import cdn
from tests.asking import body_of, refusal
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.function_log import log_text
from tests.one_origin import one_origin
from tests.sse_reading import ask

SECRET = "only-the-cdn-has-this-5e1c"
PACED = Pace(first_event_seconds=0.05, pieces_per_second=20)
EVERY_ROUTE = [
    *(("GET", "/healthz"), ("HEAD", "/"), ("GET", "/stream?prompt=x"), ("GET", "/v1/models"), ("GET", "/nowhere")),
    *(("POST", "/v1/messages"), ("POST", "/v1/chat/completions"), ("POST", "/v1/responses"), ("GET", "/v1/usage")),
]


@pytest.fixture(scope="module")
def http(background: Background, deploy: Deploy) -> Iterator[httpx.Client]:
    """A client of the one address, without a key."""
    with one_origin(background, deploy(pace=PACED)) as url, httpx.Client(base_url=url, timeout=120) as http:
        yield http


@pytest.fixture(scope="module")
def shut(deploy: Deploy) -> Deployment:
    """A function that answers the CDN only."""
    return deploy(cdn_secret=SECRET)


WITH_KEY = {"x-api-key": KEY}


@pytest.fixture(scope="module")
def impatient(background: Background, deploy: Deploy) -> Iterator[httpx.Client]:
    """Through a CDN that waits ten seconds; the function has been started."""
    deployment = deploy(variables={"HEARTBEAT_SECONDS": "2", "FIRST_EVENT_WAIT_SECONDS": "2"}, concurrency=4)
    with (
        one_origin(background, deployment, read_timeout_seconds=10) as url,
        httpx.Client(base_url=url, headers=WITH_KEY, timeout=120) as http,
    ):
        assert http.get("/v1/models").status_code == 200
        yield http


class TestOneOrigin:
    def test_has_the_page(self, http: httpx.Client) -> None:
        assert "<title>claude-stream</title>" in http.get("/").text
        assert http.get("/config.json").json()["functionUrl"] == "/"
        assert "connect-src 'self';" in http.get("/").headers["content-security-policy"]

    def test_has_the_api(self, http: httpx.Client) -> None:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/v1/models", headers=WITH_KEY).json()["data"]
        assert http.head("/api/hello").status_code == 200
        whole = http.post("/v1/messages", headers=WITH_KEY, json=body_of("/long 3"))
        assert whole.json()["type"] == "message"

    def test_the_apis_errors_arrive_as_they_are(self, http: httpx.Client) -> None:
        """No page takes the place of a 403 or a 404."""
        assert "not a valid one" in refusal(
            http.get("/v1/models", headers={"x-api-key": "wrong"}), 401, "authentication_error"
        )
        assert "there are" in refusal(http.get("/v1/nothing", headers=WITH_KEY), 404, "not_found_error")
        denied = http.post("/v1/messages", headers=WITH_KEY, json=body_of("/denied"))
        refusal(denied, 403, "permission_error")

    def test_what_neither_has_is_a_404_of_the_page(self, http: httpx.Client) -> None:
        answer = http.get("/no-such-page", headers=WITH_KEY)
        assert answer.status_code == 404
        assert "content-security-policy" in answer.headers

    @pytest.mark.parametrize("path", ["/v1", "/V1/models", "/streams", "/healthz/", "/x/v1/models"])
    def test_only_the_cdns_paths_go_to_the_function(self, http: httpx.Client, path: str) -> None:
        assert not cdn.is_api(path)
        assert "request-id" not in http.get(path).headers

    def test_words_come_one_by_one(self, http: httpx.Client) -> None:
        """A buffered answer's events would all arrive in the last moment."""
        arrived = ask(http, "POST", "/v1/messages", headers=WITH_KEY, json=body_of("/long 20", stream=True))
        times = [event.at for event in arrived if event.name == "content_block_delta"]
        assert len(times) >= 20
        assert times[-1] - times[0] > times[0]

    def test_a_query_a_body_and_headers_arrive_as_they_were_sent(self, http: httpx.Client) -> None:
        events = ask(http, "GET", "/stream", headers=WITH_KEY, params={"prompt": "/long 2 你好 & 100%"})
        assert events[-1].name == "done"
        large = http.post("/v1/messages", headers=WITH_KEY, content=b" " * 6_000_000)
        assert large.status_code == 413


class TestSilence:
    def test_a_stream_is_kept_open_by_pings(self, impatient: httpx.Client) -> None:
        events = ask(impatient, "POST", "/v1/messages", json=body_of("/silent 13", stream=True))
        assert [event.name for event in events].count("ping") >= 3
        assert events[-1].name == "message_stop"

    def test_a_whole_answer_that_takes_longer_is_refused_in_a_sentence_before_the_cdn_gives_up(
        self, impatient: httpx.Client
    ) -> None:
        answer = impatient.post("/v1/messages", json=body_of("/hang"))
        message = refusal(answer, 504, "timeout_error")
        assert "Ask for a streamed one" in message
        assert "at the function's own address" in message
        assert answer.headers["x-should-retry"] == "false", "asked again, it would be paid for again"

    def test_without_a_cdn_it_may_take_the_functions_whole_time(self, deploy: Deploy) -> None:
        slow = deploy(pace=Pace(first_event_seconds=0, pieces_per_second=3))
        answer = slow.http.post("/v1/messages", json=body_of("/long 9"))
        assert answer.status_code == 200
        cut = slow.http.post("/v1/messages", json=body_of("/long 90"), headers={cdn.WAITS_HEADER: "2"})
        assert cut.status_code == 504


class TestShut:
    """`direct_url` false: the function answers only who has the CDN's secret."""

    @pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {cdn.SECRET_HEADER: ""},
            {cdn.SECRET_HEADER: "wrong"},
            {cdn.SECRET_HEADER: SECRET[:-1]},
            {cdn.SECRET_HEADER: KEY},
            {cdn.WAITS_HEADER: "120", "x-amz-cf-id": "forged"},
        ],
    )
    def test_its_own_address_is_refused_whatever_the_key(
        self, shut: Deployment, method: str, path: str, headers: dict[str, str]
    ) -> None:
        answer = shut.http.request(method, path, headers=headers)
        assert answer.status_code == 403
        if method != "HEAD":
            message = answer.json()["error"]["message"]
            assert message == "This address answers its CDN only. Use the address of the chat page."

    def test_the_refusal_has_the_apis_shape(self, shut: Deployment) -> None:
        refusal(shut.http.get("/v1/models"), 403, "invalid_request_error")

    def test_bedrock_was_never_asked(self, shut: Deployment) -> None:
        shut.http.post("/v1/messages", json=body_of("Hello from outside"))
        assert "Hello from outside" not in str([request.body for request in shut.simulator.requests])

    def test_the_cdns_secret_is_no_key(self, background: Background, shut: Deployment) -> None:
        with one_origin(background, shut, secret=SECRET) as url, httpx.Client(base_url=url, timeout=60) as http:
            assert http.get("/healthz").json() == {"status": "ok"}
            for headers in ({}, {"x-api-key": SECRET}, {"authorization": f"Bearer {SECRET}"}):
                assert http.get("/v1/models", headers=headers).status_code == 401
            assert http.get("/v1/models", headers=WITH_KEY).status_code == 200

    def test_a_clients_own_header_of_that_name_is_replaced(self, background: Background, shut: Deployment) -> None:
        forged = {**WITH_KEY, cdn.SECRET_HEADER: "forged"}
        with one_origin(background, shut, secret=SECRET) as url:
            assert httpx.get(f"{url}/v1/models", headers=forged, timeout=60).status_code == 200
        with one_origin(background, shut, secret="old") as url:
            assert httpx.get(f"{url}/v1/models", headers=WITH_KEY, timeout=60).status_code == 403

    def test_the_secret_is_in_no_log_and_no_answer(self, background: Background, shut: Deployment) -> None:
        with one_origin(background, shut, secret=SECRET) as url, httpx.Client(base_url=url, timeout=60) as http:
            paths = [path for method, path in EVERY_ROUTE if method == "GET"]
            answers = [http.get(path, headers=WITH_KEY) for path in (*paths, "/", "/config.json")]
        assert SECRET not in "".join(answer.text + str(answer.headers) for answer in answers)
        assert SECRET not in log_text(shut)

    def test_a_secret_that_cannot_be_read_lets_nobody_in(self, deploy: Deploy) -> None:
        broken = deploy(cdn_secret=SECRET, variables={"CDN_SECRET_ARN": "arn:aws:secretsmanager:x:1:secret:gone"})
        answer = broken.http.get("/v1/models", headers={cdn.SECRET_HEADER: SECRET})
        assert "CDN's secret cannot be read" in refusal(answer, 503, "overloaded_error")

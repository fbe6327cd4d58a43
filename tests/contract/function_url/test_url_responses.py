"""How a runtime's response reaches the function URL's client: streamed, its head, buffered."""

import base64
from pathlib import Path

import httpx
import pytest

from emulator.lambda_.function_url import FunctionUrl
from tests.asking import eventually
from tests.contract.function_url.asking_url import echoed, get, post, raw_exchange
from tests.contract.function_url.conftest import Serve


class TestStreaming:
    def test_each_piece_arrives_before_the_next_is_sent(self, shared: FunctionUrl, tmp_path: Path) -> None:
        arrived = []
        with httpx.stream("GET", f"{shared.url}/pieces?gates={tmp_path}", timeout=60) as response:
            for piece in response.iter_raw():
                arrived.append(piece)
                (tmp_path / str(len(arrived))).touch()
        assert arrived == [b"0", b"1", b"2"]

    def test_each_piece_is_a_chunk_of_its_own_on_the_wire(self, shared: FunctionUrl) -> None:
        head, _, body = raw_exchange(shared, "node").partition(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head.lower()
        assert body == b'd\r\ndata: "\xe4\xbd\xa0"\n\n\r\nd\r\ndata: "\xe5\xa5\xbd"\n\n\r\n0\r\n\r\n'

    def test_the_official_node_clients_bytes_are_accepted(self, serve: Serve) -> None:
        function_url = serve()
        response = get(function_url, "node")
        assert response.status_code == 201
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["x-one"] == "1"
        assert response.headers.get_list("set-cookie") == ["a=b; Path=/"]
        assert response.text == 'data: "你"\n\ndata: "好"\n\n'
        assert eventually(lambda: """(202, b'{"status":"OK"}')""" in function_url.logs)

    @pytest.mark.parametrize("path", ["byte_by_byte", "all_at_once"])
    def test_the_prelude_may_arrive_in_any_pieces(self, shared: FunctionUrl, path: str) -> None:
        response = get(shared, path)
        assert response.status_code == 201
        assert response.headers["x-one"] == "1"
        assert response.content == bytes(8) + b"body"

    def test_without_a_prelude_the_bytes_are_the_body_of_a_200(self, shared: FunctionUrl) -> None:
        response = get(shared, "no_prelude")
        assert (response.status_code, response.content) == (200, b"as it is")
        assert response.headers["content-type"] == "application/octet-stream"


class TestResponseHead:
    def test_cookies_become_set_cookie_lines(self, shared: FunctionUrl) -> None:
        response = post(shared, "answers", json={"cookies": ["a=1; Path=/", "b=2; HttpOnly"]})
        assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]

    def test_the_function_does_not_set_the_length_and_the_connection(self, shared: FunctionUrl) -> None:
        claimed = {"Content-Length": "999", "Connection": "close", "Keep-Alive": "timeout=1", "X-Kept": "yes"}
        response = post(shared, "answers", json={"headers": claimed})
        assert response.text == "hello"
        assert response.headers["x-kept"] == "yes"
        assert response.headers["transfer-encoding"] == "chunked"
        assert not {"content-length", "connection", "keep-alive"} & set(response.headers)

    def test_the_response_names_its_request(self, shared: FunctionUrl) -> None:
        response = get(shared, "echo")
        assert response.headers["x-amzn-requestid"] == echoed(response)["event"]["requestContext"]["requestId"]

    @pytest.mark.parametrize("status", [204, 304])
    def test_a_status_without_a_body_has_none(self, shared: FunctionUrl, status: int) -> None:
        response = post(shared, "answers", json={"statusCode": status})
        assert (response.status_code, response.content) == (status, b"")

    def test_head_gets_no_body(self, shared: FunctionUrl) -> None:
        response = httpx.head(f"{shared.url}/no_prelude", timeout=60)
        assert (response.status_code, response.content) == (200, b"")


class TestBufferedResponse:
    def test_is_sent_whole(self, shared: FunctionUrl) -> None:
        answer = {"statusCode": 418, "headers": {"x-pot": "tea"}, "cookies": ["a=1"], "body": "short and 好"}
        response = post(shared, "buffered", headers={"content-type": "application/json"}, json=answer)
        assert (response.status_code, response.text) == (418, "short and 好")
        assert (response.headers["x-pot"], response.headers["set-cookie"]) == ("tea", "a=1")

    def test_is_decoded_from_base64(self, shared: FunctionUrl) -> None:
        body = base64.b64encode(b"\xff\x00").decode()
        response = post(shared, "buffered", json={"statusCode": 200, "body": body, "isBase64Encoded": True})
        assert response.content == b"\xff\x00"

    def test_without_a_status_code_is_the_body(self, shared: FunctionUrl) -> None:
        response = post(shared, "buffered", json=[1, 2])
        assert (response.status_code, response.json()) == (200, [1, 2])
        assert response.headers["content-type"] == "application/json"

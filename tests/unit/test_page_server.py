"""The page's server: what it serves, what it must not serve, and the headers that it sends. Over real sockets."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emulator.background import Background
from emulator.page import NoPageLibraries, PageServer, vendored
from infra.security_headers import content_security_policy, preview_headers, security_headers
from tests.places import WEB

FUNCTION_URL = "http://127.0.0.1:9999"
CONFIG = {
    "functionUrl": FUNCTION_URL,
    "model": "claude-haiku-5-5",
    "models": ["claude-haiku-5-5"],
    "maxTokens": 4096,
}


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A small page, with a secret beside it that must never be served."""
    web = tmp_path / "web"
    (web / "vendor" / "lib").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>你好</title>")
    (web / "main.js").write_text("export {};")
    (web / "style.css").write_text("body { }")
    (web / "preview").mkdir()
    (web / "preview" / "frame.html").write_text("<!doctype html>")
    (web / "icon.svg").write_text("<svg/>")
    (web / "vendor" / "lib" / "index.js").write_text("export {};")
    (web / "vendor" / "lib" / "index.d.ts").write_text("export {};")
    (web / "config.json").write_text('{"left": "over"}')
    (tmp_path / "secret.json").write_text("secret")
    (web / "link.json").symlink_to(tmp_path / "secret.json")
    return web


@pytest.fixture
def client(web: Path) -> Iterator[httpx.Client]:
    server = PageServer(web=web, config=CONFIG, function_url=FUNCTION_URL)
    with Background() as background:
        background.run(server.start())
        with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
            yield client
        background.run(server.close())


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/main.js", "text/javascript; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/config.json", "application/json"),
        ("/vendor/lib/index.js", "text/javascript; charset=utf-8"),
        ("/main.js?v=1", "text/javascript; charset=utf-8"),
        ("/%6dain.js", "text/javascript; charset=utf-8"),
    ],
)
def test_files_are_served_with_their_type(client: httpx.Client, path: str, content_type: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.content


def test_the_start_page_is_index_html(client: httpx.Client) -> None:
    assert client.get("/").text == client.get("/index.html").text == "<!doctype html><title>你好</title>"


def test_config_json_is_made_from_the_arguments_and_not_from_a_file(client: httpx.Client) -> None:
    assert client.get("/config.json").json() == CONFIG


@pytest.mark.parametrize(
    "path",
    [
        "/missing.js",
        "/vendor",
        "/vendor/",
        "/vendor/lib/index.d.ts",
        "/link.json",
        "/main.js/",
        "/main.js%00.svg",
        "/" + "x" * 300 + ".js",
        "/%ff%fe.js",
    ],
)
def test_everything_else_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.json",
        "/vendor/../../secret.json",
        "/%2e%2e/secret.json",
        "/..%2fsecret.json",
        "/%2e%2e%2fsecret.json",
        "//secret.json",
        "/..\\secret.json",
        "/ABSOLUTE",
        "/%2fABSOLUTE",
    ],
)
def test_nothing_outside_the_page_is_served(client: httpx.Client, web: Path, target: str) -> None:
    """It uses a bare socket: HTTP clients normalise such paths before they send them."""
    target = target.replace("ABSOLUTE", str(web.parent / "secret.json"))
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=60) as sock:
        sock.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"\r\n\r\nsecret" not in answer


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    get, head = client.get("/main.js"), client.head("/main.js")
    assert head.status_code == 200
    assert head.content == b""
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}
    assert client.head("/missing").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_the_answer_to_other_methods_says_what_is_allowed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/", content=b"x" if method == "POST" else None)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/config.json", "/main.js", "/missing"])
def test_every_answer_carries_the_security_headers_and_is_never_stale(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert security_headers(FUNCTION_URL).items() <= dict(headers).items()
    assert headers["cache-control"] == "no-cache"


def test_only_the_frame_of_previews_may_be_framed_and_it_has_no_origin(client: httpx.Client) -> None:
    headers = client.get("/preview/frame.html").headers
    assert preview_headers().items() <= dict(headers).items()
    directives = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self' blob:",
        "worker-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-scripts",
    }
    assert security_headers(FUNCTION_URL).items() <= dict(client.get("/preview").headers).items()


def test_a_changed_file_shows_on_the_next_load(client: httpx.Client, web: Path) -> None:
    client.get("/main.js")
    (web / "main.js").write_text("export const changed = 1;")
    assert client.get("/main.js").text == "export const changed = 1;"


def test_the_policy_allows_only_this_page_and_its_function_url() -> None:
    directives = dict(part.split(" ", 1) for part in content_security_policy("https://abc.example").split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self' https://abc.example",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",
        "trusted-types": "worker",
    }


NO_ORIGINS = [
    *("", "https://a; script-src *", "https://a https://b", "'unsafe-inline'", "https://a,https://b"),
    *("https://abc.example/", "https://abc.example/v1", "abc.example"),
]


@pytest.mark.parametrize("url", NO_ORIGINS)
def test_the_policy_accepts_only_a_single_origin(url: str) -> None:
    with pytest.raises(ValueError, match="expected an origin"):
        content_security_policy(url)


def test_a_cdk_token_may_stand_for_the_host() -> None:
    policy = content_security_policy("https://${Token[TOKEN.123]}")
    assert "connect-src 'self' https://${Token[TOKEN.123]};" in policy


def test_without_its_libraries_the_page_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoPageLibraries, match="run make setup"):
        vendored(tmp_path)
    with pytest.raises(NoPageLibraries):
        PageServer(web=tmp_path, config=CONFIG, function_url=FUNCTION_URL)


def test_a_busy_port_is_an_oserror(web: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Background() as background:
        server = PageServer(web=web, config=CONFIG, function_url=FUNCTION_URL, port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            background.run(server.start())


def test_the_real_page_has_nothing_that_its_policy_blocks() -> None:
    html = (WEB / "index.html").read_text()
    assert not re.search(r"<style|<script(?![^>]* src=)|\s(style|on\w+)=|(src|href)=\"(https?:)?//", html)

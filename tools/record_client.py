"""Records what a client of the API sends: python -m tools.record_client --to URL FOLDER.

Listens on loopback, passes each request on to URL (the demo's, say) and the answer back, and writes each POST into
FOLDER as JSON: method, path, headers and body. What tells who sent it, or where, is replaced, and long texts, which
are the client's own, are cut: the tests need the shape of a request. tests/clients/recorded/ has some.
"""

import argparse
import getpass
import http.client
import json
import re
import socket
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_SECRET_HEADERS = {"authorization", "cookie", "x-api-key"}
_CONNECTIONS_HEADERS = {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
_LONG_TEXTS = {"content", "description", "system", "text", "thinking"}
_LONGEST_TEXT = 80
_TOOLS_OF_A_KIND = 2
_PERSONAL = [
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "someone@example.com"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "00000000-0000-0000-0000-000000000000"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{40,}(?![0-9a-f])"), "0" * 64),
    (re.compile(rf"{re.escape(str(Path.home()))}|{re.escape(str(Path.cwd()))}"), "~"),
    (re.compile(rf"\b(?:{re.escape(getpass.getuser())}|{re.escape(socket.gethostname())})\b"), "someone"),
]


def recording(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """One request as it is kept: nothing personal, no key, no long text."""
    kept = {name.lower(): _anonymous(value) for name, value in headers.items()}
    for name in kept.keys() & _CONNECTIONS_HEADERS:
        del kept[name]
    for name in kept.keys() & _SECRET_HEADERS:
        kept[name] = "Bearer KEY" if kept[name].startswith("Bearer ") else "KEY"
    return {"method": method, "path": path, "headers": kept, "body": _shortened(_anonymous(json.loads(body)))}


def _anonymous(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _anonymous(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_anonymous(part) for part in value]
    if isinstance(value, str):
        for pattern, instead in _PERSONAL:
            value = pattern.sub(instead, value)
    return value


def _shortened(value: Any, name: str = "") -> Any:
    """Long texts cut, and of tools with the same fields the first two."""
    if isinstance(value, dict):
        return {key: _shortened(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part, name) for part in (_first_of_each_kind(value) if name == "tools" else value)]
    if isinstance(value, str) and name in _LONG_TEXTS and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]} … ({len(value)} characters)"
    return value


def _first_of_each_kind(tools: list[Any]) -> list[Any]:
    kinds: dict[tuple[str, ...], list[Any]] = {}
    for tool in tools:
        kinds.setdefault(tuple(sorted(tool)), []).append(tool)
    return [tool for kind in kinds.values() for tool in kind[:_TOOLS_OF_A_KIND]]


class _Recorder(BaseHTTPRequestHandler):
    """Passes one request on; `to` is where, `folder` is for the recordings."""

    def __init__(self, *server: Any, to: str, folder: Path) -> None:
        self._to = urlsplit(to)
        self._folder = folder
        super().__init__(*server)

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_HEAD(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        file = self._folder / f"{len(list(self._folder.glob('*.json'))) + 1:02}.json"
        record = recording(self.command, self.path, dict(self.headers.items()), body)
        file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
        self._pass_on(body)

    def _pass_on(self, body: bytes) -> None:
        connect = http.client.HTTPSConnection if self._to.scheme == "https" else http.client.HTTPConnection
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _CONNECTIONS_HEADERS}
        upstream = connect(self._to.netloc)
        upstream.request(self.command, self._to.path.rstrip("/") + self.path, body or None, headers)
        answer = upstream.getresponse()
        print(self.command, self.path, answer.status, answer.getheader("x-claude-stream-dropped", ""), flush=True)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _CONNECTIONS_HEADERS:
                self.send_header(name, value)
        self.end_headers()  # the end of the connection is the end of the answer: this is HTTP/1.0
        while piece := answer.read1():
            self.wfile.write(piece)
            self.wfile.flush()
        upstream.close()

    def log_message(self, *_: Any) -> None:
        """Its own line says more."""


def server(to: str, folder: Path, port: int = 0) -> ThreadingHTTPServer:
    folder.mkdir(parents=True, exist_ok=True)
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Recorder, to=to, folder=folder))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.record_client", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", required=True, metavar="URL", help="where requests are passed on to")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    listening = server(arguments.to, arguments.folder, arguments.port)
    print(f"http://127.0.0.1:{listening.server_port}", flush=True)
    listening.serve_forever()


if __name__ == "__main__":
    main()

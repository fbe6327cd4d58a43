"""A proxy that changes responses, as one between a person and a deployment may."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


def buffered(response: httpx.Response) -> httpx.Response:
    return response  # in_front_of collects every answer


def forbidden(response: httpx.Response) -> httpx.Response:
    return httpx.Response(
        403, json={"Message": "Forbidden. For troubleshooting Function URL authorization issues..."}
    )


def cut_off(response: httpx.Response) -> httpx.Response:
    if response.request.url.path == "/stream":
        response.headers["content-length"] = str(len(response.content) + 1)
    return response


def without_cors_headers(response: httpx.Response) -> httpx.Response:
    response.headers.pop("access-control-allow-headers", None)
    return response


@contextmanager
def in_front_of(url: str, change: Callable[[httpx.Response], httpx.Response]) -> Iterator[str]:
    """A proxy that collects each answer before it passes it on, changed."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("host", "accept-encoding")
            }
            answer = change(
                httpx.request(self.command, url + self.path, content=body, headers=headers, timeout=120)
            )
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in ("transfer-encoding", "connection"):
                    self.send_header(name, value)
            if "content-length" not in answer.headers:
                self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()

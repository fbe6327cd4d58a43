"""A bucket on loopback that speaks as much of S3 as listing and deleting take, for boto3's own client."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


class Bucket:
    """Its objects by key, and what was put to /answer. At most `page` keys or folders are listed at a time."""

    def __init__(self, keys: set[str], page: int = 2) -> None:
        self.keys = keys
        self.page = page
        self.answers: list[bytes] = []
        self.url = ""

    def listed(self, prefix: str, delimiter: str, after: str) -> str:
        """ListObjectsV2: what begins with the prefix, cut behind the delimiter, one page of it."""
        found = sorted(key for key in self.keys if key.startswith(prefix))
        if delimiter:
            found = sorted({re.sub(f"(?<={delimiter}).*", "", key) for key in found})
        page = [name for name in found if name > after][: self.page]
        more = bool(page) and page[-1] != found[-1]
        items = "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>"
            if delimiter and name.endswith(delimiter)
            else f"<Contents><Key>{escape(name)}</Key></Contents>"
            for name in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        return f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{items}</ListBucketResult>"

    def delete(self, body: str) -> str:
        self.keys -= set(re.findall("<Key>(.*?)</Key>", body))
        return "<DeleteResult/>"


@contextmanager
def serving(bucket: Bucket) -> Iterator[Bucket]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            after = query.get("continuation-token", "")
            self.reply(bucket.listed(query.get("prefix", ""), query.get("delimiter", ""), after))

        def do_POST(self) -> None:
            self.reply(bucket.delete(self.body().decode()))

        def do_PUT(self) -> None:
            bucket.answers.append(self.body())
            self.reply("")

        def body(self) -> bytes:
            return self.rfile.read(int(self.headers["content-length"]))

        def reply(self, text: str) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

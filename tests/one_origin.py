"""The page and the API behind it at one address, as the CDN serves them."""

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.background import Background
from emulator.cdn import ApiOrigin
from emulator.demo import demo_page_config
from emulator.page import PageServer
from infra import cdn
from infra.page_config import OWN_ORIGIN
from tests.conftest import Deployment
from tests.places import WEB


@contextmanager
def one_origin(
    background: Background,
    deployment: Deployment,
    *,
    secret: str | None = None,
    read_timeout_seconds: int = cdn.READ_TIMEOUT_SECONDS,
) -> Iterator[str]:
    """The address, without a slash at its end, while the block runs."""
    api = ApiOrigin(deployment.url.url, secret=secret, read_timeout_seconds=read_timeout_seconds)
    server = PageServer(web=WEB, config=demo_page_config(OWN_ORIGIN), api=api)
    background.run(server.start())
    try:
        yield server.url
    finally:
        background.run(server.close())

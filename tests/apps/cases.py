"""A WSGI application whose path names what it does: the cases that a server of WSGI has to get right.

`plain` is the application; `application` is the same behind wsgiref's validator, which fails a request when the
server, or the case, breaks PEP 3333. A case that waits does so until its test opens its gate: see `wait_for`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from wsgiref.validate import validator

from tests.apps import answering_cases, closing_cases, failing_cases  # noqa: F401  they register their cases
from tests.apps.registry import Environ, cases

if TYPE_CHECKING:
    from wsgiref.types import StartResponse


def plain(environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
    return cases[environ["PATH_INFO"].strip("/").split("/")[0]](environ, start_response)


application = validator(plain)

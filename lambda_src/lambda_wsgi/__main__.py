"""`python -m lambda_wsgi`: loads the application that `_HANDLER` names and serves it; `bootstrap` starts this.

The environment is Lambda's: AWS_LAMBDA_RUNTIME_API, _HANDLER, AWS_LAMBDA_MAX_CONCURRENCY, AWS_LAMBDA_LOG_LEVEL.
"""

import importlib
import os
import sys
from typing import TYPE_CHECKING

from lambda_wsgi import lines
from lambda_wsgi.runtime_api import ErrorReport, RuntimeApi, RuntimeApiError
from lambda_wsgi.server import serve

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def load(handler: str) -> "WSGIApplication":
    """The WSGI callable that `handler` names as "package.module.attribute"."""
    module_name, _, attribute = handler.replace("/", ".").rpartition(".")
    if not module_name:
        raise ValueError(f"the handler has to name a WSGI callable as module.attribute, found {handler!r}")
    application = getattr(importlib.import_module(module_name), attribute, None)
    if not callable(application):
        raise ValueError(
            f"the handler {handler!r} has to name a WSGI callable; {module_name} has none of that name"
        )
    return application  # type: ignore[no-any-return]


def main() -> int:
    address = os.environ.get("AWS_LAMBDA_RUNTIME_API")
    if not address:
        lines.write(
            "FATAL", "AWS_LAMBDA_RUNTIME_API is not set: this program is started by AWS Lambda, or by its emulator"
        )
        return 1
    try:
        start(address)
    except RuntimeApiError as error:
        lines.write("FATAL", f"the Runtime API can no longer be reached: {error}")
    return 1


def start(address: str) -> None:
    """Serves the application until the Runtime API is gone, or reports why it could not be loaded."""
    try:
        application = load(os.environ.get("_HANDLER", ""))
    except (Exception, SystemExit) as error:
        # No request has come yet, so unlike later the exception's own words are safe, and needed.
        lines.write("FATAL", f"the application could not be loaded: {error}", error)
        RuntimeApi(address).fail_init(ErrorReport.of(error, str(error)))
    else:
        if "logging" in sys.modules:  # the application imported it; it would be a quarter of other cold starts
            from lambda_wsgi import logs  # noqa: PLC0415

            logs.configure(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO"))
        serve(application, address, int(os.environ.get("AWS_LAMBDA_MAX_CONCURRENCY", "1")))


if __name__ == "__main__":
    sys.exit(main())

"""The loop: next invocation -> application -> response, once for each worker."""

import sys
import threading
from typing import TYPE_CHECKING, NoReturn

from lambda_wsgi import lines
from lambda_wsgi.environ import UnsupportedEvent, build_environ
from lambda_wsgi.response import Response
from lambda_wsgi.runtime_api import ErrorReport, Invocation, RuntimeApi, RuntimeApiError

if TYPE_CHECKING:
    from queue import SimpleQueue
    from wsgiref.types import WSGIApplication


def serve(application: "WSGIApplication", address: str, concurrency: int = 1) -> NoReturn:
    """Serves `application` through the Runtime API at `address` ("host:port") with `concurrency` workers.

    It ends only by RuntimeApiError, when the Runtime API can no longer be polled; the process should exit then.
    """
    if concurrency == 1:
        _work(application, RuntimeApi(address), multithread=False)
    else:
        _work_in_threads(application, address, concurrency)


def _work_in_threads(application: "WSGIApplication", address: str, workers: int) -> NoReturn:
    """Ends with the first worker that fails, by its RuntimeApiError."""
    from queue import SimpleQueue  # noqa: PLC0415 - for Managed Instances only

    failures: SimpleQueue[RuntimeApiError] = SimpleQueue()
    for number in range(workers):
        threading.Thread(
            target=_work_until_failure, args=(application, address, failures), name=f"worker-{number}", daemon=True
        ).start()
    raise failures.get()


def _work_until_failure(
    application: "WSGIApplication", address: str, failures: "SimpleQueue[RuntimeApiError]"
) -> None:
    try:
        _work(application, RuntimeApi(address), multithread=True)
    except RuntimeApiError as error:
        failures.put(error)


def _work(application: "WSGIApplication", api: RuntimeApi, *, multithread: bool) -> NoReturn:
    """Answers one invocation after the other; ends by RuntimeApiError, when it cannot ask for the next."""
    while True:
        invocation = api.next()
        lines.request_id_of_this_thread.set(invocation.request_id)
        try:
            handle(application, api, invocation, multithread=multithread)
        except RuntimeApiError as error:
            # Lambda gave this invocation up (its time or the client's patience ran out): the next one is unharmed.
            lines.write("WARN", f"the response was not delivered: {error}")


def handle(application: "WSGIApplication", api: RuntimeApi, invocation: Invocation, *, multithread: bool) -> None:
    """Answers one invocation; whatever the application raises is reported to Lambda and goes no further."""
    response = Response(api, invocation.request_id)
    try:
        environ = build_environ(invocation, errors=sys.stderr, multithread=multithread)
        _run(application, environ, response)
    except RuntimeApiError:
        raise
    except UnsupportedEvent as error:
        lines.write("ERROR", str(error))
        response.fail(ErrorReport.of(error, str(error)))
    except (Exception, SystemExit) as error:
        # Its message may quote what a person sent, so neither the log nor Lambda is given it.
        lines.write("ERROR", "the application failed", error)
        response.fail(ErrorReport.of(error, "The application failed; its log has the place."))


def _run(application: "WSGIApplication", environ: dict[str, object], response: Response) -> None:
    chunks = application(environ, response.start)
    try:
        response.send_all(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()

"""Serves any WSGI application behind a function URL on this machine, run as Lambda runs it.

Owns what the function is made of; the emulator runs it. An application without a `bootstrap` beside it gets this
repository's, as it would from a layer in /opt. As on Lambda, it sees only the variables that it is given.
"""

import argparse
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from emulator.http_server import PortUnusable
from emulator.lambda_.function_url import Function, FunctionUrl
from emulator.running import print_log, stop_signal

RUNTIME = Path(__file__).resolve().parent.parent / "lambda_src"
STOCK_BOOTSTRAP = "/var/runtime/bootstrap.py"  # what Lambda passes to every exec wrapper; ours ignores it
HANDLER = re.compile(r"\w+(?:[./]\w+)+")


class CannotServe(Exception):
    """The application cannot be run; the message says what to do."""


def function_of(
    root: Path, handler: str, *, timeout_seconds: int = 900, python: str, variables: Mapping[str, str] | None = None
) -> Function:
    """The function with the application in `root`; CannotServe, with a sentence, if there can be none."""
    interpreter = shutil.which(python)
    if interpreter is None:
        raise CannotServe(f"there is no interpreter {python}: --python names one, such as python3.14")
    check(root, handler)
    ready = (root / "bootstrap").exists()
    environment = dict(variables or {}) if ready else _with_layer(variables or {})
    wrapper = (root if ready else RUNTIME) / "bootstrap"
    return Function(
        root=root.resolve(),
        environment=environment,
        handler=handler,
        timeout_seconds=timeout_seconds,
        name="served-locally",
        command=[str(wrapper.resolve()), interpreter, STOCK_BOOTSTRAP],
    )


def check(root: Path, handler: str) -> None:
    """Reports a typing error in a sentence; an error that only an import can show is in the function's log."""
    if not root.is_dir():
        raise CannotServe(f"there is no folder {root}: --root names the one that the application is in")
    if not HANDLER.fullmatch(handler):
        raise CannotServe(f"the handler has to be module.callable, such as app.application; found {handler!r}")
    module = root.joinpath(*re.split(r"[./]", handler)[:-1])
    if not (module.is_dir() or module.with_suffix(".py").exists()):
        raise CannotServe(f"there is no {module.with_suffix('.py')} for the handler {handler}")


def _with_layer(variables: Mapping[str, str]) -> dict[str, str]:
    paths = [variables.get("PYTHONPATH", ""), "/var/runtime", str(RUNTIME)]
    return {**variables, "PYTHONPATH": ":".join(filter(None, paths))}


async def serve(arguments: argparse.Namespace) -> int:
    """Runs until Ctrl-C; returns the exit status."""
    try:
        function = function_of(
            arguments.root,
            arguments.handler,
            timeout_seconds=arguments.timeout,
            python=arguments.python,
            variables=dict(arguments.env),
        )
        url = FunctionUrl(function=function, port=arguments.port, on_log=print_log, on_failure=_complain)
        await url.start()
    except CannotServe as error:
        _complain(str(error))
        return 1
    except PortUnusable as error:
        _complain(f"{error}: choose another with --port")
        return 1
    try:
        print(_welcome(url.url, arguments.handler), flush=True)
        await stop_signal().wait()
    finally:
        await url.close()
    print("\nStopped.")
    return 0


def _welcome(url: str, handler: str) -> str:
    return f"""
  Function URL  {url}
  Handler       {handler}

  curl -N "{url}/"

  Ctrl-C stops. The function's log lines follow."""


def _complain(sentence: str) -> None:
    print(f"emulator: {sentence}", file=sys.stderr)

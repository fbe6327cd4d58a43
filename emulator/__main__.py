"""`python -m emulator --handler app.application`: runs any WSGI application as Lambda runs it (serve.py)."""

import argparse
import asyncio
import sys
from pathlib import Path

from emulator.running import port
from emulator.serve import serve


def main(words: list[str] | None = None) -> int:
    """Runs until Ctrl-C; returns the exit status."""
    return asyncio.run(serve(parser().parse_args(words)))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="Run any WSGI application here, as Lambda would."
    )
    parser.add_argument("--handler", required=True, help="the WSGI callable, such as app.application")
    parser.add_argument("--root", type=Path, default=Path(), help="the function's folder (default: this one)")
    parser.add_argument("--port", type=port, default=8080, help="the port; 0 takes a free one (default: 8080)")
    parser.add_argument(
        "--timeout", type=_timeout, default=900, help="seconds for one response, 1 to 900 (default: 900)"
    )
    parser.add_argument(
        "--env", type=_variable, action="append", default=[], metavar="NAME=VALUE", help="one of its variables"
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter (default: this one)")
    return parser


def _timeout(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 900:
        raise argparse.ArgumentTypeError(f"expected whole seconds from 1 to 900, Lambda's most, found {text!r}")
    return int(text)


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals):
        raise argparse.ArgumentTypeError("expected NAME=VALUE")  # what was typed may be a secret
    return name, value


if __name__ == "__main__":
    sys.exit(main())

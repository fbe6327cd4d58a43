"""What the emulator's programs share: a port's argument, the function's log, and running until they are stopped."""

import argparse
import asyncio
import signal


def port(text: str) -> int:
    """The port of an argument; 0 means any free port."""
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, found {text!r}")
    return int(text)


def print_log(line: str) -> None:
    """Prints a line of the function's log at once."""
    print(line, flush=True)


def stop_signal() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped

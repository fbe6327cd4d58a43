"""`make test-clients`: installs each client, runs it against the demo, and prints a line for each.

ARGS="-k codex" chooses those with that in their names; .setup/clients/NAME/output.txt keeps what a client printed.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

from cli.client_configurations import configurations
from emulator.aws.simulator import Pace
from emulator.background import Background
from emulator.demo import Demo
from tests.real_clients import checking
from tests.real_clients.installing import Client, NotInstalled, clients, install
from tests.real_clients.running import run
from tools.record_client import server

PASSED, FAILED, ABSENT = "works", "FAILS", "absent"


def main() -> int:
    arguments = parser().parse_args()
    chosen = [client for client in clients() if arguments.k in client.name]
    marks = []
    for client in chosen:
        mark, sentence = tried(client, arguments.record)
        print(f"{mark:<7} {client.name} {client.version}{sentence}", flush=True)
        marks.append(mark)
    passed, failed, absent = (marks.count(mark) for mark in (PASSED, FAILED, ABSENT))
    print(f"{passed} passed, {failed} failed, {absent} skipped")
    return 1 if failed or not marks else 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.real_clients", description=__doc__)
    parser.add_argument("-k", metavar="PART", default="", help="only clients with this in their name")
    parser.add_argument(
        "--record", type=Path, metavar="FOLDER", help="keep each request, as tools/record_client.py"
    )
    return parser


def tried(client: Client, recordings: Path | None) -> tuple[str, str]:
    """The mark of the client's line, and the rest of it."""
    try:
        install(client)
    except NotInstalled as error:
        return ABSENT, f": could not be installed: {error}"
    with ExitStack() as stack:
        background = stack.enter_context(Background())
        demo = Demo(with_page=False, pace=Pace(first_event_seconds=0, pieces_per_second=0))
        background.run(demo.__aenter__())
        stack.callback(lambda: background.run(demo.__aexit__(None, None, None)))
        url = demo.function_url.url
        if recordings:
            url = stack.enter_context(recorder(url, recordings / client.name))
        status, printed = run(client, configurations()[client.name], url, demo.key)
        found = [f"exit status {status}"] if status else []
        found += checking.problems(printed, demo.simulator.requests, client.lacks)
        left_out = checking.dropped(demo.function_url.invocations)
        if left_out != checking.documented_as_dropped(client.name):
            found.append("docs/clients.md says that something else is dropped")
        refusals = checking.refused(demo.function_url.invocations)
    said = [f"; dropped: {', '.join(left_out)}"] if left_out else []
    said += [f"; refused: {', '.join(refusals)}"] if refusals else []
    return (FAILED if found else PASSED), (": " + ", ".join(found) if found else "") + "".join(said)


@contextmanager
def recorder(url: str, folder: Path) -> Iterator[str]:
    """The address of a recorder in front of `url`."""
    with server(url, folder) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


if __name__ == "__main__":
    sys.exit(main())

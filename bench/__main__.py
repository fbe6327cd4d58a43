"""`python -m bench`: measures ours and the peers in one run and prints what it found.

The exit status is 0 whatever the figures are, 1 when they could not be measured.
"""

import argparse
import json
import os
import platform
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench import report
from bench.measure import FULL, QUICK, measure
from bench.subjects import PEERS_FOLDER


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little of everything: to see that it works")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--python", default=sys.executable, help="the Python of ours and of Python's peers")
    parser.add_argument("--peers", type=Path, default=PEERS_FOLDER, help="where tools/bench-peers installed")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as an exception, so that no process is left behind
    try:
        figures = measure(QUICK if options.quick else FULL, peers=options.peers, python=options.python)
    except (RuntimeError, OSError, psutil.Error) as error:
        print(f"bench: it could not be measured: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    if options.json:
        print(json.dumps({"run": _run(), "figures": figures, "reached": report.verdicts(figures)}, indent=2))
    else:
        print(f"{_run()}\n\n{report.table(figures)}")
    return 0


def _run() -> str:
    """When, where and what."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    )
    load = f"load {os.getloadavg()[0]:.1f}"
    return " · ".join([when, machine, load, f"python -m bench {' '.join(sys.argv[1:])}".rstrip()])


if __name__ == "__main__":
    sys.exit(main())

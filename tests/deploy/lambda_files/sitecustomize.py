"""Lambda's file system for the functions that MiniStack runs: on PYTHONPATH, so Python imports it at its start.

The CDK's function that copies the page runs /opt/awscli/aws of a layer, and trusts the certificates in /etc/pki.
MiniStack unpacks layers elsewhere, and has a certificate of its own.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_start = subprocess.Popen.__init__


def _start_from_layer(process: "subprocess.Popen[Any]", command: Sequence[str], *more: Any, **options: Any) -> None:
    if isinstance(command, list) and str(command[0]).startswith("/opt/"):
        script = _in_a_layer(command[0].removeprefix("/opt/"))
        command = [sys.executable, script, *command[1:]]
        # Its progress lines, one for each file, would fill a pipe that MiniStack does not read until the end.
        options.setdefault("stdout", subprocess.DEVNULL)
        options["env"] = {**os.environ, "AWS_CA_BUNDLE": os.environ["NODE_EXTRA_CA_CERTS"]}
    _start(process, command, *more, **options)


def _in_a_layer(file: str) -> str:
    layers = os.environ["_LAMBDA_LAYERS_DIRS"].split(os.pathsep)
    return next(str(Path(layer, file)) for layer in layers if Path(layer, file).exists())


subprocess.Popen.__init__ = _start_from_layer  # type: ignore[method-assign, assignment]

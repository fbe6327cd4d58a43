"""The tiny runtime's loop: it polls, and does what the request's path names. `TINY_INIT` chooses how it starts."""

import json
import os
import sys
import threading
import time
from urllib.parse import unquote

from tests.contract.tiny_runtime import like_node, well_behaved  # noqa: F401  they register what they do
from tests.contract.tiny_runtime.behaviour import behaviours, concurrency
from tests.contract.tiny_runtime.forbidden import say_answer
from tests.contract.tiny_runtime.runtime_api import Connection


def serve() -> None:
    connection = Connection()
    while True:
        request_id, event = connection.poll()
        behaviours[unquote(event["rawPath"]).strip("/")](request_id, event)


def main() -> None:
    init = os.environ.get("TINY_INIT", "")
    if init == "error":
        error = {"errorType": "SettingsError", "errorMessage": "DEFAULT_MODEL is missing"}
        error_type = f"Lambda-Runtime-Function-Error-Type: {os.environ['TINY_ERROR_TYPE']}"
        say_answer(Connection().post("/init/error", json.dumps(error).encode(), error_type))
        sys.exit(1)
    if init == "exit":
        sys.exit(3)
    if init == "hang":
        time.sleep(60)
    for _ in range(concurrency - 1):
        threading.Thread(target=serve, daemon=True).start()
    serve()

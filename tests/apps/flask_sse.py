"""A Flask application that streams: `stream_with_context` over a generator of server-sent events.

Nothing in it knows of Lambda. Its second piece waits for the file GATES/second, so that a test can see the first
one arrive before the second exists.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, jsonify, request, stream_with_context

app = Flask(__name__)


def generate_stream(prompt: str) -> Iterator[str]:
    yield f"data: {json.dumps(prompt, ensure_ascii=False)}\n\n"
    while not Path(os.environ["GATES"], "second").exists():
        time.sleep(0.002)
    yield f"data: {json.dumps(request.args['prompt'][::-1], ensure_ascii=False)}\n\n"


@app.route("/stream")
def stream() -> Response:
    prompt = request.args.get("prompt", "你好")
    return Response(stream_with_context(generate_stream(prompt)), content_type="text/event-stream")


@app.route("/form/<name>", methods=["POST"])
def form(name: str) -> Response:
    answer = jsonify(name=name, fields=request.form, seen=request.cookies.get("seen"))
    answer.set_cookie("seen", "now")
    return answer


@app.route("/fails")
def fails() -> Response:
    raise RuntimeError("hunter2")

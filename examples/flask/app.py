"""A Flask application that says a text word by word, as server-sent events. Nothing here knows of Lambda."""

import json
import time
from collections.abc import Iterator

from flask import Flask, Response, request

application = Flask(__name__)

PAGE = """<!doctype html><meta charset="utf-8"><title>Words as they come</title>
<form method="post" action="text"><input name="text" size="60" autofocus> <button>Say it</button></form>
<p id="said"></p>
<script>
  const words = new EventSource("words");
  words.onmessage = ({ data }) => { document.getElementById("said").append(JSON.parse(data) + " "); };
  words.addEventListener("done", () => words.close());
</script>
"""


@application.get("/")
def page() -> str:
    return PAGE


@application.get("/words")
def words() -> Response:
    text = request.args.get("text") or request.cookies.get("text", "Python streams from Lambda.")
    return Response(events(text), content_type="text/event-stream", headers={"Cache-Control": "no-store"})


@application.post("/text")
def remember() -> Response:
    """Keeps the form's text in a cookie and goes back to the page, which says it."""
    answer = Response(status=303, headers={"Location": "/"})
    answer.set_cookie("text", request.form["text"], httponly=True, samesite="Lax")
    return answer


def events(text: str) -> Iterator[str]:
    for word in text.split():
        yield f"data: {json.dumps(word, ensure_ascii=False)}\n\n"
        time.sleep(0.3)
    yield "event: done\ndata: {}\n\n"

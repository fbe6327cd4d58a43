"""The Flask application of the article (README.md, "Where it comes from"): `python -m bench.peers.flask_app PORT`.

It runs under its own server, as in the article, down to its client made for each request. Changed: today's model;
the address of Bedrock and the region come from the environment; the debugger is off; CORS is left out; `/healthz`
is added.
"""

import json
import os
import sys
from collections.abc import Iterator

import boto3
from flask import Flask, Response, request, stream_with_context

app = Flask(__name__)


def generate_stream(prompt: str) -> Iterator[str]:
    client = boto3.client("bedrock-runtime", region_name=os.environ["AWS_REGION"])
    body = json.dumps(
        {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 1024,
            "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
        }
    )
    response = client.invoke_model_with_response_stream(
        body=body, modelId=os.environ["MODEL_ID"], accept="application/json", contentType="application/json"
    )
    for event in response["body"]:
        chunk = event.get("chunk")
        if chunk:
            chunk_obj = json.loads(chunk.get("bytes").decode())
            if "delta" in chunk_obj and chunk_obj["type"] == "content_block_delta":
                yield f"data: {json.dumps(chunk_obj['delta']['text'], ensure_ascii=False)}\n\n"


@app.route("/stream")
def stream() -> Response:
    prompt = request.args.get("prompt", "你好")
    return Response(stream_with_context(generate_stream(prompt)), content_type="text/event-stream")


@app.route("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))

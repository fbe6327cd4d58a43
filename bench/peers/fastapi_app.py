"""FastAPI's StreamingResponse over boto3, for `uvicorn bench.peers.fastapi_app:app`.

The shape of AWS's own sample (awslabs/aws-lambda-web-adapter, examples/fastapi-response-streaming, whose pins we
follow too: uvicorn without extras): a plain generator over a client that is made once.
"""

import json
import os
from collections.abc import Iterator

import boto3
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
client = boto3.client("bedrock-runtime", region_name=os.environ["AWS_REGION"])


def pieces(prompt: str) -> Iterator[str]:
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
    }
    response = client.invoke_model_with_response_stream(body=json.dumps(body), modelId=os.environ["MODEL_ID"])
    for event in response["body"]:
        data = json.loads(event["chunk"]["bytes"])
        if data["type"] == "content_block_delta":
            yield f"data: {json.dumps(data['delta']['text'], ensure_ascii=False)}\n\n"


@app.get("/stream")
def stream(prompt: str) -> StreamingResponse:
    return StreamingResponse(pieces(prompt), media_type="text/event-stream")


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}

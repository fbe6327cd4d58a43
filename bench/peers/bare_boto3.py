"""A script with boto3 that takes an answer as it comes: the time that every server adds to.

Its client is made once and its connection kept, so that only the call is timed. It runs in the bench's own
process; its clock starts before the call and reads when a piece is in the script's hands.
"""

import json
import time
from collections.abc import Callable

import boto3

from bench.prompt import Arrivals, Prompt
from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY


def asker(bedrock_url: str, model_id: str) -> Callable[[Prompt], Arrivals]:
    client = boto3.client(
        "bedrock-runtime",
        region_name=REGION,
        endpoint_url=bedrock_url,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
    )

    def ask(prompt: Prompt) -> Arrivals:
        arrivals = Arrivals(time.monotonic_ns())
        body = {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 1024,
            "messages": [{"role": "user", "content": [{"type": "text", "text": str(prompt)}]}],
        }
        response = client.invoke_model_with_response_stream(body=json.dumps(body), modelId=model_id)
        for event in response["body"]:
            data = json.loads(event["chunk"]["bytes"])
            if data["type"] == "content_block_delta":
                arrivals.add_piece(data["delta"]["text"], time.monotonic_ns())
        return arrivals

    return ask

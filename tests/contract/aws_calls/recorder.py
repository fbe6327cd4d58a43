"""An AWS that records the requests of our client and of boto3's."""

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.sigv4 import Credentials
from emulator.aws.bedrock import event_stream
from emulator.aws.simulator import REGION
from emulator.http_server import Exchange
from tests.contract.aws_calls.asking import BODY, CREDENTIALS, HAIKU, service, soon

PROFILE_ARN = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{HAIKU}"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//token=="
GUARDRAIL = ("gr-1a2b3c", "7")
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-aB3dE6"
OPERATIONS = ("InvokeModelWithResponseStream", "InvokeModel", "CountTokens")


@dataclass
class Recorder:
    """An AWS that records any request and answers with something that both clients can read."""

    exchanges: list[Exchange] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    async def serve(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        self.bodies.append(await exchange.body())
        if exchange.path.endswith("invoke-with-response-stream"):
            content_type, answer = event_stream.CONTENT_TYPE, event_stream.chunk({"type": "message_stop"})
        else:
            content_type, answer = "application/json", b'{"inputTokens": 3, "SecretString": "{\\"a\\": \\"b\\"}"}'
        await exchange.respond(200, [("content-type", content_type)], answer)

    def last_two(self) -> tuple[dict[str, str], dict[str, str]]:
        """The headers of the last two requests, without those that name the client or count its attempts."""
        ours, boto3s = (dict(exchange.headers) for exchange in self.exchanges[-2:])
        return _without_client(ours), _without_client(boto3s)


def _without_client(headers: dict[str, str]) -> dict[str, str]:
    own = {"user-agent", "accept-encoding", "connection", "authorization", "x-amz-date", "content-length"}
    return {name: value for name, value in headers.items() if name not in own and not name.startswith("amz-sdk-")}


def boto3_client(name: str, url: str, credentials: Credentials = CREDENTIALS) -> Any:
    return boto3.client(
        name,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        config=Config(retries={"total_max_attempts": 1}),
    )


def ask_ours(url: str, operation: str, model: str, credentials: Credentials, guardrail: Any = None) -> None:
    bedrock = Bedrock(service(url, credentials=credentials), REGION, guardrail)
    if operation == "InvokeModelWithResponseStream":
        stream = bedrock.stream(model, BODY)
        stream.next(soon())
        stream.close()
    elif operation == "InvokeModel":
        bedrock.invoke(model, BODY, soon())
    else:
        bedrock.count_tokens(model, BODY, soon())


def ask_boto3(url: str, operation: str, model: str, credentials: Credentials, guardrail: Any = None) -> None:
    client = boto3_client("bedrock-runtime", url, credentials)
    guarded = {"guardrailIdentifier": guardrail[0], "guardrailVersion": guardrail[1]} if guardrail else {}
    json_both_ways = {"contentType": "application/json", "accept": "application/json"}
    if operation == "InvokeModelWithResponseStream":
        answer = client.invoke_model_with_response_stream(modelId=model, body=BODY, **json_both_ways, **guarded)
        list(answer["body"])
    elif operation == "InvokeModel":
        client.invoke_model(modelId=model, body=BODY, **json_both_ways, **guarded)["body"].read()
    else:
        client.count_tokens(modelId=model, input={"invokeModel": {"body": BODY}})
    client.close()

"""Our client of AWS, with a body and credentials."""

import json
import time

from claude_stream.bedrock.signing import Service
from claude_stream.bedrock.sigv4 import Credentials
from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

HAIKU = "global.anthropic.claude-haiku-5-5"
HAIKU_4_5 = "anthropic.claude-haiku-4-5-20251001-v1:0"
CREDENTIALS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None)
BODY = json.dumps(
    {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "Hello 你好"}],
    },
    ensure_ascii=False,
).encode()


def soon(seconds: float = 60) -> float:
    return time.monotonic() + seconds


opened: list[Service] = []


def service(url: str, name: str = "bedrock", credentials: Credentials = CREDENTIALS) -> Service:
    opened.append(Service(name, url, REGION, lambda: credentials))
    return opened[-1]

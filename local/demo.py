"""The whole product on one machine: the page, the function URL with the real function behind it, and a Bedrock.

Owns which pieces there are and how they are told of each other. Bedrock and Secrets Manager are the simulator's;
with BEDROCK=aws in the environment, Bedrock is AWS's own, called with the caller's credentials.
"""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import botocore.session

from infra import cors
from infra.page_config import page_config
from infra.setting_values import prices as read_prices
from local.aws_simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace
from local.function_url import Cors, Function, FunctionUrl
from local.page import MissingLibraries, PageServer

ROOT = Path(__file__).resolve().parent.parent
MODELS = ("global.anthropic.claude-haiku-5-5", "global.anthropic.claude-sonnet-5-5")
MAX_TOKENS = 4096
CORS = Cors(
    allow_headers=cors.ALLOWED_HEADERS,
    allow_methods=cors.ALLOWED_METHODS,
    expose_headers=cors.EXPOSED_HEADERS,
    max_age_seconds=cors.MAX_AGE_SECONDS,
)


def function_environment(simulator: AwsSimulator) -> dict[str, str]:
    """The function's variables as the stack sets them, with the simulator's addresses and credentials."""
    return {
        "API_KEY_SECRET_ARN": simulator.secret_arn,
        "DEFAULT_MODEL": MODELS[0],
        "ALLOWED_MODELS": ",".join(MODELS),
        "MAX_TOKENS_LIMIT": str(MAX_TOKENS),
        "AWS_ENDPOINT_URL_BEDROCK_MANTLE": simulator.url,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": simulator.url,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": simulator.url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
    }


def demo_page_config(function_url: str) -> dict[str, Any]:
    """The page's config.json, as a deployment writes it."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    return page_config(
        function_url=function_url, models=MODELS, max_tokens=MAX_TOKENS, prices=read_prices(context["prices"])
    )


def bedrock_in_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """The function's variables that leave Bedrock to AWS: the caller's region and way to credentials.

    `environ` is the caller's environment. An empty endpoint is none: the function then takes AWS's own.
    """
    passed_on = ("HOME", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_SESSION_TOKEN")
    region = botocore.session.get_session().get_config_variable("region") or REGION
    return {
        "AWS_ENDPOINT_URL_BEDROCK_MANTLE": "",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "",
        "AWS_REGION": region,
        **{name: environ.get(name, "") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")},
        **{name: environ[name] for name in passed_on if name in environ},
    }


@dataclass
class Demo:
    """Everything, as one async context manager; the addresses are there once it has been entered.

    `port` is the page's: 0 takes a free one, and without a page there is none. `overrides` are variables of the
    function's. `in_aws`: Bedrock is AWS's, so the simulator keeps the keys alone and checks no signature.
    """

    port: int = 0
    with_page: bool = True
    in_aws: bool = False
    pace: Pace = field(default_factory=Pace)
    on_log: Callable[[str], None] | None = None
    key: str = field(default_factory=lambda: f"demo-{secrets.token_urlsafe(18)}")

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.simulator = await stack.enter_async_context(
                AwsSimulator(keys={"default": self.key}, pace=self.pace, verify_signatures=not self.in_aws)
            )
            variables = function_environment(self.simulator) | (bedrock_in_aws(os.environ) if self.in_aws else {})
            function = Function(root=ROOT / "lambda_src", environment=variables, cors=CORS)
            self.function_url = await stack.enter_async_context(FunctionUrl(function=function, on_log=self.on_log))
            if self.with_page:
                self.page = await stack.enter_async_context(self._page())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def _page(self) -> PageServer:
        url = self.function_url.url
        return PageServer(web=ROOT / "web", config=demo_page_config(url), function_url=url, port=self.port)


async def run(port: int, *, show_log: bool) -> int:
    """`python -m local demo`: runs until Ctrl-C. The exit status."""
    in_aws = os.environ.get("BEDROCK") == "aws"
    demo = Demo(port=port, in_aws=in_aws, on_log=_print_log if show_log else None)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        async with demo:
            print(_welcome(demo), flush=True)
            await stopped.wait()
    except MissingLibraries as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"port {port} is taken: choose another, as in make demo PORT=8081 ({error.strerror})")
    print("\nStopped.")
    return 0


def _welcome(demo: Demo) -> str:
    url = demo.function_url.url
    bedrock = "Amazon Bedrock, with your credentials" if demo.in_aws else f"simulated, {demo.simulator.url}"
    return f"""
  Page          {demo.page.url}
  Function URL  {url}
  API key       {demo.key}
  Bedrock       {bedrock}

  curl -N -H "x-api-key: {demo.key}" "{url}/stream?prompt=hello"

  Ctrl-C stops."""


def _refuse(sentence: str) -> int:
    print(f"demo: {sentence}", file=sys.stderr)
    return 1


def _print_log(line: str) -> None:
    print(line, flush=True)

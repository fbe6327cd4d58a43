"""The whole product on one machine: the page, the function URL with the real function behind it, and a Bedrock.

Owns which parts there are, and gives each the addresses of the others. Bedrock and Secrets Manager are
the simulator's; with BEDROCK=aws in the environment, Bedrock is AWS's own, called with the caller's credentials.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import botocore.session

from emulator.accounts import NAMED_KEYS, put_keys, table_environment
from emulator.aws.named_keys import make_key
from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace
from emulator.http_server import PortUnusable
from emulator.lambda_.function_url import Cors, Function, FunctionUrl
from emulator.page import NoPageLibraries, PageServer
from emulator.running import port, print_log, stop_signal
from infra import cors
from infra.page_config import page_config
from infra.prices import prices as read_prices
from infra.setting_values import default_max_tokens
from infra.settings import DEFAULT_KEEP_ANSWERS_MINUTES, DEFAULT_MAX_TOKENS, DEFAULT_MODEL

ROOT = Path(__file__).resolve().parent.parent
MODELS = (DEFAULT_MODEL, "global.anthropic.claude-sonnet-5-5")
# What coding agents ask for by themselves: a large model, and a small one for titles.
ALIASES = {"claude-opus-5-5": MODELS[1], "claude-haiku-4-5": MODELS[0]}
MAX_TOKENS = DEFAULT_MAX_TOKENS
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
        "DEFAULT_MAX_TOKENS": str(default_max_tokens(None, MAX_TOKENS)),
        "AWS_ENDPOINT_URL_BEDROCK_MANTLE": simulator.url,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": simulator.url,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": simulator.url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
    }


def _aliases() -> str:
    return ",".join(f"{name}={model}" for name, model in ALIASES.items())


def demo_page_config(
    function_url: str, *, keep_answers_minutes: int = DEFAULT_KEEP_ANSWERS_MINUTES
) -> dict[str, Any]:
    """The page's config.json, as a deployment writes it."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    return page_config(
        function_url=function_url,
        models=MODELS,
        max_tokens=default_max_tokens(None, MAX_TOKENS),
        prices=read_prices(context["prices"]),
        keep_answers_minutes=keep_answers_minutes,
    )


def bedrock_in_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """The function's variables that leave Bedrock to AWS: the caller's region and way to credentials.

    `environ` is the caller's environment. An empty endpoint counts as none: the function then uses AWS's own.
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
    """The whole demo, as an async context manager; the addresses are known once it is entered.

    `port` is the page's: 0 takes a free one; without a page it is not used. `in_aws`: Bedrock is AWS's, so the
    simulator keeps only the keys and checks no signature.
    """

    port: int = 0
    with_page: bool = True
    in_aws: bool = False
    pace: Pace = field(default_factory=Pace)
    on_log: Callable[[str], None] | None = None
    on_failure: Callable[[str], None] | None = None
    key: str = field(default_factory=lambda: f"demo-{secrets.token_urlsafe(18)}")
    named_keys: Mapping[str, str] = field(default_factory=lambda: {name: make_key() for name in NAMED_KEYS})

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.simulator = await stack.enter_async_context(
                AwsSimulator(keys={"default": self.key}, pace=self.pace, verify_signatures=not self.in_aws)
            )
            variables = function_environment(self.simulator) | table_environment(self.simulator, MODELS)
            variables |= {"MODEL_ALIASES": _aliases()}
            variables |= bedrock_in_aws(os.environ) if self.in_aws else {}
            function = Function(root=ROOT / "lambda_src", environment=variables, cors=CORS)
            self.function_url = await stack.enter_async_context(
                FunctionUrl(function=function, on_log=self.on_log, on_failure=self.on_failure)
            )
            if self.with_page:
                self.page = await stack.enter_async_context(self._page())
                # Not waited for, as the table takes a second to load: whoever asks it waits until the keys are in.
                self._keys = asyncio.create_task(put_keys(self.simulator.dynamodb, self.named_keys))
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def _page(self) -> PageServer:
        url = self.function_url.url
        return PageServer(web=ROOT / "web", config=demo_page_config(url), function_url=url, port=self.port)


def main(words: list[str] | None = None) -> int:
    """`python -m emulator.demo`: runs until Ctrl-C; returns the exit status."""
    try:
        return asyncio.run(_run(parser().parse_args(words)))
    except BrokenPipeError:  # nobody is left to read the addresses
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m emulator.demo", description="Run the page, the function URL and a simulated Bedrock here."
    )
    parser.add_argument(
        "--port", type=port, default=8080, help="the page's port; 0 takes a free one (default: 8080)"
    )
    parser.add_argument(
        "--log", action="store_true", help="show the function's log lines, and how its runtime fails"
    )
    parser.add_argument(
        "--for-program", action="store_true", help="no page; addresses as one line of JSON; ends with its input"
    )
    return parser


async def _run(arguments: argparse.Namespace) -> int:
    demo = Demo(
        port=arguments.port,
        with_page=not arguments.for_program,
        in_aws=os.environ.get("BEDROCK") == "aws",
        on_log=print_log if arguments.log else None,
        on_failure=_complain if arguments.log else None,
    )
    stopped = stop_signal()
    try:
        async with demo:
            if arguments.for_program:
                _stop_at_end_of_input(stopped)
            print(_for_program(demo) if arguments.for_program else _welcome(demo), flush=True)
            await stopped.wait()
    except NoPageLibraries as error:
        _complain(str(error))
        return 1
    except PortUnusable as error:
        _complain(f"{error}: choose another, as in make demo PORT=8081")
        return 1
    if not arguments.for_program:
        print("\nStopped.")
    return 0


def _for_program(demo: Demo) -> str:
    return json.dumps({"url": demo.function_url.url, "key": demo.key})


def _stop_at_end_of_input(stopped: asyncio.Event) -> None:
    """Stops the demo when the program that started it ends, for whatever reason: their pipe then ends too.

    A thread reads the input, as an event loop can wait for a pipe, but not for /dev/null or a file.
    """
    loop = asyncio.get_running_loop()

    def wait_for_end() -> None:
        while sys.stdin and os.read(sys.stdin.fileno(), 1024):
            pass
        with contextlib.suppress(RuntimeError):  # the loop has ended before the input
            loop.call_soon_threadsafe(stopped.set)

    threading.Thread(target=wait_for_end, name="end-of-input", daemon=True).start()


def _welcome(demo: Demo) -> str:
    url = demo.function_url.url
    bedrock = "Amazon Bedrock, with your credentials" if demo.in_aws else f"simulated, {demo.simulator.url}"
    named = "".join(f"\n  {f'Key {name}':13} {key}" for name, key in demo.named_keys.items())
    return f"""
  Page          {demo.page.url}
  Function URL  {url}
  API key       {demo.key}{named}
  Bedrock       {bedrock}

  curl -N -H "x-api-key: {demo.key}" "{url}/stream?prompt=hello"

  Ctrl-C stops."""


def _complain(sentence: str) -> None:
    print(f"demo: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

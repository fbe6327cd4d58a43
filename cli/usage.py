"""`claude-stream usage`: what the key has used, and what is left of its limits."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import httpx

from cli.deployed import reaching
from cli.failure import Failure
from cli.kept_answer import refusal
from cli.target import Target, target_of

TIMEOUT_SECONDS = 30.0


def usage(arguments: Namespace) -> int:
    try:
        with target_of(arguments) as target:
            if target is None:
                raise Failure("only a deployed function counts what a key uses: name it with --url and --key")
            answer = ask(target)
    except Failure as failure:
        print(f"usage: {failure}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2) if arguments.json else "\n".join(lines(answer)))
    return 0


def ask(target: Target) -> dict[str, Any]:
    """As docs/openapi.yaml has it."""
    with reaching(target.url):
        address = f"{target.url.rstrip('/')}/v1/usage"
        response = httpx.get(address, headers={"x-api-key": target.key}, timeout=TIMEOUT_SECONDS)
        if response.status_code != 200:
            raise Failure(refusal(response))
        answer: dict[str, Any] = response.json()
        return answer


def lines(answer: dict[str, Any]) -> Iterator[str]:
    yield f"key {answer['key']}"
    for limit in answer["limits"]:
        of, _, unit = limit["name"].partition("_per_")
        left, most = _amount(of, limit["remaining"]), _amount(of, limit["limit"])
        yield f"{left} of {most} a {unit} left; the next {unit} begins at {limit['resets_at']}"
    if not answer["limits"]:
        yield "no limits of its own"
    for unit, words in (("day", "today"), ("month", "this month")):
        if used := answer.get(unit):
            yield f"{words}: " + ", ".join(_amount(of, used[of]) for of in ("requests", "tokens", "usd"))


def _amount(of: str, number: float) -> str:
    return f"${number:,.6f}".rstrip("0").rstrip(".") if of == "usd" else f"{number:,} {of}"

"""Where an answer comes from: Bedrock itself, or a function at its URL.

Whatever the source, a streamed answer is a sequence of Claude's events (dicts, as in the Anthropic API) and a whole
one is a message; an error is a `Failure`, or the `ApiError` of the function's own code.
"""

from argparse import Namespace
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from cli.deployed import Deployed
from cli.direct import Direct
from cli.target import target_of
from infra.settings import DEFAULT_MODEL

Body = dict[str, Any]
Events = Generator[dict[str, Any]]


class Source(Protocol):
    """Where answers come from. `body` is a Messages body without `model` and `stream`."""

    def events(self, body: Body) -> Events:
        """Closing these before their end stops the answer."""
        ...

    def message(self, body: Body) -> dict[str, Any]: ...


@contextmanager
def source_of(arguments: Namespace) -> Iterator[Source]:
    """The source that the arguments --url, --key, --demo and --model name."""
    with target_of(arguments) as target:
        yield Deployed(target, arguments.model) if target else Direct(arguments.model or DEFAULT_MODEL)


def body_of(arguments: Namespace, messages: list[dict[str, Any]]) -> Body:
    body: Body = {"max_tokens": arguments.max_tokens, "messages": messages}
    return body | ({"system": arguments.system} if arguments.system else {})

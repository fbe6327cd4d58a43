"""`claude-stream doctor`: what is wrong with a deployment, or your access to Bedrock, and what to do about it."""

import sys
from argparse import Namespace

from cli.client_configurations import configurations
from cli.doctor.account import steps_of_account
from cli.doctor.deployment import steps_of_deployment
from cli.doctor.report import report
from cli.failure import Failure
from cli.target import target_of
from infra.settings import DEFAULT_MODEL


def doctor(arguments: Namespace) -> int:
    """Prints a line for each step, or a client's configuration; returns 0 if all is well."""
    try:
        if arguments.client:
            return print_configuration(arguments.client, arguments.url)
        with target_of(arguments) as target:
            if target:
                return report(steps_of_deployment(target, arguments.model))
            return report(steps_of_account(arguments.model or DEFAULT_MODEL))
    except Failure as error:
        print(f"doctor: {error}", file=sys.stderr)
        return 1


def print_configuration(name: str, url: str | None) -> int:
    """The client's section of docs/clients.md with the address in it, and where the rest comes from."""
    known = configurations()
    if name not in known:
        raise Failure(f"{name!r} is not a client that is known here; these are: {', '.join(known)}")
    print(known[name].filled_in(url.rstrip("/") if url else "$URL"))
    print("$KEY stands for an API key: `make key` prints one.")
    if not url:
        print("$URL stands for the function's address: --url fills it in.")
    return 0

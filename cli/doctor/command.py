"""`claude-stream doctor`: what is wrong with a deployment, or your access to Bedrock, and what to do about it."""

import sys
from argparse import Namespace

from cli.doctor.account import steps_of_account
from cli.doctor.deployment import steps_of_deployment
from cli.doctor.report import report
from cli.failure import Failure
from cli.target import target_of
from infra.settings import DEFAULT_MODEL


def doctor(arguments: Namespace) -> int:
    """Prints a line for each step; returns 0 if all is well."""
    try:
        with target_of(arguments) as target:
            if target:
                return report(steps_of_deployment(target, arguments.model))
            return report(steps_of_account(arguments.model or DEFAULT_MODEL))
    except Failure as error:
        print(f"doctor: {error}", file=sys.stderr)
        return 1

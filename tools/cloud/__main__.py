"""The command line: runs a verb, and prints its failure as a sentence."""

import argparse
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

import tools.cloud
from tools.cloud.keys import revoke_key, rotate_key, show_key
from tools.cloud.preflight import preflight
from tools.cloud.stage import deploy, destroy, diff, synth
from tools.cloud.target import Missing
from tools.preflight.findings import Consent, denied

_COMMANDS = {
    "preflight": preflight,
    "synth": synth,
    "diff": diff,
    "deploy": deploy,
    "destroy": destroy,
    "key": show_key,
    "rotate-key": rotate_key,
    "revoke-key": revoke_key,
}


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    try:
        return _COMMANDS[options.command](options)
    except Missing as missing:
        print(f"{options.command}: {missing}", file=sys.stderr)
    except ClientError as error:
        print(f"{options.command}: {_refusal(error)}", file=sys.stderr)
    except BotoCoreError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("", file=sys.stderr)
    return 1


def _refusal(error: ClientError) -> str:
    """AWS's own sentence about a missing permission names the account and the person, and not what to do."""
    if denied(error):
        return f"your credentials may not call {error.operation_name}: have an administrator allow it"
    return str(error)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the options; those that are not known here go to the CDK, as `more`."""
    about = (tools.cloud.__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tools.cloud", description=about, allow_abbrev=False)
    parser.add_argument("command", choices=_COMMANDS)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--name", default="default", help="rotate-key and revoke-key: the key's name")
    parser.add_argument("--remove", action="store_true", help="revoke-key: remove the name, make no new key")
    parser.add_argument(
        "--yes",
        action="store_true",
        help="do not ask before something is changed (terms and quotas are still asked)",
    )
    parser.add_argument(
        Consent.TERMS.value,
        action="store_true",
        help="preflight and deploy: accept the terms of the stage's models",
    )
    parser.add_argument(
        Consent.QUOTA.value, action="store_true", help="preflight and deploy: request quotas that are 0"
    )
    options, options_of_cdk = parser.parse_known_args(arguments)
    options.more = options_of_cdk
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

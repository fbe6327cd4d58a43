"""The command line: runs a verb, and prints its failure as a sentence."""

import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from tools.cloud.options import parse
from tools.cloud.target import Missing
from tools.preflight.findings import denied


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    try:
        return int(options.run(options))
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

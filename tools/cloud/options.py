"""The verbs of the command line, and the options of each."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NoReturn

import tools.cloud
from tools.cloud.accounts import keys as named
from tools.cloud.accounts import limits
from tools.cloud.accounts.usage import usage
from tools.cloud.keys import revoke_key, rotate_key, show_key
from tools.cloud.preflight import preflight
from tools.cloud.stage import deploy, destroy, diff, synth
from tools.preflight.findings import Consent

Verb = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        refuse(self.prog.rpartition(" ")[2], message.removeprefix("argument "))


def refuse(verb: str, sentence: str) -> NoReturn:
    print(f"{verb}: {sentence}", file=sys.stderr)
    sys.exit(2)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The verb's function is `run`. What the CDK's verbs do not know goes to the CDK, as `more`."""
    parser, of_the_cdk = _parser()
    options, more = parser.parse_known_args(arguments)
    if more and options.command not in of_the_cdk:
        refuse(options.command, f"there is no option {more[0]}; --help lists those that there are")
    options.more = more
    return options


def _parser() -> tuple[_Parser, set[str]]:
    """The parser, and the verbs that run the CDK."""
    about = (tools.cloud.__doc__ or "").partition("\n")[0]
    parser = _Parser(prog="python -m tools.cloud", description=about, allow_abbrev=False)
    parser.add_argument("--stage", default="dev")
    verbs = parser.add_subparsers(dest="command", required=True, metavar="VERB", parser_class=_Parser)

    def verb(name: str, run: Verb, words: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=words, description=words, allow_abbrev=False)
        made.add_argument("--stage", default=argparse.SUPPRESS)
        made.set_defaults(run=run)
        return made

    _add_stage_verbs(verb)
    of_the_cdk = set(verbs.choices)
    _add_secret_verbs(verb)
    _add_key_verbs(verb)
    return parser, of_the_cdk


Adder = Callable[[str, Verb, str], argparse.ArgumentParser]


def _add_stage_verbs(verb: Adder) -> None:
    looks = [
        verb("preflight", preflight, "look at the account: what would make the first call fail"),
        verb("deploy", deploy, "deploy the stage"),
    ]
    for command in looks:
        command.add_argument(
            Consent.TERMS.value, action="store_true", help="accept the terms of the stage's models"
        )
        command.add_argument(Consent.QUOTA.value, action="store_true", help="request quotas that are 0")
    verb("synth", synth, "make the stage's template")
    verb("diff", diff, "what a deployment would change")
    for command in (*looks, verb("destroy", destroy, "delete the stage")):
        _add_yes(command)


def _add_secret_verbs(verb: Adder) -> None:
    verb("key", show_key, "print the keys of the stage's secret")
    rotate = verb(
        "rotate-key", rotate_key, "a new key in the secret; the current key works until the next rotation"
    )
    revoke = verb("revoke-key", revoke_key, "lock out a key of the secret")
    revoke.add_argument("--remove", action="store_true", help="remove the name, make no new key")
    for command in (rotate, revoke):
        command.add_argument("--name", default="default", help="the key's name")
        _add_yes(command)


def _add_key_verbs(verb: Adder) -> None:
    now = datetime.now(UTC)
    every = [
        verb("keys", named.list_keys, "list the named keys: limits, use of today and of the month, last used"),
        verb("usage", usage, "what each key used, by model and day"),
    ]
    every[1].add_argument("--days", type=limits.whole_number(100), default=30, help="how many days, 30 unless set")
    every[1].add_argument("--csv", action="store_true", help="comma-separated values")
    one = [
        add := verb("key-add", named.add_key, "make a named key, and print it once"),
        limit := verb("key-limit", named.limit_key, "change a named key's limits; those not named stay"),
        verb("key-disable", named.disable_key, "lock out a named key until it is enabled"),
        verb("key-enable", named.enable_key, "let a disabled key work again"),
        remove := verb("key-remove", named.remove_key, "lock out a named key for good"),
    ]
    limits.add_options(add, now, change=False)
    limits.add_options(limit, now, change=True)
    _add_yes(remove)
    for command in one:
        command.add_argument("--name", required=True, help="the key's name")
    for command in (*every, *one):
        command.add_argument("--json", action="store_true", help="print JSON")


def _add_yes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--yes",
        action="store_true",
        help="do not ask before something is changed (terms and quotas are still asked)",
    )

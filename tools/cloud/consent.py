"""Asking the person at the terminal."""

import argparse
import sys


def agreed(options: argparse.Namespace, question: str, answer: str) -> bool:
    """Whether the person typed `answer`; with --yes they are not asked."""
    if options.yes:
        return True
    print(question, file=sys.stderr)
    if typed(answer):
        return True
    print("Nothing was changed.", file=sys.stderr)
    return False


def typed(answer: str) -> bool:
    try:
        given = input(f"Type {answer} to go on: ")
    except EOFError:
        given = ""
    return given.strip() == answer


def may_be_asked(options: argparse.Namespace) -> bool:
    """Whether somebody is at a terminal, and has not settled by --require-approval what would be asked."""
    return sys.stdin.isatty() and not approval_is_settled(options)


def approval_is_settled(options: argparse.Namespace) -> bool:
    return any(option.startswith("--require-approval") for option in options.more)

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


def somebody_is_there() -> bool:
    return sys.stdin.isatty()

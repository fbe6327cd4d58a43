"""The command line: `claude-stream` with `ask`, `chat`, `doctor` or `usage` (`python -m cli` is the same)."""

import argparse
import os
import sys
from pathlib import Path

# The function's own code, which `ask` uses as it is deployed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))


def main(words: list[str] | None = None) -> int:
    """Runs the command that `words` (default: the process's own arguments) name; returns the exit status."""
    arguments = parser().parse_args(words)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="claude-stream", description="Claude on Bedrock, from the terminal.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="stream one answer to the terminal")
    ask.add_argument("prompt", nargs="*", help="the question; piped input is added after it")
    ask.add_argument("-a", "--attach", action="append", default=[], metavar="FILE", help="an image or a PDF")
    ask.add_argument("-c", "--continue", dest="go_on", action="store_true", help="go on with the last conversation")
    ask.add_argument("-u", "--usage", action="store_true", help="print tokens and times on standard error")
    ask.add_argument("--no-stream", action="store_true", help="print the answer when it is complete")
    ask.add_argument("--json", action="store_true", help="print the whole message as JSON")
    _add_model(ask)
    _add_source(ask)
    ask.set_defaults(run=_ask)

    chat = commands.add_parser("chat", help="a conversation in the terminal")
    chat.add_argument(
        "-c", "--continue", dest="go_on", action="store_true", help="go on with the last conversation"
    )
    _add_model(chat)
    _add_source(chat)
    chat.set_defaults(run=_chat)

    doctor = commands.add_parser("doctor", help="check a deployment, or your way to Bedrock, step by step")
    doctor.add_argument("-m", "--model", help="a Bedrock model or inference-profile id")
    doctor.add_argument("--client", metavar="NAME", help="print how this client is configured, such as claude-code")
    _add_source(doctor)
    doctor.set_defaults(run=_doctor)

    usage = commands.add_parser("usage", help="what the key has used, and what is left of its limits")
    usage.add_argument("--json", action="store_true", help="print the function's answer as JSON")
    _add_source(usage)
    usage.set_defaults(run=_usage)
    return parser


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument("-m", "--model", help="a Bedrock model or inference-profile id")
    command.add_argument("-s", "--system", help="a system prompt")
    command.add_argument("--max-tokens", type=_positive, default=1024, help="the answer's limit (default: 1024)")


def _add_source(command: argparse.ArgumentParser) -> None:
    source = command.add_mutually_exclusive_group()
    source.add_argument("--url", help="ask the deployed function at this URL instead of Bedrock")
    source.add_argument("--demo", action="store_true", help="start a demo and ask it: no AWS")
    command.add_argument("--key", default=os.environ.get("CLAUDE_STREAM_KEY"), help="the API key for --url")


# Each command imports what it needs when it runs, so that it does not load the other commands' libraries.


def _ask(arguments: argparse.Namespace) -> int:
    from cli.ask import ask  # noqa: PLC0415

    return ask(arguments)


def _chat(arguments: argparse.Namespace) -> int:
    from cli.chat import chat  # noqa: PLC0415

    return chat(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from cli.doctor.command import doctor  # noqa: PLC0415

    return doctor(arguments)


def _usage(arguments: argparse.Namespace) -> int:
    from cli.usage import usage  # noqa: PLC0415

    return usage(arguments)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

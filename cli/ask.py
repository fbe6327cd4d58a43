"""`claude-stream ask`: one question, and the answer on the terminal as it arrives.

Owns the question, and what is reported after its answer. answer.py prints; sources.py finds who answers.
"""

import json
import sys
from argparse import Namespace
from contextlib import closing
from typing import Any

from claude_stream.errors import ApiError
from cli import conversations
from cli.answer import Answer
from cli.attachments import block_of
from cli.failure import Failure
from cli.sources import Body, Source, body_of, source_of


def ask(arguments: Namespace) -> int:
    """Prints the answer to standard output, and all else to standard error; returns the exit status."""
    answer = Answer()
    try:
        question = question_of(arguments)
        identifier, earlier = conversations.latest() if arguments.go_on else (None, [])
        if arguments.go_on and identifier is None:
            raise Failure("there is no conversation to continue yet")
        messages = [*earlier, question]
        with source_of(arguments) as source:
            _answer(source, body_of(arguments, messages), arguments, answer)
    except (Failure, ApiError) as error:
        answer.break_line()
        print(f"ask: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        answer.break_line()
        print("ask: stopped", file=sys.stderr)
        return 130
    answer.break_line()
    if answer.text:
        conversations.keep("ask", identifier, [*messages, {"role": "assistant", "content": answer.text}])
    if answer.stop_reason == "max_tokens":
        print(f"ask: cut at {arguments.max_tokens} tokens; --max-tokens allows more", file=sys.stderr)
    if arguments.usage:
        print(answer.usage_line(), file=sys.stderr)
    return 0


def _answer(source: Source, body: Body, arguments: Namespace, answer: Answer) -> None:
    if arguments.json:
        message = source.message(body)
        print(json.dumps(message, ensure_ascii=False, indent=2))
        answer.take(message)
    elif arguments.no_stream:
        answer.show_whole(source.message(body))
    else:
        with closing(source.events(body)) as events:
            for event in events:
                answer.show(event)


def question_of(arguments: Namespace) -> dict[str, Any]:
    """The user's message: attachments before the text, as Claude reads them best."""
    attached = [block_of(name) for name in arguments.attach]
    prompt = read_prompt(arguments.prompt)
    return {"role": "user", "content": [*attached, {"type": "text", "text": prompt}] if attached else prompt}


def read_prompt(words: list[str]) -> str:
    """The prompt of the command line, followed by the piped input."""
    parts = [" ".join(words)]
    if not sys.stdin.isatty():
        try:
            parts.append(sys.stdin.read())
        except UnicodeDecodeError as error:
            raise Failure("what was piped in is not text in UTF-8") from error
    prompt = "\n\n".join(part.strip() for part in parts if part.strip())
    if not prompt:
        raise Failure('there is no question: say it, as in ask "你好", or pipe it in')
    return prompt

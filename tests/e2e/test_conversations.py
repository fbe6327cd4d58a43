"""The rest of the command line: attachments, conversations that go on, whole answers, and `claude-stream chat`."""

import base64
import json
import os
import pty
import select
import stat
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest

from cli.attachments import MOST_BYTES, block_of, media_type_of
from cli.failure import Failure
from emulator.aws.bedrock import answers
from tests.asking import model_calls
from tests.conftest import KEY, Deployment
from tests.places import ROOT

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Shell:
    """A person's shell, with a home of its own, at a deployed function."""

    def __init__(self, deployment: Deployment, home: Path) -> None:
        self.deployment = deployment
        self.home = home
        self.environment = {**os.environ, "XDG_DATA_HOME": str(home), "CLAUDE_STREAM_KEY": KEY, "TERM": "xterm"}
        self.environment["PROMPT_TOOLKIT_NO_CPR"] = "1"  # no terminal here reports the cursor's position

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli", "ask", "--url", self.deployment.url.url, *words]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def sent(self) -> Any:
        return model_calls(self.deployment.simulator)[-1].body["messages"]


@pytest.fixture
def shell(deployment: Deployment, tmp_path: Path) -> Shell:
    return Shell(deployment, tmp_path)


def test_a_picture_and_a_pdf_go_along_whatever_they_are_called(shell: Shell, tmp_path: Path) -> None:
    picture, document = tmp_path / "picture.txt", tmp_path / "no ending"
    picture.write_bytes(PNG)
    document.write_bytes(b"%PDF-1.4\n")
    done = shell.ask("-a", str(picture), "-a", str(document), "What are these?")
    assert (done.returncode, done.stderr) == (0, "")
    image, pdf, text = shell.sent()[0]["content"]
    assert image["source"] == {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    assert (pdf["type"], pdf["source"]["media_type"]) == ("document", "application/pdf")
    assert text == {"type": "text", "text": "What are these?"}


@pytest.mark.parametrize(
    ("beginning", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_first_bytes_say_what_a_file_is(beginning: bytes, media_type: str | None) -> None:
    assert media_type_of(beginning + b"..." if beginning else b"") == media_type


def test_what_cannot_be_attached_is_said(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(PNG.ljust(MOST_BYTES + 1, b"\0"))
    (tmp_path / "text.png").write_text("no picture")
    for name, says in (("large", "the most"), ("text.png", "none of PNG"), ("absent", "cannot be read")):
        with pytest.raises(Failure, match=says):
            block_of(str(tmp_path / name))


def test_a_conversation_goes_on(shell: Shell) -> None:
    assert shell.ask("你好").returncode == 0
    shell.ask("-c", "and then?")
    shell.ask("-c", "and then?")
    said = shell.sent()
    assert [message["role"] for message in said] == ["user", "assistant", "user", "assistant", "user"]
    assert said[1]["content"] == answers.answer("你好")
    assert shell.ask("a new one").returncode == 0
    assert len(shell.sent()) == 1


def test_only_their_owner_can_read_conversations(shell: Shell) -> None:
    shell.ask("你好")
    folder = shell.home / "claude-stream"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "conversations.db").stat().st_mode) == 0o600


def test_there_has_to_be_one_to_go_on_with(shell: Shell) -> None:
    done = shell.ask("-c", "and then?")
    assert (done.returncode, done.stderr) == (1, "ask: there is no conversation to continue yet\n")


def test_an_answer_is_given_where_nothing_can_be_kept(shell: Shell) -> None:
    (shell.home / "claude-stream").write_text("a file where the folder should be")
    done = shell.ask("你好")
    assert (done.returncode, done.stdout) == (0, answers.answer("你好"))
    assert "XDG_DATA_HOME" in done.stderr
    assert shell.ask("-c", "and then?").returncode == 1


def test_a_whole_answer_and_its_json(shell: Shell) -> None:
    done = shell.ask("--no-stream", "-u", "你好")
    assert done.stdout == answers.answer("你好")
    assert "stopped by end_turn" in done.stderr
    assert model_calls(shell.deployment.simulator)[-1].operation == "InvokeModel"
    message = json.loads(shell.ask("--json", "你好").stdout)
    assert message["content"][0]["text"] == answers.answer("你好")
    assert message["usage"]["output_tokens"] > 0


def test_a_failure_of_a_whole_answer_is_one_sentence(shell: Shell) -> None:
    for option in ("--no-stream", "--json"):
        done = shell.ask(option, "/denied")
        assert (done.returncode, done.stdout) == (1, "")
        assert "denies access" in done.stderr


class Terminal:
    """`claude-stream chat` at a terminal: what a person types, and what they see."""

    def __init__(self, shell: Shell, *words: str) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "chat", "--url", shell.deployment.url.url, *words],
            cwd=ROOT,
            env=shell.environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._seen = ""

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, text: str) -> None:
        """Reads until the text is there; forgets what was before it."""
        until = time.monotonic() + 60
        while text not in self._seen:
            ready, _, _ = select.select([self._master], [], [], max(0, until - time.monotonic()))
            assert ready, f"no {text!r} in {self._seen!r}"
            self._seen += os.read(self._master, 65536).decode("utf-8", "replace")
        self._seen = self._seen.partition(text)[2]

    def wait_for_prompt(self) -> None:
        """Waits until the line can be edited: the terminal then passes on each key as it is."""
        until = time.monotonic() + 60
        while termios.tcgetattr(self._master)[3] & termios.ICANON:
            assert time.monotonic() < until, "no prompt came"
            time.sleep(0.02)

    def close(self) -> int:
        self.type("\x04")
        status = self.process.wait(60)
        os.close(self._master)
        return status


def test_a_chat_that_cannot_be_kept_says_so_under_its_own_name(shell: Shell) -> None:
    (shell.home / "claude-stream").write_text("a file where the folder should be")
    terminal = Terminal(shell)
    terminal.wait_for_prompt()
    terminal.type("你好\r")
    terminal.wait_for("BEDROCK=aws")  # the answer's end
    terminal.wait_for("chat: conversations cannot be kept")
    terminal.wait_for_prompt()
    assert terminal.close() == 0


def test_a_chat_keeps_what_was_said_and_brings_back_what_was_typed(shell: Shell) -> None:
    terminal = Terminal(shell)
    terminal.wait_for_prompt()
    terminal.type("first question\r")
    terminal.wait_for("BEDROCK=aws")  # the answer's end
    terminal.wait_for_prompt()
    terminal.type("\x1b[A")  # the arrow up: the first question again
    terminal.wait_for("first question")
    terminal.type(" again\r")
    terminal.wait_for("BEDROCK=aws")
    said = shell.sent()
    assert [message["content"] for message in said if message["role"] == "user"] == [
        "first question",
        "first question again",
    ]
    terminal.wait_for_prompt()
    terminal.type("/denied\r")
    terminal.wait_for("denies access")
    terminal.wait_for_prompt()
    terminal.type("/new\r")
    terminal.wait_for_prompt()
    terminal.type("fresh\r")
    terminal.wait_for("BEDROCK=aws")
    assert len(shell.sent()) == 1
    terminal.wait_for_prompt()
    assert terminal.close() == 0
    shell.ask("-c", "and in one line?")
    assert [message["role"] for message in shell.sent()] == ["user", "assistant", "user"]

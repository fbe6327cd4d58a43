"""What a document tells its readers to type: its fenced blocks, the commands in them, and how they are run."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# A block that begins so only shows something: the answer to the command above it, or a drawing.
_SHOWN = re.compile(r'data: "|.*──▶', re.DOTALL)
# All in one process, as importing the clients takes most of the time.
_RUN_ALL = """
import contextlib, io, json, sys
outputs = []
for snippet in json.loads(sys.argv[3]):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(snippet, {"URL": sys.argv[1], "KEY": sys.argv[2]})
    outputs.append(output.getvalue())
print(json.dumps(outputs))
"""


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks in that language; "" is those that name none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for named, block in found if named == language]


def is_for_a_shell(block: str) -> bool:
    """Whether a block that names no language is to be typed, not only shown."""
    return not _SHOWN.match(block)


def commands(text: str) -> list[str]:
    """Each line of the blocks that name no language, without its comment: these are for a shell."""
    shell = "".join(filter(is_for_a_shell, blocks(text, "")))
    lines = shell.replace("\\\n", " ").splitlines()
    return [re.sub(r"\s+# .*", "", line) for line in lines if line.strip()]


def run_python(programs: Sequence[str], url: str, key: str, folder: Path) -> list[str]:
    """What each program prints, with URL and KEY set."""
    command = [sys.executable, "-c", _RUN_ALL, url, key, json.dumps(programs)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    outputs: list[str] = json.loads(done.stdout)
    return outputs


def run_shell(
    command: str, *, home: Path, typed: str = "", variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs the command in a home of its own, where curl fails for an error status and draws no progress."""
    (home / ".curlrc").write_text("fail\nsilent\nshow-error\n")
    return subprocess.run(
        ["sh", "-c", command],
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(home), **variables},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

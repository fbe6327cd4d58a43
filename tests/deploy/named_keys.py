"""A named key's life in the deployed stage: made, used, limited, disabled, enabled and removed by the commands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.background import Background
from tests.deploy.account import Account
from tests.deploy.conversation import serving
from tests.deploy.observed import Observed
from tests.deploy.processes import Ran


@dataclass(frozen=True)
class NamedKeyLife:
    """How each command ran, by its name; `answers` is what new environments answered to a prompt after it.

    `usage` is the function's own answer after the first prompt, `items` are the table's afterwards.
    """

    ran: dict[str, Ran]
    answers: dict[str, int]
    usage: dict[str, Any]
    items: list[dict[str, Any]]

    @property
    def key(self) -> str:
        return self.ran["key-add"].out.strip()


def live(account: Account, deployed: Observed, code: Path, background: Background) -> NamedKeyLife:
    ran, answers, usage = {}, {}, {}

    def run(verb: str, *arguments: str) -> None:
        ran[verb] = account.cloud(verb, *arguments)

    def look(verb: str) -> None:
        """Environments keep what they have read of a key for a minute: these are new."""
        with serving(account, deployed, code, background) as served:
            key = ran["key-add"].out.strip()
            answers[verb] = served.status(key, "/stream?prompt=hello")
            if verb == "key-add":
                usage.update(served.usage(key))

    run("key-add", "--name", "alice", "--usd-per-day", "1", "--models", "claude-haiku-5-5", "--expires", "1d")
    look("key-add")
    run("keys", "--json")
    run("usage", "--json")
    run("key-limit", "--name", "alice", "--tokens-per-day", "1", "--usd-per-day", "none")
    look("key-limit")
    run("key-disable", "--name", "alice")
    look("key-disable")
    run("key-enable", "--name", "alice")
    run("key-remove", "--name", "alice", "--yes")
    look("key-remove")
    items = account.client("dynamodb").scan(TableName=deployed.named("TableAccounts"))["Items"]
    return NamedKeyLife(ran, answers, usage, items)

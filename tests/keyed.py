"""Named keys in a deployment's table, and what the table has of them afterwards."""

from typing import Any

from emulator.aws.named_keys import add_key, put_key
from emulator.background import Background
from tests.conftest import Deployment


class Keyed:
    """A deployment with a table."""

    def __init__(self, deployment: Deployment, background: Background) -> None:
        self.deployment = deployment
        self.http = deployment.http
        self.dynamodb = deployment.simulator.dynamodb
        self._background = background

    def add(self, name: str, **attributes: Any) -> dict[str, str]:
        """The headers of a new key's holder."""
        return {"x-api-key": self._background.run(add_key(self.dynamodb, name, **attributes), 120)}

    def change(self, headers: dict[str, str], name: str, **attributes: Any) -> None:
        self._background.run(put_key(self.dynamodb, headers["x-api-key"], name, **attributes))

    def items(self) -> list[dict[str, Any]]:
        return self._background.run(self.dynamodb.items())

    def sums(self, name: str) -> dict[str, dict[str, Any]]:
        """By unit: minute, day and month. Of several minutes the last."""
        found = [item for item in self.items() if item["pk"] == f"spend#{name}"]
        return {item["sk"].partition("#")[0]: item for item in sorted(found, key=lambda item: str(item["sk"]))}

    def calls(self) -> list[str]:
        """The operations that the function has asked the table for."""
        return [operation for operation, _ in self.dynamodb.calls]

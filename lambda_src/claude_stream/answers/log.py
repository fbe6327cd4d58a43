"""A kept answer's items: a head, and a log of parts that only grows.

- `answer#<key name>#<id>`, `head`: `run`, `path`, and `asked`, the SHA-256 of what was asked.
- the same, `<run>#<number>`: `events`, compressed; `at`, in ms since 1970. The last one has a `state`.

Each part is a new item, so one conditional Put writes it, and a Put that is repeated changes nothing. Who wants the
answer to stop puts a part with `stop` in the writer's way. All expire together.
"""

import base64
import time
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from claude_stream.bedrock.signing import Call
from claude_stream.table import Conflict, Item, Table, decoded

_HEAD = "head"
_CALL_SECONDS = 5.0  # as long as limits are waited for
_DELETED_AT_ONCE = 25  # BatchWriteItem takes no more


class Head(NamedTuple):
    """`run` tells the answer from an expired one that had the same id."""

    run: str
    path: str
    asked: str
    expires_at: int  # seconds since 1970


class Part(NamedTuple):
    """`events` as they were written to the client; `at` is the writer's sign of life, in seconds since 1970."""

    number: int
    at: float
    events: bytes = b""
    state: str = ""  # of the last part: done, failed or cancelled
    usage: str = ""  # of the last part: JSON
    stop: bool = False


class AnswerLog:
    """One answer of one key. Every method may raise TableUnavailable."""

    def __init__(self, table: Table, key_name: str, answer_id: str) -> None:
        self._table = table
        self._pk = f"answer#{key_name}#{answer_id}"

    def claim(self, head: Head) -> Head:
        """Begins an answer, unless there is one: the head that is there, or `head`."""
        try:
            self._ask("PutItem", self._new_item(_HEAD, _encoded(head._asdict()), head))
        except Conflict as conflict:
            return _head(conflict.items[0] or {})
        return head

    def head(self) -> Head | None:
        found = self._ask("GetItem", {"Key": self._key(_HEAD), "ConsistentRead": True}).get("Item")
        head = _head(decoded(found)) if found else None
        return head if head and head.expires_at > time.time() else None

    def start(self, head: Head, part: Part) -> Call:
        """The call that writes a part, not sent yet."""
        return self._table.start("PutItem", {"TableName": self._table.name, **self._new_part(head, part)})

    def write(self, head: Head, part: Part, until: float | None = None) -> Part | None:
        """Writes a part; the one that is there instead, if it is another."""
        try:
            self._ask("PutItem", self._new_part(head, part), until)
        except Conflict as conflict:
            found = _part(conflict.items[0] or {})
            return found if (found.stop, found.state) != (part.stop, part.state) else None
        return None

    def parts(self, head: Head, after: int) -> list[Part]:
        """The parts with a number over `after`, in order; where they are many, the first of them."""
        return self._query(head, after, {})

    def last(self, head: Head) -> Part:
        found = self._query(head, 0, {"ScanIndexForward": False, "Limit": 1})
        return found[0] if found else Part(0, 0)

    def forget(self) -> None:
        """Deletes all items of the answer."""
        query = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": self._pk}},
            "ProjectionExpression": "pk, sk",
            "ConsistentRead": True,
            "Limit": _DELETED_AT_ONCE,
        }
        while keys := self._ask("Query", query)["Items"]:
            requests = [{"DeleteRequest": {"Key": key}} for key in keys]
            # What is not processed comes with the next query.
            self._table.ask("BatchWriteItem", {"RequestItems": {self._table.name: requests}}, _soon())

    def _query(self, head: Head, after: int, options: Mapping[str, Any]) -> list[Part]:
        first, last = (_sort_key(head.run, number) for number in (after + 1, 10**6 - 1))
        query = {
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {":pk": {"S": self._pk}, ":first": {"S": first}, ":last": {"S": last}},
            "ConsistentRead": True,
            **options,
        }
        return [_part(decoded(item)) for item in self._ask("Query", query)["Items"]]

    def _ask(self, operation: str, request: Item, until: float | None = None) -> dict[str, Any]:
        return self._table.ask(operation, {"TableName": self._table.name, **request}, until or _soon())

    def _new_part(self, head: Head, part: Part) -> Item:
        values: dict[str, Any] = {"at": round(part.at * 1000)}
        if part.events:
            values["events"] = zlib.compress(part.events)
        values |= {name: value for name in ("state", "usage", "stop") if (value := getattr(part, name))}
        return self._new_item(_sort_key(head.run, part.number), _encoded(values), head)

    def _new_item(self, sort_key: str, values: Item, head: Head) -> Item:
        """A PutItem that never replaces an item that has not expired."""
        return {
            "Item": {**self._key(sort_key), **values, "expires_at": {"N": str(head.expires_at)}},
            "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
            "ExpressionAttributeValues": {":now": {"N": str(int(time.time()))}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _key(self, sort_key: str) -> Item:
        return {"pk": {"S": self._pk}, "sk": {"S": sort_key}}


def _soon() -> float:
    return time.monotonic() + _CALL_SECONDS


def _sort_key(run: str, number: int) -> str:
    return f"{run}#{number:06}"


def _head(item: Item) -> Head:
    return Head(*(item[name] for name in Head._fields))


def _part(item: Item) -> Part:
    events = zlib.decompress(base64.b64decode(item["events"])) if "events" in item else b""
    return Part(
        int(item["sk"].rpartition("#")[2]),
        item["at"] / 1000,
        events,
        item.get("state", ""),
        item.get("usage", ""),
        bool(item.get("stop")),
    )


def _encoded(values: Mapping[str, Any]) -> Item:
    return {name: _value(value) for name, value in values.items()}


def _value(value: str | bytes | int) -> Item:
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    return {"S": value} if isinstance(value, str) else {"N": str(int(value))}

"""The items of a stage's table, read and written with the person's own credentials."""

import time
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from claude_stream.accounts import schema
from tools.cloud.target import Missing, Target

Item = dict[str, Any]
Changes = Mapping[str, Any]  # an attribute's new value; None takes the attribute away

_MOST_AT_ONCE = 100  # keys in one BatchGetItem
_PAUSE_SECONDS = 0.1  # before what the table was too busy to answer is asked for again


class Table:
    """The table of a stage."""

    def __init__(self, target: Target, name: str) -> None:
        self._client = target.client("dynamodb")
        self._name = name

    def add(self, name: str, key_hash: str, item: Item) -> None:
        """The key and its name, both or neither."""
        places = ((schema.name_place(name), {"hash": key_hash}), (schema.key_place(key_hash), item))
        puts = [
            {
                "Put": {
                    "TableName": self._name,
                    "Item": _stored(_key(place) | attributes),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for place, attributes in places
        ]
        try:
            self._client.transact_write_items(TransactItems=puts)
        except ClientError as error:
            if _is(error, "TransactionCanceledException"):
                raise Missing(
                    f"there is a key named {name} already: choose another name, change its limits with key-limit, "
                    "or remove it first with key-remove"
                ) from None
            raise

    def remove(self, name: str, key_hash: str) -> None:
        places = (schema.name_place(name), schema.key_place(key_hash))
        deletes = [{"Delete": {"TableName": self._name, "Key": _stored(_key(place))}} for place in places]
        self._client.transact_write_items(TransactItems=deletes)

    def change(self, name: str, key_hash: str, changes: Changes) -> Item:
        """The key's item with the changes; Missing where it was removed meanwhile."""
        names = {f"#{number}": attribute for number, attribute in enumerate(changes)}
        values = {f":{number}": value for number, value in enumerate(changes.values()) if value is not None}
        sets = [f"#{number} = :{number}" for number, value in enumerate(changes.values()) if value is not None]
        removals = [f"#{number}" for number, value in enumerate(changes.values()) if value is None]
        parts = [f"{verb} {', '.join(of)}" for verb, of in (("SET", sets), ("REMOVE", removals)) if of]
        try:
            answer = self._client.update_item(
                TableName=self._name,
                Key=_stored(_key(schema.key_place(key_hash))),
                UpdateExpression=" ".join(parts),
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeNames=names,
                **({"ExpressionAttributeValues": _stored(values)} if values else {}),
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if _is(error, "ConditionalCheckFailedException"):
                raise _no_key(name, []) from None
            raise
        return _read(answer["Attributes"])

    def hash_of(self, name: str) -> str:
        """The hash of the key with that name; Missing names the keys that there are."""
        items = self._items([schema.name_place(name)])
        if not items:
            raise _no_key(name, self.names())
        return str(items[0]["hash"])

    def key(self, key_hash: str, name: str) -> Item:
        items = self._items([schema.key_place(key_hash)])
        if not items:
            raise _no_key(name, [])
        return items[0]

    def names(self) -> list[str]:
        return [str(item["sk"]) for item in self._query(schema.NAMES)]

    def keys(self) -> list[Item]:
        """All keys, by name."""
        hashes = [str(item["hash"]) for item in self._query(schema.NAMES)]
        items = self._items([schema.key_place(key_hash) for key_hash in hashes])
        return sorted(items, key=lambda item: str(item["name"]))

    def spend(self, names: Iterable[str], window: schema.Window) -> dict[str, Item]:
        """The counters of that window, by the key's name, where there are any."""
        items = self._items([schema.spend_place(name, window) for name in names])
        return {str(item["pk"]).partition("#")[2]: item for item in items}

    def last_used(self, name: str) -> int | None:
        """Seconds since 1970; None where the key was not used as long as days are kept."""
        partition = schema.spend_place(name, schema.window("day", 0))[0]
        for item in self._query(partition, beginning="day#", newest_first=True):
            if "last_used" in item:
                return int(item["last_used"])
        return None

    def days(self, since: str) -> Iterator[Item]:
        """The counters of every key's days from `since` on, also of keys that have been removed."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._name,
            FilterExpression="begins_with(pk, :spend) AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=_stored({":spend": "spend#", ":first": f"day#{since}", ":last": "day#~"}),
        )
        yield from (_read(item) for page in pages for item in page["Items"])

    def _query(self, partition: str, beginning: str = "", *, newest_first: bool = False) -> Iterator[Item]:
        condition, values = "pk = :pk", {":pk": partition}
        if beginning:
            condition, values = f"{condition} AND begins_with(sk, :sk)", values | {":sk": beginning}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=_stored(values),
            ScanIndexForward=not newest_first,
            ConsistentRead=True,
        )
        yield from (_read(item) for page in pages for item in page["Items"])

    def _items(self, places: Iterable[schema.Place]) -> list[Item]:
        keys = [_stored(_key(place)) for place in places]
        found: list[Item] = []
        while keys:
            batch, keys = keys[:_MOST_AT_ONCE], keys[_MOST_AT_ONCE:]
            answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": batch, "ConsistentRead": True}})
            found += map(_read, answer["Responses"].get(self._name, []))
            if unread := answer.get("UnprocessedKeys"):
                keys += unread[self._name]["Keys"]
                time.sleep(_PAUSE_SECONDS)
        return found


def _no_key(name: str, names: Iterable[str]) -> Missing:
    others = ", ".join(names)
    return Missing(f"there is no key named {name}, " + (f"only {others}" if others else "key-add makes one"))


def _is(error: ClientError, code: str) -> bool:
    return bool(error.response["Error"]["Code"] == code)


def _key(place: schema.Place) -> Item:
    return {"pk": place[0], "sk": place[1]}


def _stored(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def _read(item: Mapping[str, Any]) -> Item:
    return {name: _plain(TypeDeserializer().deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value

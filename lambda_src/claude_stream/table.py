"""The stage's DynamoDB table: items read, and changes of several items that are made together or not at all.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

import json
import os
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from claude_stream import log
from claude_stream.accounts.schema import Place
from claude_stream.bedrock.connection import BrokenConnection
from claude_stream.bedrock.signing import AwsError, Call, NoCredentials, Service
from claude_stream.errors import Unavailable
from claude_stream.sse import json_bytes

Item = dict[str, Any]

_REPLY_SECONDS = 2.0
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.5
_CONDITION = "ConditionalCheckFailed"
# An item is in another change just now, or the table serves fewer than are asked: the same can succeed in a moment.
_TRANSIENT = {
    *("None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"),  # in a cancelled change
    *("TransactionInProgressException", "ThrottlingException", "ProvisionedThroughputExceededException"),
    *("RequestLimitExceeded",),
}


class TableUnavailable(Unavailable):
    """The table could not be asked, or refused for a reason that is not the caller's."""

    is_of_table = True


class Conflict(Exception):
    """A change's condition does not hold. `items` has each change's item as it is; None where it holds."""

    def __init__(self, items: list[Item | None]) -> None:
        super().__init__()
        self.items = items


class Change(NamedTuple):
    """Adds to an item's numbers and sets others. `at_most`: what numbers may be before that; missing ones are 0."""

    place: Place
    add: Mapping[str, int]
    set: Mapping[str, int]
    at_most: Mapping[str, int]


class Table:
    """The table `name`. Waits end at `until`, a time.monotonic() value, by TableUnavailable. Shared by threads."""

    def __init__(self, service: Service, name: str) -> None:
        self._service = service
        self.name = name

    def read(self, places: Iterable[Place], until: float) -> dict[Place, Item]:
        """The items that are there, as they are now."""
        found: dict[Place, Item] = {}
        asked: Any = {self.name: {"Keys": list(map(_key, places)), "ConsistentRead": True}}
        while asked:
            answer = self.ask("BatchGetItem", {"RequestItems": asked}, until)
            for item in map(decoded, answer["Responses"].get(self.name, [])):
                found[item["pk"], item["sk"]] = item
            asked = answer.get("UnprocessedKeys")
        return found

    def change(self, changes: Sequence[Change], until: float) -> None:
        """Makes all changes once, or none: Conflict says whose condition does not hold.

        After TableUnavailable it is not known whether they were made.
        """
        self.ask("TransactWriteItems", {"TransactItems": [self._update(each) for each in changes]}, until)

    def _update(self, change: Change) -> dict[str, Any]:
        names = {f"#{index}": name for index, name in enumerate([*change.set, *change.add])}
        alias = {name: key for key, name in names.items()}
        values = {f":{alias[name][1:]}": value for name, value in [*change.set.items(), *change.add.items()]}
        sets = ", ".join(f"{alias[name]} = :{alias[name][1:]}" for name in change.set)
        adds = ", ".join(f"{alias[name]} :{alias[name][1:]}" for name in change.add)
        update: dict[str, Any] = {
            "TableName": self.name,
            "Key": _key(change.place),
            "UpdateExpression": f"SET {sets} ADD {adds}",
            "ExpressionAttributeNames": names,
        }
        conditions = []
        for name, most in change.at_most.items():
            values[f":most{alias[name][1:]}"] = most
            conditions.append(f"(attribute_not_exists({alias[name]}) OR {alias[name]} <= :most{alias[name][1:]})")
        if conditions:
            update["ConditionExpression"] = " AND ".join(conditions)
            update["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        update["ExpressionAttributeValues"] = {name: {"N": str(value)} for name, value in values.items()}
        return {"Update": update}

    def start(self, operation: str, request: dict[str, Any]) -> Call:
        """A call, not sent yet."""
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        return self._service.call("/", headers, json_bytes(request))

    def ask(self, operation: str, request: dict[str, Any], until: float) -> dict[str, Any]:
        """The answer; asked again while the table is busy or its replies are lost."""
        unsure, pause = False, _FIRST_PAUSE_SECONDS
        while True:
            # By its token DynamoDB knows a change that is asked for again, and makes it once. With another token it
            # is another change: only if every earlier one was refused.
            if "TransactItems" in request and not unsure:
                request["ClientRequestToken"] = os.urandom(16).hex()
            call = self.start(operation, request)
            try:
                answer: dict[str, Any] = json.loads(call.content(min(until, time.monotonic() + _REPLY_SECONDS)))
                return answer
            except AwsError as error:
                code, is_refused = error.code, 0 < error.status < 500
                if is_refused:
                    _raise_unless_transient(error)
            except NoCredentials:
                raise _unavailable("no credentials") from None
            except (BrokenConnection, TimeoutError):
                code, is_refused = "", False
            finally:
                call.close()
            unsure = unsure or not is_refused or call.sends > 1
            wait = random.uniform(pause / 2, pause)  # noqa: S311
            if time.monotonic() + wait >= until:
                raise _unavailable(code)
            time.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _raise_unless_transient(error: AwsError) -> None:
    code = error.code.replace(f"{_CONDITION}Exception", _CONDITION)  # a single change's
    reasons = error.details.get("CancellationReasons") or [{**error.details, "Code": code}]
    if any(reason["Code"] == _CONDITION for reason in reasons):
        raise Conflict([decoded(each.get("Item", {})) if each["Code"] == _CONDITION else None for each in reasons])
    final = [reason["Code"] for reason in reasons if reason["Code"] not in _TRANSIENT]
    if final:
        raise _unavailable(final[0])


def _unavailable(code: str) -> TableUnavailable:
    """Writes the line that says why; a refusal's own text may name the account or quote an item."""
    log.error(f"the table cannot be used: {code or 'no answer'}")
    return TableUnavailable("Keys and limits cannot be looked up just now. Ask again in a moment.", retry_after=5)


def _key(place: Place) -> dict[str, Any]:
    return {"pk": {"S": place[0]}, "sk": {"S": place[1]}}


def decoded(item: Mapping[str, Any]) -> Item:
    return {name: _value(value) for name, value in item.items()}


def _value(encoded: Mapping[str, Any]) -> Any:
    """A value of the kinds that the schema has: a string, a whole number, true or false, or a list of these."""
    ((kind, value),) = encoded.items()
    if kind == "N":
        return int(value)
    return [_value(each) for each in value] if kind == "L" else value

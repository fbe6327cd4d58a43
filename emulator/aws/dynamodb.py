"""DynamoDB on the simulator's address: moto's implementation in this process, with what it lacks, and faults.

moto has the items, the expressions and the reasons of cancelled transactions. It has no idempotency tokens, and its
server runs transactions side by side, which then undo each other's: here one thread makes one call at a time.
"""

import asyncio
import enum
import json
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from emulator.aws.caller import ACCESS_KEY_ID, REGION
from emulator.exchange import Exchange

_TOKEN_SECONDS = 600  # how long a transaction's token is known
_URL = f"http://dynamodb.{REGION}.amazonaws.com/"
_CALLER = f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/20261127/{REGION}/dynamodb/aws4_request, Signature=0"
_JSON = "application/x-amz-json-1.0"
_PREFIX = "com.amazonaws.dynamodb.v20120810#"

Answer = tuple[int, bytes]


class Fault(enum.Enum):
    """What goes wrong with a call."""

    THROTTLED = "the table serves fewer calls than are made"
    CONFLICT = "another transaction has an item"
    FAILED = "the service fails, after it has made the change"
    LOST_CALL = "the connection breaks before the call arrives"
    LOST_REPLY = "the call is made, and the connection breaks before the reply"
    SILENT = "the call is made, and no reply comes"


class DynamoDb:
    """One table, `table_name`, with partition key pk and sort key sk.

    `fault` chooses what goes wrong with a call, by its operation; `calls` has the operations and requests so far.
    """

    def __init__(self) -> None:
        self.table_name = f"claude-stream-{uuid.uuid4().hex[:12]}"  # all tables of a process are in one moto
        self.fault: Callable[[str], Fault | None] = lambda _: None
        self.calls: list[tuple[str, Any]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dynamodb")
        self._tokens: dict[str, tuple[float, Any, Answer]] = {}
        self._call: Callable[[str, bytes], Answer] | None = None

    async def serve(self, exchange: Exchange, body: bytes) -> None:
        operation = exchange.header("x-amz-target").partition(".")[2]
        request = json.loads(body)
        self.calls.append((operation, request))
        fault = self.fault(operation)
        if fault is Fault.LOST_CALL:
            return exchange.abort()
        if fault in (Fault.THROTTLED, Fault.CONFLICT):
            status, answer = refusal_of(fault, request)
        else:
            status, answer = await self.answer(operation, request)
        if fault is Fault.LOST_REPLY:
            return exchange.abort()
        if fault is Fault.SILENT:
            await asyncio.Event().wait()
        if fault is Fault.FAILED:
            status, answer = 500, _error("InternalServerError", "The request processing has failed")
        headers = [("content-type", _JSON), ("x-amzn-requestid", str(uuid.uuid4()))]
        return await exchange.respond(status, headers, answer)

    async def answer(self, operation: str, request: Mapping[str, Any]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, operation, request)

    async def put(self, **attributes: Any) -> None:
        """Puts an item; its values are strings, whole numbers, true or false, or lists of strings."""
        item = {name: _encoded(value) for name, value in attributes.items()}
        status, answer = await self.answer("PutItem", {"TableName": self.table_name, "Item": item})
        assert status == 200, answer

    async def items(self) -> list[dict[str, Any]]:
        """All that is in the table."""
        _, answer = await self.answer("Scan", {"TableName": self.table_name})
        found = json.loads(answer)["Items"]
        return [{name: _decoded(value) for name, value in item.items()} for item in found]

    def close(self) -> None:
        self._thread.shutdown(wait=False)

    def _answer(self, operation: str, request: Mapping[str, Any]) -> Answer:
        token = request.get("ClientRequestToken")
        parameters = {name: value for name, value in request.items() if name != "ClientRequestToken"}
        known = self._tokens.get(token) if token else None
        if known and time.monotonic() - known[0] < _TOKEN_SECONDS:
            if known[1] == parameters:
                return known[2]
            return 400, _error("IdempotentParameterMismatchException", "The parameters differ from the token's.")
        if self._call is None:
            self._call = _moto()
            self._call("CreateTable", _definition(self.table_name))
        status, answer = self._call(operation, json.dumps(request).encode())
        if token and status == 200:
            self._tokens[token] = (time.monotonic(), parameters, (status, answer))
        return status, answer


def _moto() -> Callable[[str, bytes], Answer]:
    """Loads moto, which takes a second: only what asks the table waits for it."""
    from moto.core.model_instances import reset_model_data  # noqa: PLC0415
    from moto.core.request import Request  # noqa: PLC0415
    from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415

    def call(operation: str, body: bytes) -> Answer:
        headers = {
            "x-amz-target": f"DynamoDB_20120810.{operation}",
            "content-type": _JSON,
            "authorization": _CALLER,
        }
        request = Request.from_primitives("POST", _URL, headers, body)
        status, _, answer = DynamoHandler.dispatch(request, _URL, request.headers)
        reset_model_data()  # moto keeps every item there ever was, and a copy of the table for each transaction
        return int(status), answer.encode() if isinstance(answer, str) else answer

    return call


def _definition(name: str) -> bytes:
    keys = {"pk": "HASH", "sk": "RANGE"}
    definition = {
        "TableName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return json.dumps(definition).encode()


def refusal_of(fault: Fault, request: Mapping[str, Any]) -> Answer:
    """What DynamoDB says where it makes no change of the request: THROTTLED or CONFLICT."""
    if fault is Fault.THROTTLED:
        return 400, _error("ProvisionedThroughputExceededException", "Rate exceeded")
    reasons = [{"Code": "None"} for _ in request.get("TransactItems", [None])]
    reasons[-1] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
    codes = ", ".join(reason["Code"] for reason in reasons)
    sentence = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return 400, _error("TransactionCanceledException", sentence, CancellationReasons=reasons)


def _error(code: str, message: str, **more: Any) -> bytes:
    return json.dumps({"__type": _PREFIX + code, "message": message, **more}).encode()


def _encoded(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    return {"L": [_encoded(each) for each in value]} if isinstance(value, list) else {"S": value}


def _decoded(encoded: Mapping[str, Any]) -> Any:
    ((kind, value),) = encoded.items()
    if kind == "N":
        return int(value)
    return [_decoded(each) for each in value] if kind == "L" else value

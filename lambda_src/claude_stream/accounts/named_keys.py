"""Named keys, by what the table says of them: kept for a minute, so that a revoked key is dead within one."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from claude_stream.accounts import schema
from claude_stream.accounts.callers import Caller
from claude_stream.accounts.key_format import hash_of, is_well_formed
from claude_stream.errors import AuthenticationFailed, NotFound, PermissionDenied, RateLimited
from claude_stream.models import ModelCatalog
from claude_stream.table import Item, Table

_FRESH_SECONDS = 60  # by the wall clock: the monotonic one stands still while an environment is frozen
_READ_SECONDS = 5
_MOST_RECORDS = 1000
_MOST_UNKNOWN = 30  # reads a minute for keys that are not there

UNKNOWN = "The API key in the request's header is not a valid one."


class _Record(NamedTuple):
    """What was read at `read_at`; without a caller there is no such key."""

    read_at: float
    caller: Caller | None
    disabled: bool = False


class NamedKeys:
    """The callers with named keys. `observe` gets the sums that are read with them. Shared by threads."""

    def __init__(
        self, table: Table, models: ModelCatalog, observe: Callable[[Mapping[schema.Place, Item]], None]
    ) -> None:
        self._table = table
        self._models = models
        self._observe = observe
        self._records: dict[str, _Record] = {}  # by the key's hash
        self._unknown = (0, 0)  # the minute, and how many unknown keys were read in it
        self._lock = threading.Lock()

    def caller_of(self, key: str) -> Caller:
        """AuthenticationFailed for no key of ours, PermissionDenied for one that may not be used any more."""
        if not is_well_formed(key):
            raise AuthenticationFailed(UNKNOWN)
        record = self._record(hash_of(key))
        caller = record.caller
        if caller is None:
            raise AuthenticationFailed(UNKNOWN)
        if record.disabled:
            raise PermissionDenied(f"The key {caller.name} is disabled. Ask who gave it to you.")
        if caller.expires is not None and caller.expires <= time.time():
            raise PermissionDenied(
                f"The key {caller.name} has expired, at {schema.iso(caller.expires)}. Ask for a new one."
            )
        return caller

    def _record(self, key_hash: str) -> _Record:
        record = self._records.get(key_hash)
        now = time.time()
        if record and 0 <= now - record.read_at < _FRESH_SECONDS:  # if the clock was set back, it is not fresh
            return record
        if record is None or record.caller is None:
            self._check_flood(int(now // 60))
        record = self._read(key_hash, record.caller if record else None, now)
        with self._lock:
            self._records.pop(key_hash, None)
            if len(self._records) >= _MOST_RECORDS:
                del self._records[next(iter(self._records))]  # the oldest
            self._records[key_hash] = record
            if record.caller is None:
                self._unknown = (self._unknown[0], self._unknown[1] + 1)
        return record

    def _check_flood(self, minute: int) -> None:
        with self._lock:
            if self._unknown[0] != minute:
                self._unknown = (minute, 0)
            if self._unknown[1] >= _MOST_UNKNOWN:
                raise RateLimited(
                    "Too many keys that do not exist are tried here. Ask again in a minute.", retry_after=60
                )

    def _read(self, key_hash: str, known: Caller | None, now: float) -> _Record:
        """With a limited key that is known already, its sums are read in the same call."""
        place = schema.key_place(key_hash)
        until = time.monotonic() + _READ_SECONDS
        items = self._table.read([place, *_sums_of(known, now)], until)
        item = items.pop(place, None)
        if item is None:
            return _Record(now, None)
        caller = self._caller(item)
        if not known:
            items = self._table.read(sums, until) if (sums := _sums_of(caller, now)) else {}
        self._observe(items)
        return _Record(now, caller, bool(item.get("disabled")))

    def _caller(self, item: Item) -> Caller:
        allowed: list[str] | None = item.get("models")
        return Caller(
            item["name"],
            {name: item[name] for name in schema.KEY_LIMITS if name in item},
            None if allowed is None else _ModelsOfKey(self._models, allowed, item["name"]),
            item.get("max_tokens"),
            item.get("expires"),
        )


class _ModelsOfKey(ModelCatalog):
    """The models that a key may use; the first of them is its default."""

    def __init__(self, stage: ModelCatalog, allowed: list[str], name: str) -> None:
        super().__init__(*stage.only(allowed))
        self._stage = stage
        self._key_name = name

    def resolve(self, name: str) -> str:
        try:
            return super().resolve(name)
        except NotFound:
            self._stage.resolve(name)
            raise PermissionDenied(
                f"the key {self._key_name} may not use it, but {', '.join(self.names)}.",
                field="model",
            ) from None


def _sums_of(caller: Caller | None, now: float) -> list[schema.Place]:
    """None where there are no limits to compare them with."""
    if caller is None or not caller.limits:
        return []
    return [schema.spend_place(caller.name, window) for window in schema.windows_of(caller.limits, now)]

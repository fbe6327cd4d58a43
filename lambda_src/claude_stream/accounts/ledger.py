"""The books: what keys may spend is reserved before Bedrock is called, and settled when the answer has ended.

A reservation is the most that a request can take. It and the settlement are one transaction each, over all windows
that the request counts in, so the sums never exceed a limit. An answer whose use is not known stays at its
reservation: it ends with its window. docs/decisions/0007-keys-with-limits.md has the reasons.
"""

import time
from collections.abc import Mapping
from typing import Any

from claude_stream.accounts import schema
from claude_stream.accounts.callers import Caller, Reservation, Use
from claude_stream.accounts.ceilings import Ceiling, ceiling_of
from claude_stream.accounts.limits import Limit, in_dollars, limits_of
from claude_stream.accounts.prices import Price, cost, input_of, runs_of, worst
from claude_stream.errors import PermissionDenied, RateLimited
from claude_stream.models import short_name
from claude_stream.outcome import Outcome
from claude_stream.table import Change, Conflict, Item, Table

_WAIT_SECONDS = 5.0
_MOST_SUMS = 1000
_FRESH_SECONDS = 60
_PER_MINUTE = {"requests": 1}  # no minute has a limit on anything else


class Ledger:
    """`budget` is the stage's, `prices` are by model id. Shared by threads."""

    def __init__(self, table: Table, prices: Mapping[str, Price], budget: Mapping[str, int]) -> None:
        self._table = table
        self._prices = prices
        self._budget = budget
        self._sums: dict[schema.Place, Item] = {}  # as of the last read, and what this environment has added since
        self._budget_read_at = 0.0

    def observe(self, items: Mapping[schema.Place, Item]) -> None:
        """Takes sums as they were just read."""
        if len(self._sums) > _MOST_SUMS:
            self._sums.clear()
        self._sums.update(items)

    def reserve(self, caller: Caller, model_id: str, body: bytes) -> Reservation:
        """RateLimited says which limit has no room for the request."""
        now = time.time()
        owners = {name: limits for name, limits in self._owners(caller).items() if limits}
        most = self._most(caller, model_id, ceiling_of(body, model_id))
        limits = [limit for name, own in owners.items() for limit in limits_of(name, own, now)]
        counters = most.counters()
        for limit in limits:
            if counters[limit.counter] > limit.most:
                raise limit.refusal(0, counters[limit.counter], now)
        changes = []
        for name, own in owners.items():
            for window in schema.windows_of(own, now):
                place = schema.spend_place(name, window)
                rooms = {each.counter: each.most - counters[each.counter] for each in limits if each.place == place}
                add = _PER_MINUTE if window.unit == "minute" else counters
                changes.append(Change(place, add, {schema.EXPIRES_AT: window.expires_at}, rooms))
        try:
            self._make(changes, time.monotonic() + _WAIT_SECONDS)
        except Conflict as conflict:
            raise self._refusal(conflict, changes, limits, now) from None
        return Reservation(caller, model_id, now, most, tuple(owners))

    def settle(self, reservation: Reservation, outcome: Outcome, *, is_refused: bool, until: float) -> None:
        """Books what was used in place of what was reserved. Bedrock takes nothing for what it refuses."""
        caller, model_id, at, most, owners = reservation
        if is_refused and not owners:
            return
        # Without the last event that counts the tokens, an answer may have had all that it could.
        is_known = bool(outcome.stop_reason) and "output_tokens" in outcome.usage
        used = self._used(model_id, outcome.usage) if is_known or not owners else most
        use = Use() if is_refused else used
        changes = []
        for name in {caller.name, *owners}:
            reserved = most.counters() if name in owners else {}
            add = {counter: number - reserved.get(counter, 0) for counter, number in use.counters().items()}
            for window in schema.windows_of((), at):
                adds, sets = dict(add), {schema.EXPIRES_AT: window.expires_at}
                if window.unit == "day" and name != schema.STAGE:
                    sets["last_used"] = int(at)
                    by_model = {"requests": 1, **use._asdict()}
                    adds |= {schema.model_counter(key, short_name(model_id)): by_model[key] for key in by_model}
                changes.append(Change(schema.spend_place(name, window), adds, sets, {}))
        self._make(changes, until)

    def limits(self, caller: Caller) -> list[tuple[Limit, int]]:
        """The caller's limits, and what this environment knows to be used of each."""
        limits = limits_of(caller.name, caller.limits, time.time())
        return [(limit, self._known(limit)) for limit in limits]

    def usage(self, caller: Caller) -> dict[str, Any]:
        """What `GET /v1/usage` says of the caller's use, as it is now."""
        windows = schema.windows_of(caller.limits, time.time())
        places = {window.unit: schema.spend_place(caller.name, window) for window in windows}
        items = self._table.read(places.values(), time.monotonic() + _WAIT_SECONDS)
        self.observe(items)
        answer: dict[str, Any] = {"limits": [limit.usage(used) for limit, used in self.limits(caller)]}
        for unit in ("day", "month"):
            item = items.get(places[unit], {})
            numbers = {counter: item.get(counter, 0) for counter in ("requests", "tokens")}
            answer[unit] = {**numbers, "usd": in_dollars(item.get("micro_usd", 0))}
        return answer

    def budget_used(self, until: float) -> float | None:
        """Of the stage's budget, in percent of the limit that is nearest; read once a minute, for an alarm."""
        now = time.time()
        limits = [limit for limit in limits_of(schema.STAGE, self._budget, now) if limit.window.unit != "minute"]
        if limits and not 0 <= now - self._budget_read_at < _FRESH_SECONDS:
            self.observe(self._table.read({limit.place for limit in limits}, until))
            self._budget_read_at = now
        return max((100 * self._known(limit) / limit.most for limit in limits), default=None)

    def _known(self, limit: Limit) -> int:
        used: int = self._sums.get(limit.place, {}).get(limit.counter, 0)
        return used

    def _owners(self, caller: Caller) -> dict[str, Mapping[str, int]]:
        return {caller.name: caller.limits, schema.STAGE: self._budget}

    def _most(self, caller: Caller, model_id: str, ceiling: Ceiling) -> Use:
        price = self._prices.get(model_id)
        if price is None and any("usd" in name for name in (*caller.limits, *self._budget)):
            raise PermissionDenied(
                f"{short_name(model_id)} has no price here, and what the key {caller.name} may spend is limited in "
                "dollars. Choose another model.",
                field="model",
            )
        tokens = ceiling.input_tokens, ceiling.output_tokens
        return Use(*tokens, worst(price, *tokens, for_an_hour=ceiling.for_an_hour) if price else 0)

    def _used(self, model_id: str, usage: Mapping[str, Any]) -> Use:
        runs = runs_of(usage)
        price = self._prices.get(model_id)
        return Use(
            sum(map(input_of, runs)),
            sum(run.get("output_tokens") or 0 for run in runs),
            cost(price, usage) if price else 0,
        )

    def _make(self, changes: list[Change], until: float) -> None:
        self._table.change(changes, until)
        for place, add, _, _ in changes:
            item = self._sums.get(place, {})
            self.observe(
                {place: item | {counter: item.get(counter, 0) + number for counter, number in add.items()}}
            )

    def _refusal(self, conflict: Conflict, changes: list[Change], limits: list[Limit], now: float) -> RateLimited:
        """Of the limits without room, the one that begins again last."""
        pairs = zip(changes, conflict.items, strict=True)
        items = {change.place: item for change, item in pairs if item is not None}
        self.observe(items)
        wanted = {change.place: change.add for change in changes}
        full = [
            limit
            for limit in limits
            if items.get(limit.place, {}).get(limit.counter, 0) + wanted[limit.place][limit.counter] > limit.most
        ]
        last = max(full, key=lambda limit: limit.window.end)
        return last.refusal(items[last.place].get(last.counter, 0), wanted[last.place][last.counter], now)

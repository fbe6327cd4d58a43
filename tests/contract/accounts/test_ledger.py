"""The books against an oracle: whatever is reserved, settled or forgotten, at whatever time, the sums are exact."""

import json
import time
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from claude_stream.accounts import schema
from claude_stream.accounts.callers import Caller, Reservation
from claude_stream.accounts.ledger import Ledger
from claude_stream.errors import RateLimited
from claude_stream.outcome import Outcome
from emulator.aws.dynamodb import DynamoDb, Fault
from tests.contract.accounts.tables import TableServer
from tests.contract.aws_calls.asking import HAIKU, soon

PRICE = {"input": 10**6, "output": 2 * 10**6, "cache_read": 10**5, "cache_write": 10**6, "cache_write_1h": 10**6}
BUDGET = {"micro_usd_per_month": 60_000, "requests_per_minute": 8}
LIMITS = {"micro_usd_per_day": 20_000, "tokens_per_day": 15_000, "requests_per_minute": 5}
NOON = 1_795_780_800  # 2026-11-27T12:00:00Z
DAY_SECONDS = 86_400
FAULTS = st.sampled_from([None] * 4 + [each for each in Fault if each is not Fault.SILENT])
Sums = dict[str, int]


class Books(RuleBasedStateMachine):
    """Two environments, two keys and the stage's budget; `expected` is what every window has to hold."""

    server: TableServer
    dynamodb: DynamoDb
    clock: list[float]
    reservations = Bundle("reservations")

    @initialize()
    def begin(self) -> None:
        self.callers = [Caller(f"{name}-{uuid.uuid4().hex[:8]}", LIMITS) for name in ("ann", "bob")]
        # Each example has a time of its own, as the stage's sums are in one table.
        self.clock[0] = NOON + uuid.uuid4().int % 10_000 * 100 * DAY_SECONDS
        self.table = self.server.open()
        self.environments = [Ledger(self.table, {HAIKU: PRICE}, BUDGET) for _ in range(2)]
        self.expected: dict[schema.Place, Sums] = {}

    @rule(
        target=reservations,
        environment=st.integers(0, 1),
        who=st.integers(0, 1),
        prompt=st.integers(0, 3000),
        most=st.integers(1, 4000),
        fault=FAULTS,
    )
    def reserve(self, environment: int, who: int, prompt: int, most: int, fault: Fault | None) -> Any:
        caller, now = self.callers[who], self.clock[0]
        body = json.dumps({"max_tokens": most, "messages": [{"role": "user", "content": "a" * prompt}]}).encode()
        input_ = len(body) + 1000
        wanted = {"requests": 1, "tokens": input_ + most, "micro_usd": input_ + 2 * most}
        fits = all(
            self.sums(owner, unit, now)[counter] + wanted[counter] <= limit
            for owner, limits in ((caller.name, LIMITS), (schema.STAGE, BUDGET))
            for name, limit in limits.items()
            for counter, unit in [schema.parts_of(name)]
        )
        self.play(fault)
        if not fits:
            with pytest.raises(RateLimited):
                self.environments[environment].reserve(caller, HAIKU, body)
            return multiple()
        reservation = self.environments[environment].reserve(caller, HAIKU, body)
        for owner in (caller.name, schema.STAGE):
            self.add(owner, "minute", now, {"requests": 1})
            self.add(owner, "day", now, wanted)
            self.add(owner, "month", now, wanted)
        return reservation

    @rule(
        reservation=consumes(reservations),
        environment=st.integers(0, 1),
        part=st.floats(0, 1),
        ending=st.sampled_from(["known", "cut off", "refused"]),
        fault=FAULTS,
    )
    def settle(
        self, reservation: Reservation, environment: int, part: float, ending: str, fault: Fault | None
    ) -> None:
        most = reservation.most
        outcome = Outcome()
        used = most if ending == "cut off" else most._replace(input_tokens=0, output_tokens=0, micro_usd=0)
        if ending != "refused":
            input_, output = int(most.input_tokens * part), int(most.output_tokens * part)
            outcome.usage = {"input_tokens": input_, "output_tokens": output}
        if ending == "known":
            outcome.stop_reason = "end_turn"
            used = used._replace(input_tokens=input_, output_tokens=output, micro_usd=input_ + 2 * output)
        self.play(fault)
        self.environments[environment].settle(reservation, outcome, is_refused=ending == "refused", until=soon())
        reserved, taken = most.counters(), used.counters()
        difference = {counter: taken[counter] - reserved[counter] for counter in taken}
        for owner in (reservation.caller.name, schema.STAGE):
            self.add(owner, "day", reservation.at, difference)
            self.add(owner, "month", reservation.at, difference)

    @rule(reservation=consumes(reservations))
    def crash(self, reservation: Reservation) -> None:
        """Its environment dies: nobody settles it."""

    @rule(
        seconds=st.sampled_from([1, 30, 60, 3600, 12 * 3600, DAY_SECONDS, 31 * DAY_SECONDS, -1, -61, -DAY_SECONDS])
    )
    def step_clock(self, seconds: int) -> None:
        """Time passes, a window ends, or the clock is set back."""
        self.clock[0] += seconds

    @rule(who=st.integers(0, 1), environment=st.integers(0, 1))
    def look(self, who: int, environment: int) -> None:
        usage = self.environments[environment].usage(self.callers[who])
        for name, unit in (("day", "day"), ("month", "month")):
            assert usage[name]["tokens"] == self.sums(self.callers[who].name, unit, self.clock[0])["tokens"]

    @invariant()
    def every_sum_is_exact_and_within_its_limit(self) -> None:
        if not getattr(self, "expected", None):
            return
        found = self.table.read(self.expected, soon())
        for place, sums in self.expected.items():
            item = found[place]
            assert {counter: item.get(counter, 0) for counter in sums} == sums
            limits = BUDGET if place[0] == f"spend#{schema.STAGE}" else LIMITS
            for name, limit in limits.items():
                counter, unit = schema.parts_of(name)
                if place[1].startswith(unit):
                    assert 0 <= sums[counter] <= limit

    def sums(self, owner: str, unit: str, at: float) -> Sums:
        place = schema.spend_place(owner, schema.window(unit, at))
        return self.expected.get(place, dict.fromkeys(schema.COUNTERS, 0))

    def add(self, owner: str, unit: str, at: float, numbers: Sums) -> None:
        sums = self.sums(owner, unit, at)
        place = schema.spend_place(owner, schema.window(unit, at))
        self.expected[place] = {counter: sums[counter] + numbers.get(counter, 0) for counter in sums}

    def play(self, fault: Fault | None) -> None:
        """Plays the fault with the next call."""
        faults = [fault] if fault else []
        self.dynamodb.fault = lambda _: faults.pop() if faults else None


@pytest.mark.timeout(900)
def test_the_sums_are_exact(moto: TableServer, dynamodb: DynamoDb, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [float(NOON)]
    monkeypatch.setattr("claude_stream.table._FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(
        "claude_stream.accounts.ledger.time",
        SimpleNamespace(time=lambda: clock[0], monotonic=time.monotonic),
    )
    machine = type("Machine", (Books,), {"server": moto, "dynamodb": dynamodb, "clock": clock})
    run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=25, deadline=None))
    moto.close_connections()

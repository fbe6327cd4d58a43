"""The invocations of an environment, and where each is: waiting for a poll, with the runtime, or over.

Owns the rule that a runtime polls only after it has answered, and reports only on invocations that it was given.
runtime_api_server.py speaks over the wire.
"""

import asyncio
import contextlib
from collections import deque

from emulator.lambda_.invocation import Invocation, Outcome
from emulator.lambda_.runtime_messages import unknown_id, wrong_moment

Poll = asyncio.Future[Invocation]


class InvocationQueue:
    """An environment's invocations. `concurrency` is how many the runtime may have at once."""

    def __init__(self, concurrency: int) -> None:
        self._concurrency = concurrency
        self._waiting: deque[Invocation] = deque()
        self._polls: deque[Poll] = deque()
        self._active: dict[str, Invocation] = {}
        self._over: set[str] = set()

    def offer(self, invocation: Invocation) -> None:
        """Hands the invocation to the poll that has waited longest, or keeps it for the next poll."""
        self._waiting.append(invocation)
        self._match()

    def poll(self) -> Poll:
        """A future of the next invocation; a Breach if the runtime may not poll now."""
        self._check_poll()
        poll: Poll = asyncio.get_running_loop().create_future()
        self._polls.append(poll)
        self._match()
        return poll

    def give_up(self, poll: Poll) -> None:
        """The client of the poll has gone before there was an invocation."""
        self._polls.remove(poll)

    def put_back(self, invocation: Invocation) -> None:
        """The client of the poll has gone before the invocation reached it: the next poll gets the invocation."""
        invocation.delivered = False
        if self._active.pop(invocation.request_id, None):
            self._waiting.appendleft(invocation)
            self._match()

    def active(self, request_id: str, what: str) -> Invocation:
        """The running invocation that the runtime reports on with `what`, such as /response; else a Breach."""
        if request_id in self._active:
            return self._active[request_id]
        if request_id in self._over:
            raise wrong_moment(f"A second {what} for {request_id}, or one that came too late: it is over.")
        raise unknown_id(f"{what} for {request_id!r}, an id that this environment was never given.")

    def forget(self, invocation: Invocation) -> None:
        """The invocation is over; later reports on it are breaches."""
        self._over.add(invocation.request_id)
        self._active.pop(invocation.request_id, None)
        with contextlib.suppress(ValueError):
            self._waiting.remove(invocation)

    def crash(self) -> None:
        """The process has ended, and every open invocation with it."""
        for invocation in [*self._active.values(), *self._waiting]:
            invocation.finish(Outcome.CRASH)

    def _check_poll(self) -> None:
        if len(self._active) + len(self._polls) < self._concurrency:
            return
        if self._active:
            ids = ", ".join(self._active)
            raise wrong_moment(f"/next was polled before the response to {ids} had ended.")
        waiting = len(self._polls)
        raise wrong_moment(f"/next was polled with {waiting} waiting already: concurrency is {self._concurrency}.")

    def _match(self) -> None:
        while self._waiting and self._polls:
            invocation = self._waiting.popleft()
            self._active[invocation.request_id] = invocation
            self._polls.popleft().set_result(invocation)

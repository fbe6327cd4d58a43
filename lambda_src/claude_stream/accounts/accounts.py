"""Who may ask, and for how much: the one place where keys and limits meet requests and answers.

It loads what works with the table only when a key or a limit needs it, which keeps all other cold starts short.
"""

import logging
import time
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from claude_stream.accounts.callers import Caller, Reservation
from claude_stream.auth import Keyring
from claude_stream.bedrock.signing import Service
from claude_stream.errors import ApiError
from claude_stream.model_call import ModelCall
from claude_stream.models import ModelCatalog
from claude_stream.settings import Settings

if TYPE_CHECKING:
    from claude_stream.accounts.ledger import Ledger
    from claude_stream.accounts.named_keys import NamedKeys
    from claude_stream.routes import Exchange
    from claude_stream.table import Table

logger = logging.getLogger(__name__)

_PREVIOUS = " (previous)"  # what the keyring adds to the name of a key that was rotated
_SETTLE_SECONDS = 5.0
_AFTER_DEADLINE_SECONDS = 1.0  # Lambda's own deadline is two seconds after a request's


class Accounts:
    """Keys and their limits. Without a table there are only the secret's keys. Shared by threads."""

    def __init__(self, settings: Settings, keyring: Keyring, models: ModelCatalog, table: Service | None) -> None:
        """`table` is the service that has it."""
        self._settings = settings
        self._keyring = keyring
        self._models = models
        self._service = table

    def admit(self, exchange: "Exchange") -> None:
        """Finds out who asks. AuthenticationFailed or PermissionDenied for a key that may not."""
        key = exchange.request.api_key()
        if self._service and key and key.startswith("cs-"):
            exchange.caller = self._named_keys.caller_of(key)
            exchange.record.key_name = exchange.caller.name
        else:
            exchange.record.key_name = self._keyring.name_of(key)
            exchange.caller = Caller(exchange.record.key_name.removesuffix(_PREVIOUS))

    def reserve(self, exchange: "Exchange", call: ModelCall) -> None:
        """Reserves the most that the call can take. RateLimited where a limit has no room for it."""
        caller = exchange.caller
        if not self._service:
            return
        if caller.limits or self._settings.budget:
            exchange.reservation = self._ledger.reserve(caller, call.model_id, call.body)
        else:
            exchange.reservation = Reservation(caller, call.model_id, time.time())

    def settle(self, exchange: "Exchange") -> None:
        """Books what the answer has used, however it ended. Never fails: what cannot be booked stays reserved."""
        if exchange.reservation is None:
            return
        record = exchange.record
        until = min(time.monotonic() + _SETTLE_SECONDS, exchange.request.deadline + _AFTER_DEADLINE_SECONDS)
        try:
            self._ledger.settle(exchange.reservation, record.outcome, is_refused=record.is_refused, until=until)
            if (used := self._ledger.budget_used(until)) is not None:
                record.of_accounts["BudgetUsedPercent"] = round(used, 1)
        except ApiError:
            record.of_accounts["TableErrors"] = 1
        except Exception:
            logger.exception("the use of an answer could not be booked")

    def headers(self, exchange: "Exchange") -> Iterator[tuple[str, str]]:
        """What is left of the caller's requests and tokens, as its dialect says it; no API has one for dollars."""
        if exchange.caller.limits:
            for limit, used in self._ledger.limits(exchange.caller):
                if limit.counter != "micro_usd":
                    yield from exchange.dialect.limit_headers(limit, used)

    def usage(self, caller: Caller) -> dict[str, Any]:
        """What `GET /v1/usage` answers."""
        return {"key": caller.name, **(self._ledger.usage(caller) if self._service else {"limits": []})}

    @cached_property
    def _table(self) -> "Table":
        from claude_stream.table import Table  # noqa: PLC0415

        assert self._service is not None
        return Table(self._service, self._settings.table_name)

    @cached_property
    def _ledger(self) -> "Ledger":
        from claude_stream.accounts.ledger import Ledger  # noqa: PLC0415

        return Ledger(self._table, self._settings.prices, self._settings.budget)

    @cached_property
    def _named_keys(self) -> "NamedKeys":
        from claude_stream.accounts.named_keys import NamedKeys  # noqa: PLC0415

        return NamedKeys(self._table, self._models, self._ledger.observe)

"""A check, what it found, and what it offers to do about that. Knows nothing of any AWS service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from botocore.exceptions import BotoCoreError, ClientError

_DENIED = ("AccessDeniedException", "AccessDenied", "DependencyAccessDeniedException", "UnauthorizedException")


class State(Enum):
    OK = "ok"
    UNSEEN = "----"  # it could not be looked at
    DOUBTFUL = "warn"  # the first call may fail
    BLOCKED = "FAIL"  # the first call, or the deployment, fails for certain


class Consent(Enum):
    """What a person has to agree to, each by a command-line option of its own."""

    TERMS = "--accept-model-terms"
    QUOTA = "--request-quotas"


@dataclass(frozen=True)
class Offer:
    """What can be done now, if the person agrees; `accept` does it and returns what holds afterwards."""

    consent: Consent
    question: str
    accept: Callable[[], "Finding"]


@dataclass(frozen=True)
class Finding:
    """One fact, as a sentence for a person."""

    state: State
    said: str
    offer: Offer | None = None


@dataclass(frozen=True)
class Check:
    name: str
    look: Callable[[], Iterable[Finding]]

    def findings(self) -> list[Finding]:
        """What the check found: one finding, UNSEEN, if AWS refuses it or cannot be reached."""
        try:
            return list(self.look())
        except ClientError as error:
            return [unseen(error)]
        except BotoCoreError as error:
            return [Finding(State.UNSEEN, f"not looked at: {_first_line(error)}")]


def denied(error: ClientError) -> bool:
    return str(error.response["Error"]["Code"]) in _DENIED


def unseen(error: ClientError) -> Finding:
    if denied(error):
        return Finding(
            State.UNSEEN, f"not looked at: your credentials may not call {error.operation_name} in this account"
        )
    return Finding(
        State.UNSEEN, f"not looked at: {error.operation_name} answered {error.response['Error']['Code']}"
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]

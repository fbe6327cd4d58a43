"""The faults that the simulated Bedrock plays, chosen by the first word of the prompt.

Owns the table of faults; runtime.py and sending.py play them.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from emulator.aws.bedrock import answers, event_stream
from emulator.aws.error import ServiceError

FOREVER = math.inf
PIECES_BEFORE_MIDWAY = 5  # how many are sent before a fault in the middle


class Ending(Enum):
    """How a stream goes on after its midway frame."""

    END = "the body ends as if it were complete"
    BREAK = "the connection is cut"
    STALL = "nothing more is sent, the connection stays open"


@dataclass(frozen=True)
class Midway:
    frame: bytes
    ending: Ending


@dataclass(frozen=True)
class Fault:
    """What differs from a good answer; the defaults are the good answer."""

    refusal: ServiceError | None = None
    times: float = FOREVER  # how many requests of the same text the refusal meets
    before_head: float = 0  # seconds
    before_first_event: float = 0  # seconds, once the head is sent
    pieces: tuple[str, ...] | None = None
    stop_reason: str = "end_turn"
    pieces_per_second: float | None = None
    midway: Midway | None = None
    bare_status: int | None = None  # a proxy of AWS's answers: HTML, without AWS's headers
    intervenes: bool = False  # a guardrail blocks the answer
    null_usage: bool = False  # the last usage of a stream forgets what the first one counted


Argument = float | None
FaultFactory = Callable[[Argument], Fault]


def fault(prompt: str) -> Fault:
    """The fault that the prompt asks for: `/long 500` is the word /long with the argument 500."""
    words = prompt.split(maxsplit=2)
    factory = FAULTS.get(words[0]) if words else None
    return factory(_number(words[1:])) if factory else Fault()


def _number(words: list[str]) -> Argument:
    return float(words[0]) if words and re.fullmatch(r"\d{1,6}(\.\d+)?", words[0]) else None


def _refused(status: int, code: str, message: str) -> FaultFactory:
    return lambda _: Fault(refusal=ServiceError(status, code, message))


def _midway(frame: bytes, ending: Ending) -> FaultFactory:
    return lambda _: Fault(midway=Midway(frame, ending))


def _unavailable() -> ServiceError:
    return ServiceError(503, "ServiceUnavailableException", "Bedrock is unable to process your request.")


def _bare(status: Argument) -> Fault:
    return Fault(bare_status=int(status) if status is not None and 400 <= status < 600 else 502)


def _soon_over(status: int, code: str, message: str) -> FaultFactory:
    """Refuses the same text `times` times (default 1) with `retry-after: 1`."""
    refusal = ServiceError(status, code, message, retry_after=1)
    return lambda times: Fault(refusal=refusal, times=1 if times is None else times)


_DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/claude-stream-dev/claude-stream is not authorized to perform: "
    "bedrock:InvokeModelWithResponseStream on resource: "
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-5-5 "
    "because no identity-based policy allows the bedrock:InvokeModelWithResponseStream action"
)
_LOST = event_stream.chunk(
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": " lost"}}
)
_OVERLOADED = event_stream.chunk({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
_TOO_MANY = "Too many requests, please wait before trying again."

FAULTS: dict[str, FaultFactory] = {
    # before the first event
    "/throttle": _refused(429, "ThrottlingException", _TOO_MANY),
    # the quota of a day: no wait of seconds helps
    "/daily": _refused(429, "ThrottlingException", "Too many tokens per day, please wait before trying again."),
    "/bare": _bare,
    "/denied": _refused(403, "AccessDeniedException", _DENIED),
    "/invalid": _refused(400, "ValidationException", "messages.0.content: the prompt asked for this refusal"),
    "/notfound": _refused(404, "ResourceNotFoundException", "Could not resolve the foundation model."),
    "/unavailable": lambda _: Fault(refusal=_unavailable()),
    "/overloaded": _refused(429, "ModelNotReadyException", "The model is not ready for inference. Try again."),
    "/error": _refused(500, "InternalServerException", "The system encountered an unexpected error."),
    "/flaky": lambda times: Fault(refusal=_unavailable(), times=1 if times is None else times),
    "/busy": _soon_over(429, "ThrottlingException", _TOO_MANY),
    "/crowded": _soon_over(429, "ModelNotReadyException", "The model is not ready for inference. Try again."),
    "/silent": lambda seconds: Fault(before_first_event=FOREVER if seconds is None else seconds),
    "/hang": lambda _: Fault(before_head=FOREVER),
    # midway
    "/throttle-midway": _midway(event_stream.exception("throttlingException", _TOO_MANY), Ending.END),
    "/cut": _midway(_LOST[: len(_LOST) // 2], Ending.BREAK),
    "/end": _midway(b"", Ending.END),
    "/garbage": _midway(event_stream.with_wrong_checksum(_LOST), Ending.END),
    "/stall": _midway(b"", Ending.STALL),
    "/error-event": _midway(_OVERLOADED, Ending.END),
    # other answers
    "/surrogates": lambda _: Fault(pieces=("An", " emoji", " in", " halves", ": ", "\ud83d", "\ude00", ".")),
    "/slow": lambda _: Fault(pieces_per_second=2),
    "/long": lambda count: Fault(pieces=answers.long_answer(1000 if count is None else int(count))),
    "/intervene": lambda _: Fault(pieces=tuple(answers.pieces(answers.BLOCKED)), intervenes=True),
    "/null-usage": lambda _: Fault(null_usage=True),
    "/refuse": lambda _: Fault(pieces=tuple(answers.pieces(answers.REFUSAL)), stop_reason="refusal"),
}

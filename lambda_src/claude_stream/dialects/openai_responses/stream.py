"""A streamed answer as the Responses API's events.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from typing import Any

from claude_stream import sse
from claude_stream.dialects.openai_responses.answers import (
    Asked,
    failure,
    finished,
    item_status,
    now,
    response,
)
from claude_stream.dialects.openai_responses.output import Item, Reasoning, item_of
from claude_stream.dialects.openai_shared.answers import error_body
from claude_stream.dialects.openai_shared.stream import EventWriter
from claude_stream.errors import ApiError
from claude_stream.model_call import ModelCall
from claude_stream.sse import json_bytes

Json = dict[str, Any]


class Writer(EventWriter):
    """One answer's events, numbered from 0: created, the output's items one after the other, and how it ended.

    An item is finished when the next event says what became of it: the last one may have been cut off.
    """

    def __init__(self, created: int, asked_for: str, asked: Asked, request_id: str) -> None:
        super().__init__()
        self._created = created
        self._asked_for = asked_for
        self._asked = asked
        self._request_id = request_id
        self._number = 0  # of the next event
        self._response: Json = {}
        self._output: list[Json] = []
        self._item: Item | None = None
        self._before, self._name = b"", ""  # of the event of a piece: what stands before the piece, and its name
        self._writers = {
            "message_start": self._message_start,
            "content_block_start": self._block_start,
            "content_block_delta": self._block_delta,
            "content_block_stop": self._block_stop,
            "message_delta": self._message_delta,
            "message_stop": self._message_stop,
        }

    def end(self) -> bytes:
        return b""

    def error(self, error: ApiError) -> bytes:
        """`error`, which SDKs raise, and `response.failed` for clients that wait for an end, such as Codex.

        `error` has its fields twice: OpenAI documents them at the top and sends them nested.
        https://github.com/openai/openai-dotnet/issues/881
        """
        fields = error_body(error)["error"]
        begun = b"" if self._response else self._message_start({"message": {"id": self._request_id}})
        output = [*self._output, self._item.item("incomplete")] if self._item else self._output
        failed = self._response | {"status": "failed", "error": failure(error), "output": output}
        told = self._written({**fields, "type": "error", "error": fields})
        return begun + told + self._written({"type": "response.failed", "response": failed})

    def _message_start(self, data: Json) -> bytes:
        self._response = response(data["message"], self._created, self._asked_for, self._asked)
        return self._written(
            {"type": "response.created", "response": self._response},
            {"type": "response.in_progress", "response": self._response},
        )

    def _block_start(self, data: Json) -> bytes:
        before = self._finish_item("completed")
        item = item_of(
            data["content_block"], self._response["id"], len(self._output), self._asked.tools, self._asked.summary
        )
        self._item, self._before = item, b""
        if item is None:
            return before
        added = {"type": "response.output_item.added", "output_index": len(self._output)}
        return before + self._written({**added, "item": item.item("in_progress")}, *item.begin())

    def _block_delta(self, data: Json) -> bytes:
        if self._item is None:
            return b""
        piece = self._item.delta(data.get("delta") or {})
        if not piece:
            return b""
        begun = b""
        if not self._before:
            form = self._item.piece_event()
            if form is None:
                return b""
            if isinstance(self._item, Reasoning):
                begun = self._written(*self._item.first_piece())
            self._name = form["type"]
            self._before = json_bytes(form)[:-1] + b',"delta":'
        text = self._before + json_bytes(piece) + b',"sequence_number":%d}' % self._next_number()
        return begun + sse.event(text, self._name)

    def _block_stop(self, data: Json) -> bytes:
        return self._written(*self._item.end()) if self._item else b""

    def _message_delta(self, data: Json) -> bytes:
        return self._finish_item(item_status(self._outcome))

    def _message_stop(self, data: Json) -> bytes:
        """The end waits for the last event: only there Bedrock says that a guardrail intervened."""
        done = self._finish_item(item_status(self._outcome))
        end = finished(self._response, self._output, self._outcome)
        return done + self._written({"type": f"response.{end['status']}", "response": end})

    def _finish_item(self, status: str) -> bytes:
        if self._item is None:
            return b""
        index, item, self._item = len(self._output), self._item.item(status), None
        self._output.append(item)
        return self._written({"type": "response.output_item.done", "output_index": index, "item": item})

    def _written(self, *events: Json) -> bytes:
        return b"".join(
            sse.event(json_bytes({**event, "sequence_number": self._next_number()}), event["type"])
            for event in events
        )

    def _next_number(self) -> int:
        self._number += 1
        return self._number - 1


def writer(call: ModelCall, request_id: str) -> Writer:
    return Writer(now(), call.asked_for, call.context, request_id)

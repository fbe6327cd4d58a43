"""HTTP/1.1 over one connection: h11 on asyncio's streams.

Owns the bytes and whose turn it is; exchange.py has the request and its response.
"""

import asyncio
import re

import h11

LOOPBACK = "127.0.0.1"


class Disconnected(ConnectionError):
    """The client went away, or broke the protocol, before the exchange was complete."""


class Connection:
    """One client's connection: HTTP/1.1 events in and out, one request after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._h11 = h11.Connection(h11.SERVER)
        self._in_request_line = True
        self._reader = reader
        self._writer = writer
        peer = writer.get_extra_info("peername")
        self.peer_host: str = peer[0] if peer else LOOPBACK

    async def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        if self._h11.they_are_waiting_for_100_continue:
            await self.send(h11.InformationalResponse(status_code=100, headers=[]))
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(65536)
            if not data and self._h11.their_state is h11.SEND_BODY:
                raise Disconnected("the client left before its request was complete")
            self._h11.receive_data(self._escape_request_line(data))
        return event

    def _escape_request_line(self, data: bytes) -> bytes:
        """Percent-encodes the request line: curl sends Chinese in a URL as typed, which h11 refuses.

        Whether AWS's front end accepts it is unconfirmed, so the documents have curl encode it.
        """
        if not self._in_request_line:
            return data
        line, newline, rest = data.partition(b"\n")
        self._in_request_line = not newline
        return re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % ord(byte[0]), line) + newline + rest

    async def next_request(self) -> h11.Request | None:
        """The next request; None if there are no more, or after the refusal of one that is not valid HTTP."""
        try:
            event = await self.next_event()
        except h11.RemoteProtocolError as error:
            await self._refuse(error)
            return None
        return event if isinstance(event, h11.Request) else None

    async def ready_for_next(self) -> bool:
        """Reads what the handler left of the request; returns whether the next one can follow."""
        while self._h11.their_state is h11.SEND_BODY:
            await self.next_event()
        if not self._h11.their_state is self._h11.our_state is h11.DONE:
            return False
        self._h11.start_next_cycle()
        self._in_request_line = True
        return True

    async def send(self, event: h11.Event) -> None:
        if self._writer.transport.is_closing():
            raise Disconnected("the client has gone")
        data = self._h11.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._h11.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            head = h11.Response(
                status_code=error.error_status_hint,
                headers=[(b"content-length", b"0"), (b"connection", b"close")],
            )
            await self.send(head)
            await self.send(h11.EndOfMessage())

    def close(self) -> None:
        self._writer.close()

    def abort(self) -> None:
        self._writer.transport.abort()

    async def wait_closed_by_peer(self) -> None:
        while data := await self._reader.read(65536):
            self._h11.receive_data(data)

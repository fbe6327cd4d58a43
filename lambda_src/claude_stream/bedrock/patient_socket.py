"""A connected socket, plain or TLS, that can be waited on for a limited time, by one system call a piece."""

import os
import socket
import ssl
from struct import Struct

_SEND_SECONDS = 30.0
_TIMEVAL = Struct("@ll")  # seconds and microseconds, as setsockopt takes them
# The kernel counts waits in ticks, which last up to 10 ms.
_SHORT_SECONDS = 0.02


class PatientSocket:
    """Waits in `recv` itself, by the kernel's own timeout, set again only where the wait has changed much.

    Python's timeout makes three system calls of each piece (ioctl, poll, recv), over TLS five: much of what a token
    costs. Here a piece is one call, over TLS two.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._wait_seconds = 0.0  # the kernel's timeout; 0 where Python waits
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(_SEND_SECONDS))
        self._wait_by_kernel()

    def send(self, data: bytes) -> None:
        """Sends all of it. OSError when the other side does not take it."""
        self._wait_by_kernel()
        self._socket.sendall(data)

    def receive(self, seconds: float) -> bytes | None:
        """What comes within `seconds`, b"" at the end; None when nothing came within them, or half of them."""
        if seconds < _SHORT_SECONDS:
            self._wait_seconds = 0.0
            self._socket.settimeout(seconds)
        elif not seconds / 2 <= self._wait_seconds <= seconds:
            self._wait_by_kernel()
            self._wait_seconds = 0.75 * seconds
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(self._wait_seconds))
        try:
            return self._socket.recv(65536)
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            return None

    def close(self) -> None:
        self._socket.close()

    def _wait_by_kernel(self) -> None:
        self._socket.settimeout(0)  # or Python would poll first
        os.set_blocking(self._socket.fileno(), True)


def _timeval(seconds: float) -> bytes:
    return _TIMEVAL.pack(int(seconds), int(seconds % 1 * 1e6))

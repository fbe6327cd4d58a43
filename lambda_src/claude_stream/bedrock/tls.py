"""The TLS context of all connections, made beside the rest of a cold start."""

import functools
import socket
import ssl
import threading


class Tls(threading.Thread):
    """Makes the TLS context beside the rest of a cold start.

    Reading the certificate authorities takes 20 to 60 ms, in which the interpreter is free for others.
    """

    def run(self) -> None:
        self._context = ssl.create_default_context()

    def wrap(self, plain: socket.socket, name: bytes) -> socket.socket:
        self.join()
        return self._context.wrap_socket(plain, server_hostname=name)


@functools.cache
def tls() -> Tls:
    """One for all endpoints, begun with the first."""
    thread = Tls(name="tls")  # no daemon: a process that ends while OpenSSL still reads would crash
    thread.start()
    return thread

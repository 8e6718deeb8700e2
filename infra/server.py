"""The local HTTP server: the port, the threads, and an orderly end."""

import logging
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from chalice.app import Chalice

from infra.connection import Connection, Serving
from infra.gateway import Beside, Gateway

log = logging.getLogger(__name__)

HOST = "127.0.0.1"


class Server(ThreadingMixIn, Serving):
    """Takes the port when made, serves an app once `running(app)` is entered."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int) -> None:
        """Port 0 takes any free one. Raises OSError when the address cannot be had."""
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Connection)
        try:
            self.server_bind()
        except OSError:
            self.server_close()
            raise

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Without the standard library's reverse look-up of the host's name."""
        TCPServer.server_bind(self)

    @contextmanager
    def running(
        self, app: Chalice, patience: float = 5.0, beside: Beside | None = None
    ) -> Iterator[None]:
        """Serves in a thread until left; then requests under way get `patience` seconds.

        beside: answers what is not the app's.

        Raises OSError when another server has begun to listen here in the meantime.
        """
        self.gateway = Gateway(app, beside)
        self.server_activate()
        thread = threading.Thread(
            target=self.serve_forever, args=(0.1,), name="http-server", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            self.shutdown()
            with self.idle:
                self.idle.wait_for(lambda: self.busy == 0, patience)
            self.server_close()
            thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            log.exception("a request from %s failed", client_address)

"""The server as a process: its socket, its signals, its end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from kg.errors import GraphError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from kg.server.service import Service

HEADERS = 20.0
"""Seconds that a client has for the head of its first request."""
KEPT = 65
"""Seconds that a connection without a request is kept."""
BACKLOG = 1024
"""Connections that may wait to be accepted."""
GRACE = 15
"""Seconds that requests have to be answered when the server is told to stop."""


class PatientProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """Speaks HTTP, but not with a client that has nothing to say."""

    # Any: as the library has it.
    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._until_said = self.loop.call_later(HEADERS, self._hang_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._until_said.cancel()
        super().connection_lost(exc)

    def _hang_up(self) -> None:
        if self.cycle is None:
            self.transport.close()


class Server(uvicorn.Server):
    """A server that stops when it is told to, and then returns."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Finish what was begun when the system, or the keyboard, says so."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address; raise GraphError where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, since asyncio sends small parts at once only if it is told that.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        problem = f"cannot be listened to ({error.strerror}); give another --host or --port"
        raise GraphError(f"{host}:{port}: {problem}") from error
    return bound


async def run(
    app: Starlette, service: Service, bound: socket.socket, told: Callable[[str], None]
) -> None:
    """Load the data, tell the address, and serve until the process is told to stop."""
    await service.start()
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=GRACE,
    )
    bound.listen(BACKLOG)  # who is told the address may use it at once
    host, port = bound.getsockname()[:2]
    told(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
    await Server(config).serve(sockets=[bound])

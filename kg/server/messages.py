"""How server, nursery and workers talk: pickled messages, and orders that carry a socket."""

from __future__ import annotations

import pickle
import socket
import struct
from dataclasses import dataclass
from typing import Any

_LENGTH = struct.Struct("!Q")
_ORDER = struct.Struct("!I")

HEAD = _LENGTH.size
"""Bytes that come before a message and tell its length."""


def send(line: socket.socket, message: object) -> None:
    """Send a message, whole."""
    line.sendall(packed(message))


def packed(message: object) -> bytes:
    """Return a message as it goes through a socket."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


# Any: whoever calls knows what comes next on this line.
def receive(line: socket.socket) -> Any:
    """Return the next message; None if there will be none."""
    head = _exactly(line, HEAD)
    content = _exactly(line, length_of(head)) if head else b""
    return unpacked(content) if content else None


def length_of(head: bytes) -> int:
    """Return how long the message is whose first `HEAD` bytes these are."""
    return int(_LENGTH.unpack(head)[0])


def unpacked(content: bytes) -> Any:
    """Return the message; only for lines both ends of which are ours."""
    return pickle.loads(content)  # noqa: S301


def _exactly(line: socket.socket, length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        part = line.recv(min(length - len(content), 1 << 20))
        if not part:
            return b""
        content += part
    return bytes(content)


@dataclass(frozen=True)
class Order:
    """What a nursery is told: to bear a worker that serves a socket, or to end one."""

    socket: int | None
    child: int


def order_worker(control: socket.socket, line: socket.socket) -> None:
    """Tell the nursery to bear a worker at the other end of a line."""
    socket.send_fds(control, [_ORDER.pack(0)], [line.fileno()])


def order_end(control: socket.socket, child: int) -> None:
    """Tell the nursery to end a worker."""
    control.sendall(_ORDER.pack(child))


def order_received(control: socket.socket) -> Order | None:
    """Return the next order; None if there will be none."""
    content, sockets, *_ = socket.recv_fds(control, _ORDER.size, 1)
    if len(content) < _ORDER.size:
        return None
    return Order(sockets[0] if sockets else None, _ORDER.unpack(content)[0])

"""The process that holds the data of one build, and bears a worker whenever it is told to.

A worker is a fork: it shares the memory of the nursery, is there within milliseconds, and may be
killed at any moment. Nursery and workers talk through the sockets that they are born with.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
from contextlib import suppress
from pathlib import Path

from kg.errors import GraphError, KGError
from kg.server.answering import Served, answer
from kg.server.holdings import Allowance
from kg.server.jobs import refusal
from kg.server.messages import order_received, receive, send


def nurse(control: socket.socket) -> None:
    """Load what the first message tells, say so, and bear workers until nobody listens."""
    source, allowance = receive(control)
    try:
        served = source.load()
    except KGError as error:
        send(control, GraphError(str(error)))
        return
    send(control, served.version)
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([control], [], [], 1.0)
        _bury(children)
        if not ready:
            continue
        order = order_received(control)
        if order is None:
            break
        if order.socket is not None:
            children.add(_bear(control, order.socket, served, allowance))
        else:
            _end(children, order.child)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _bear(control: socket.socket, number: int, served: Served, allowance: Allowance) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            control.close()
            _serve(socket.socket(fileno=number), served, allowance)
            status = 0
        finally:
            os._exit(status)  # what a process does at its end is the nursery's to do
    os.close(number)
    return child


def _end(children: set[int], child: int) -> None:
    # Only those that were not buried yet: the number of one that was may be another's by now.
    if child in children:
        os.kill(child, signal.SIGKILL)


def _bury(children: set[int]) -> None:
    with suppress(ChildProcessError):
        while children:
            child, _ = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            children.discard(child)


# ------------------------------------------------------------------ a worker


def _serve(line: socket.socket, served: Served, allowance: Allowance) -> None:
    send(line, os.getpid())
    if allowance.memory is not None and (used := _address_space()):
        limit = used + allowance.memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    while (job := receive(line)) is not None:
        _limit_processor(allowance.seconds)
        try:
            reply = answer(job, served)
        except MemoryError:
            reply = refusal(500, "the query was ended: it needed too much memory")
        send(line, reply)


def _limit_processor(seconds: float) -> None:
    # The last resort, if there is nobody left to end this process.
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _address_space() -> int | None:
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * resource.getpagesize()
    return None

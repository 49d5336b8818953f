"""The nursery of one build and its workers, as the server sees them."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from kg.errors import KGError
from kg.server.answering import Version
from kg.server.holdings import Allowance, Source
from kg.server.jobs import Job, Reply
from kg.server.messages import (
    HEAD,
    length_of,
    order_end,
    order_worker,
    packed,
    unpacked,
)

_NURSE = "import socket, sys; from kg.server.nursery import nurse; nurse(socket.socket(fileno={}))"
_LEAST_URGENT = 19


class WorkerGoneError(Exception):
    """A worker ended before it had replied."""


class Worker:
    """A process that does one job after another."""

    def __init__(
        self,
        household: Household,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.household = household
        self.number = number
        self.gave_way = False
        self._reader = reader
        self._writer = writer

    async def do(self, job: Job) -> Reply:
        """Return the reply to a job; raise WorkerGoneError if there will be none."""
        try:
            self._writer.write(packed(job))
            await self._writer.drain()
            reply = await _received(self._reader)
        except (OSError, EOFError) as error:
            raise WorkerGoneError from error
        assert isinstance(reply, Reply)  # noqa: S101 - what workers send
        return reply

    def processor_time(self) -> float:
        """Return the seconds of a processor that it has used; those of the clock where unknown."""
        try:
            stat = Path(f"/proc/{self.number}/stat").read_text(encoding="ascii", errors="replace")
            user, system = stat.rpartition(")")[2].split()[11:13]
        except (OSError, ValueError):
            return time.monotonic()
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def give_way(self) -> None:
        """Let everybody else have the processors first, from now on and for good."""
        self.gave_way = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.number, _LEAST_URGENT)

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        self._writer.close()
        self.household.end(self)


class Household:
    """A nursery, which holds the data of one build, and the workers it bore."""

    def __init__(
        self,
        control: socket.socket,
        nursery: subprocess.Popen[bytes],
        version: Version,
    ) -> None:
        self.version = version
        self.workers: set[Worker] = set()
        self.leaving = False
        """Whether it ends with the last of its workers."""
        self._control = control
        self._nursery = nursery

    @classmethod
    async def found(cls, source: Source, allowance: Allowance) -> Self:
        """Load the data in a process of their own; raise GraphError where they cannot be."""
        ours, theirs = socket.socketpair()
        with theirs:
            nursery = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-c", _NURSE.format(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # an interrupt from the keyboard is the server's to heed
            )
        try:
            version = await _first_message(ours, (source, allowance))
        except BaseException:
            ours.close()
            nursery.kill()
            nursery.wait()
            raise
        return cls(ours, nursery, version)

    async def bear(self) -> Worker:
        """Return a new worker; raise WorkerGoneError if the nursery is gone."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                order_worker(self._control, theirs)
            reader, writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
            number = await _received(reader)
        except (OSError, EOFError) as error:
            raise WorkerGoneError from error
        worker = Worker(self, number, reader, writer)
        self.workers.add(worker)
        return worker

    def end(self, worker: Worker) -> None:
        """End a worker; the household as well, if it is leaving and this was the last."""
        self.workers.discard(worker)
        with suppress(OSError):
            order_end(self._control, worker.number)
        if self.leaving and not self.workers:
            self.close()

    def leave(self, idle: set[Worker]) -> None:
        """Go when those workers are done that are not idle."""
        self.leaving = True
        for worker in self.workers & idle:
            worker.end()
        if not self.workers:
            self.close()

    def close(self) -> None:
        """End the nursery, and with it every worker."""
        self._control.close()
        asyncio.get_running_loop().run_in_executor(None, self._bury)

    def _bury(self) -> None:
        try:
            self._nursery.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._nursery.kill()
            self._nursery.wait()

    @property
    def alive(self) -> bool:
        """Tell whether the nursery can bear workers."""
        return self._nursery.poll() is None


async def _first_message(line: socket.socket, message: object) -> Version:
    # A connection would take the socket over, which stays the one of the orders.
    reader, writer = await asyncio.open_connection(sock=line.dup())
    try:
        writer.write(packed(message))
        said = await _received(reader)
    except (OSError, EOFError) as error:
        raise WorkerGoneError from error
    finally:
        writer.close()
    if isinstance(said, KGError):
        raise said
    assert isinstance(said, Version)  # noqa: S101 - what nurseries say
    return said


# Any: as in `messages.receive`.
async def _received(reader: asyncio.StreamReader) -> Any:
    head = await reader.readexactly(HEAD)
    return unpacked(await reader.readexactly(length_of(head)))

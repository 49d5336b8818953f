"""Who does a job, and when: short ones at once, long ones aside, too many not at all.

Every job begins in the fast lane. One that took a moment of a processor is moved to the slow lane:
its worker gives way to all others, and a new one takes its place. So a client that asks for the
impossible costs the others next to nothing. Of the slow lane no client has the last place as well.
What it has no room for is ended, and begun anew when it has; what is not done in time is ended for
good.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from kg.server.household import Household, Worker, WorkerGoneError
from kg.server.jobs import Job, Query, Reply, refusal
from kg.server.lanes import Lane, Place

MOMENT = 0.25
"""Seconds of a processor after which a job is a long one."""
MOMENTS = 8
"""Times as many by the clock, where others have the processors, and it is taken for one."""
REMEMBERED = 1000
"""Long queries that are known as such when they come again."""
SPARE = 1
"""Workers that wait beyond those that may be wanted at once."""


@dataclass(frozen=True)
class Limits:
    """How much is done for whom."""

    workers: int
    """Short jobs that are done at once; see `slow_places` for long ones."""
    timeout: float
    """Seconds after which a job is ended."""
    waiting: int
    """Jobs that wait for a place in a lane; one more is refused."""
    patience: float
    """Seconds that a job waits; then it is refused."""


def slow_places(workers: int) -> int:
    """Return how many long jobs are done at once; no client has the last place as well."""
    return workers + 1


class Pool:
    """The workers of one household after another, and the lanes in front of them."""

    def __init__(self, household: Household, limits: Limits) -> None:
        self.household = household
        self.limits = limits
        workers, waiting, patience = limits.workers, limits.waiting, limits.patience
        self._fast = Lane(workers, workers, waiting, patience)
        self._slow = Lane(slow_places(workers), workers, waiting, patience)
        self._idle: list[Worker] = []
        self._long: OrderedDict[str, None] = OrderedDict()
        self._births = asyncio.Lock()
        self._chores: set[asyncio.Task[None]] = set()

    async def fill(self) -> None:
        """Have as many idle workers as may be wanted at once."""
        async with self._births:
            while len(self._idle) < self._wanted:
                worker = await self.household.bear()
                if worker.household is self.household:
                    self._idle.append(worker)
                else:
                    worker.end()

    @property
    def _wanted(self) -> int:
        return self.limits.workers + SPARE

    async def move_to(self, household: Household) -> None:
        """Let another household do all jobs to come; the old one finishes those it has begun."""
        newborn = [await household.bear() for _ in range(self._wanted)]
        before, self.household = self.household, household
        idle, self._idle = self._idle, newborn
        self._long.clear()
        before.leave(set(idle))

    def close(self) -> None:
        """End everything."""
        for chore in self._chores:
            chore.cancel()
        self.household.close()

    async def do(self, job: Job, client: str) -> Reply:
        """Return the reply to a client's job, or a refusal; if it is cancelled, so is the work."""
        mark = _mark(job)
        if mark in self._long:
            return await self._do_aside(job, client)
        place = await self._fast.enter(client)
        if place is None:
            return _busy()
        try:
            async with self._begun(job) as (worker, task):
                await self._watch(worker, task)
                if task.done():
                    return await self._reply(worker, task)
                self._remember(mark)
                place.leave()
                if aside := self._slow.enter_now(client):
                    return await self._finish(worker, task, aside)
        except WorkerGoneError:
            return _gone()
        finally:
            place.leave()
        return await self._do_aside(job, client)

    async def _watch(self, worker: Worker, task: asyncio.Task[Reply]) -> None:
        begun = worker.processor_time()
        for _ in range(MOMENTS):
            await asyncio.wait({task}, timeout=min(MOMENT, self.limits.timeout))
            if task.done() or worker.processor_time() - begun > MOMENT / 2:
                return

    async def _do_aside(self, job: Job, client: str) -> Reply:
        place = await self._slow.enter(client)
        if place is None:
            return _busy()
        try:
            async with self._begun(job) as (worker, task):
                begun = worker.processor_time()
                reply = await self._finish(worker, task, place)
                if task.done() and worker.processor_time() - begun < MOMENT / 2:
                    self._long.pop(_mark(job), None)  # it was long by an accident of that moment
                return reply
        except WorkerGoneError:
            return _gone()
        finally:
            place.leave()

    async def _finish(self, worker: Worker, task: asyncio.Task[Reply], place: Place) -> Reply:
        try:
            worker.give_way()
            self._refill()
            await asyncio.wait({task}, timeout=self.limits.timeout)
            if task.done():
                return await self._reply(worker, task)
            seconds = f"{self.limits.timeout:g}"
            return refusal(504, f"the query was ended: it took more than {seconds} seconds")
        finally:
            place.leave()

    @asynccontextmanager
    async def _begun(self, job: Job) -> AsyncIterator[tuple[Worker, asyncio.Task[Reply]]]:
        # Whatever happens: a worker that did not come back to the idle ones is ended.
        worker = self._idle.pop() if self._idle else await self.household.bear()
        task = asyncio.create_task(worker.do(job))
        try:
            yield worker, task
        finally:
            if worker not in self._idle:
                worker.end()
                self._refill()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def _reply(self, worker: Worker, task: asyncio.Task[Reply]) -> Reply:
        try:
            reply = await task
        except WorkerGoneError:
            return refusal(500, "the query was ended: it took more memory than it may")
        # While it worked, others may have been born in its place: then it is one too many.
        needed = len(self._idle) < self._wanted
        if needed and not worker.gave_way and worker.household is self.household:
            self._idle.append(worker)
        return reply

    def _refill(self) -> None:
        chore = asyncio.create_task(self._refilled())
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _refilled(self) -> None:
        with suppress(WorkerGoneError):
            await self.fill()

    def _remember(self, mark: str) -> None:
        self._long[mark] = None
        if len(self._long) > REMEMBERED:
            self._long.popitem(last=False)


def _mark(job: Job) -> str:
    question = job.question
    asked = question.sparql if isinstance(question, Query) else repr(question)
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def _busy() -> Reply:
    return refusal(503, "too many queries at once; try again in a moment")


def _gone() -> Reply:
    return refusal(503, "the data are being loaded; try again in a moment")

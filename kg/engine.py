"""Where the work on many documents is done: in this process, or in several beside it."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Protocol, TypeVar

from kg.errors import GraphError
from kg.worker import Lost, Worker, too_late

Item = TypeVar("Item")
Result = TypeVar("Result")

SECONDS = 300.0
"""How long a document may take: enough for a thick book, too little for what never ends."""
AHEAD = 32
"""Results, for each worker, that may wait for one before them; a bound on memory."""


class Engine(Protocol):
    """Applies a function to every item; results come in the order of the items.

    The function and what it gives have to be picklable. An item that takes longer than so many
    seconds, or that ends the process that works on it again and again, is `Lost`; what the
    function raises is raised.
    """

    def __call__(
        self,
        function: Callable[[Item], Result],
        items: Iterable[Item],
        *,
        jobs: int,
        seconds: float,
    ) -> Iterator[Result | Lost]:
        """Yield the result for each item as it is ready."""


def run(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    engine: str = "serial",
    *,
    jobs: int | None = None,
    seconds: float = SECONDS,
) -> Iterator[Result | Lost]:
    """Yield the result of the function for each item, in order.

    `jobs` is how many are worked on at once, as many as there are processors if it is not said.
    Raise GraphError for an engine that there is not.

    >>> list(run(len, ["数字", "政府建设"]))
    [2, 4]
    >>> list(run(len, ["数字", "政府建设"], "processes", jobs=2))
    [2, 4]
    """
    if engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise GraphError(f"{engine}: there is no such engine; use one of {known}")
    return ENGINES[engine](function, items, jobs=jobs or processors(), seconds=seconds)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# ------------------------------------------------------------------ in this process


def serial(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int = 1,  # noqa: ARG001 - there is one process
    seconds: float = SECONDS,
) -> Iterator[Result | Lost]:
    """Work in this process, one item after the other.

    The time of an item is limited in the main thread alone, and not on Windows.
    """
    for item in items:
        try:
            with _alarm(seconds):
                result: Result | Lost = function(item)
        except _TooLate:
            result = too_late(seconds)
        yield result


_AGAIN = 0.1
"""Seconds after which the alarm rings once more, if the work goes on."""


class _TooLate(BaseException):
    """Raised in the middle of the work; no part of the work takes it for an error of its own."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise _TooLate

    before = signal.signal(signal.SIGALRM, ring)
    # Python drops an exception that is raised in a finalizer or a callback of its collector.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ------------------------------------------------------------------ in several processes


def processes(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    seconds: float = SECONDS,
) -> Iterator[Result | Lost]:
    """Work in so many processes, each of which loads the function once.

    A thread here hands each process one item at a time. A process that dies is replaced, and its
    item done again; the others do not notice. Results wait for those before them, but only so
    many of them.
    """
    workers = [Worker(pickle.dumps(function), seconds) for _ in range(jobs)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def entrust(item: Item) -> Result | Lost:
        worker = idle.get()
        try:
            result: Result | Lost = worker(item)
            return result
        finally:
            idle.put(worker)

    threads = ThreadPoolExecutor(jobs, thread_name_prefix="worker")
    try:
        yield from _in_order(threads, entrust, items, AHEAD * jobs)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.dismiss()
        threads.shutdown(wait=True)


def _in_order(
    threads: ThreadPoolExecutor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    at_most: int,
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(threads.submit(function, item))
        while waiting and (len(waiting) >= at_most or waiting[0].done()):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


# ------------------------------------------------------------------ on many machines


def spark(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    seconds: float = SECONDS,
) -> Iterator[Result | Lost]:
    """Work in Spark's workers; raise MissingExtra where PySpark or Java is not installed.

    For a folder too large for the memory and disk of one machine see `kg.distributed.job`.
    """
    from kg.distributed.engine import apply

    yield from apply(function, items, jobs=jobs, seconds=seconds)


ENGINES: Mapping[str, Engine] = {"processes": processes, "serial": serial, "spark": spark}
"""From a name to the engine."""

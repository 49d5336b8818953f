"""A process of its own that applies one function to whatever it is handed."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from kg.errors import GraphError

ATTEMPTS = 2
"""What ended so many processes is not given to another."""

_READY = "ready"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""There is a process for each processor; the libraries' own threads would get in their way."""
_BROKEN = (EOFError, OSError, pickle.UnpicklingError)
"""What reading from a process that died comes to."""

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Lost:
    """What stands in the place of a result that could not be had."""

    reason: str


def too_late(seconds: float) -> Lost:
    """Return what stands for a result that was not waited for.

    >>> too_late(300.0).reason
    'took longer than 300 s; split it, or allow more time'
    """
    return Lost(f"took longer than {seconds:g} s; split it, or allow more time")


class Worker:
    """Hands one item after another to a process, which is started and replaced as need be.

    To be used by one thread at a time; `dismiss` may be called by any.
    """

    def __init__(self, function: bytes, seconds: float) -> None:
        self._function = function
        self._seconds = seconds
        self._process: Process | None = None
        self._lock = threading.Lock()
        self._dismissed = False

    def __call__(self, item: object) -> Any:  # Any: what the function gives
        """Return what the function gives for the item, or `Lost`; raise what it raises."""
        status = 0
        for _ in range(ATTEMPTS):
            process = self._process or self._start()
            late = threading.Event()
            timer = threading.Timer(self._seconds, _end, (process, late))
            timer.start()
            try:
                fine, result = _exchange(process, item)
            except _BROKEN:
                self._process = None
                status = _reap(process)
                if late.is_set():
                    return too_late(self._seconds)
            else:
                return result if fine else _raise(result)
            finally:
                timer.cancel()
        ending = f"signal {-status}" if status < 0 else f"exit status {status}"
        return Lost(f"ended {ATTEMPTS} processes ({ending}); see what is special about it")

    def dismiss(self) -> None:
        """End the process, be it in the middle of its work; the worker takes no more items."""
        with self._lock:
            self._dismissed = True
            process = self._process
        if process:
            process.kill()
            _reap(process)

    def _start(self) -> Process:
        with self._lock:
            if self._dismissed:
                raise GraphError("the work was broken off")
            self._process = process = _launch()
        try:
            _send(process, self._function)
            if _receive(process) == _READY:
                return process
        except _BROKEN:
            pass
        self._process = None
        raise GraphError(f"a worker does not start (exit status {_reap(process)}); see above why")


def _launch() -> Process:
    # Not `multiprocessing`, whose workers run the user's script once more: that needs a guard
    # there, and knows nothing of notebooks.
    return subprocess.Popen(
        [sys.executable, "-c", "from kg.worker import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,  # an interrupt from the keyboard is for the parent alone
    )


def _exchange(process: Process, item: object) -> tuple[bool, Any]:
    _send(process, pickle.dumps(item))
    answer: tuple[bool, Any] = _receive(process)
    return answer


def _send(process: Process, message: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    process.stdin.write(message)
    process.stdin.flush()


def _receive(process: Process) -> Any:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    return pickle.load(process.stdout)  # noqa: S301 - from our own child


def _end(process: Process, late: threading.Event) -> None:
    late.set()
    process.kill()


def _reap(process: Process) -> int:
    """Close what leads to a process, end it if it is alive still, and return its exit status."""
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):
            if stream:
                stream.close()
    try:
        return process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _raise(trace: str) -> None:
    raise RuntimeError(f"a worker failed; there the trace was:\n{trace}")


# ------------------------------------------------------------------ in the process


def serve() -> None:
    """Read a function, then items, from standard input; write a result for each."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the results
    requests = sys.stdin.buffer
    with suppress(EOFError, BrokenPipeError):  # the parent is gone, and so are its wishes
        function = pickle.load(requests)  # noqa: S301 - from our own parent
        _answer(answers, pickle.dumps(_READY))
        while True:
            item = pickle.load(requests)  # noqa: S301
            _answer(answers, _result(function, item))


def _answer(answers: IO[bytes], message: bytes) -> None:
    answers.write(message)
    answers.flush()


def _result(function: Any, item: object) -> bytes:
    try:
        return pickle.dumps((True, function(item)))
    except Exception:  # noqa: BLE001 - it is raised again where somebody can see it
        return pickle.dumps((False, traceback.format_exc()))

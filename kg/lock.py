"""One build at a time: a lock on a folder that the system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kg.errors import GraphError

NAME = ".lock"

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str], *, shared: bool) -> None:  # noqa: ARG001 - see below
        # Windows has no shared lock of this kind; a reader holds it like a writer.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str], *, shared: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the folder for writing; raise GraphError with the process that holds it already."""
    with _opened(folder) as file:
        _hold(file, folder, shared=False)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Hold the folder for reading, as many may at once; raise GraphError while a build writes it.

    A folder that was never written, or that forbids the lock, is read without.
    """
    try:
        file = (folder / NAME).open("r", encoding="utf-8")
    except OSError:
        yield
        return
    with file:
        _hold(file, folder, shared=True)
        yield


def _opened(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise GraphError(
            f"{folder}: cannot be written ({error.strerror}); give another folder with --out"
        ) from error


def _hold(file: IO[str], folder: Path, *, shared: bool) -> None:
    try:
        _take(file, shared=shared)
    except OSError as error:
        raise GraphError(
            f"{folder}: {_holder(file)} is at work here; try again when it is done"
        ) from error


def _holder(file: IO[str]) -> str:
    with suppress(OSError):
        file.seek(0)
        if number := file.readline().strip():
            return f"another build (process {number})"
    return "another program"

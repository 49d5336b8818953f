"""Work for the engines to do, some of it deadly; in a module of its own, where workers find it."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DocumentError
from kg.graph.record import Record
from kg.reading import Recording


@dataclass(frozen=True)
class Notes:
    """Says which process did what, in files of a folder."""

    folder: Path

    def __call__(self, item: int) -> tuple[int, int]:
        with (self.folder / f"{item}").open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(0.02)
        return item, os.getpid()


def square(number: int) -> int:
    return number * number


def late(number: int) -> int:
    time.sleep(60 if number == 1 else 0)
    return number


def deadly(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def loud(number: int) -> int:
    print("a library prints this", number, flush=True)
    os.write(1, b"and this\n")
    return number


def faulty(number: int) -> int:
    return 1 // number


def locked(_: int) -> object:
    return threading.Lock()


def slow_first(number: int) -> int:
    time.sleep(0.5 if number == 0 else 0)
    return number


@dataclass(frozen=True)
class DeadlyOnce:
    """Kills the process the first time that it is given the item 1."""

    mark: Path

    def __call__(self, number: int) -> int:
        if number == 1 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number


@dataclass(frozen=True)
class Poisoned:
    """Makes records of files, but is killed by one whose name says so, and once by another."""

    recording: Recording
    parent: int
    mark: Path

    def __call__(self, path: Path) -> Record | DocumentError:
        alone = os.getpid() == self.parent
        if "poison" in path.name:
            if not alone:
                os.kill(os.getpid(), signal.SIGKILL)
            return DocumentError("is poison", file=path)
        if "accident" in path.name and not alone and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.recording(path)

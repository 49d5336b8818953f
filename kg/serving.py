"""The graph of a build, served over HTTP: where its data are, and how much may be asked of it."""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import GraphError
from kg.graph import search, terms
from kg.lock import reading
from kg.ontology import Ontology, load_ontology
from kg.opening import MEMORY, STORE, built_with, recall
from kg.server.answering import Served, Version
from kg.server.catalogue import catalogue

if TYPE_CHECKING:
    from typing_extensions import Buffer

PAGE = "graph.html"
_DUMP = (
    "import sys, pyoxigraph as ox; "
    "ox.Store.read_only(sys.argv[1]).dump(sys.stdout.buffer, ox.RdfFormat.N_QUADS)"
)
_MEMORY_SHARE = 0.4
"""Of the machine's memory that the data may take; at a new build they are there twice."""
_GROWTH = 3
"""Bytes in memory, at most, for one on the disk."""
_WORKER_SHARE = 0.5
"""Of the machine's memory that all workers together may take beyond the data."""
_WAITING = 64
"""Questions that may wait for each worker."""
_PATIENCE = 10.0
"""Seconds that a question waits."""
_SNAPSHOT = ".serving-"


@dataclass(frozen=True)
class Options:
    """How `kg serve` serves."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes any that is free."""
    timeout: float = 30.0
    limit_rows: int = 100_000
    workers: int | None = None
    """As many as there are processors, if nothing is said."""
    token_file: Path | None = None


def serve(
    out: Path, options: Options, *, ontology: Path | None = None, told: Callable[[str], None]
) -> None:
    """Serve the graph of a build until the process is told to stop; `told` is told the address.

    Raise GraphError where there is no graph, or where the address cannot be had.
    """
    import asyncio

    from kg.server.access import read_tokens
    from kg.server.app import application
    from kg.server.holdings import Allowance
    from kg.server.pool import Limits, slow_places
    from kg.server.run import listen, run
    from kg.server.service import Service

    if not hasattr(os, "fork"):
        raise GraphError("kg serve: this system cannot fork a process; use Linux, macOS or WSL")
    if not (out / STORE).is_dir():
        raise GraphError(f"{out}: no graph here; run `kg build` first")
    tokens = read_tokens(options.token_file) if options.token_file else ()
    workers = options.workers or os.cpu_count() or 1
    limits = Limits(
        workers, options.timeout, workers * _WAITING, min(_PATIENCE, 2 * options.timeout)
    )
    at_once = workers + slow_places(workers)
    allowance = Allowance(options.timeout + 5, int(_memory() * _WORKER_SHARE / at_once))
    service = Service(Build(out.resolve(), ontology), limits, allowance, options.limit_rows)
    app = application(service, graph_page=out.resolve() / PAGE, tokens=tokens)
    with listen(options.host, options.port) as bound:
        asyncio.run(run(app, service, bound, told))


@dataclass(frozen=True)
class Build:
    """The folder of a build, as a source of data: `kg.server.holdings.Source`."""

    out: Path
    ontology: Path | None
    """None for the one that the build was made with."""

    def state(self) -> object:
        """Return what is another thing once there is a new build."""
        for file in (self.out / MEMORY, self.out / STORE / "CURRENT"):
            try:
                found = file.stat()
            except OSError:
                continue
            return (file.name, found.st_ino, found.st_mtime_ns, found.st_size)
        return None

    def load(self) -> Served:
        """Return the data, in memory where they fit; raise GraphError while they are written."""
        ontology = load_ontology(self.ontology or built_with(self.out))
        prefixes = terms.prefixes(ontology)
        store = self.out / STORE
        with reading(self.out):
            if not (store / "CURRENT").is_file():
                raise GraphError(f"{self.out}: no graph here; run `kg build` first")
            size = sum(file.stat().st_size for file in store.iterdir())
            place: ox.Store | Path
            if size * _GROWTH <= _memory() * _MEMORY_SHARE:
                place, content = _in_memory(store)
            else:
                place, content = _linked(store), str(recall(self.out).get("seal"))
            words = self._words(place, ontology)
        return Served(
            place=place,
            version=Version(ontology.fingerprint, content),
            prefixes=prefixes,
            base=ontology.base,
            catalogue=catalogue(ontology, prefixes),
            words=words,
        )

    def _words(self, place: ox.Store | Path, ontology: Ontology) -> bytes:
        # The index that the build wrote; a graph that was made otherwise gets one now.
        file = self.out / search.FILE
        if isinstance(place, Path):
            if file.is_file():
                return file.read_bytes()
            place = ox.Store.read_only(str(place))
        return search.open_index(place, ontology, file).content


def _in_memory(store: Path) -> tuple[ox.Store, str]:
    # Another process reads the folder: a store on the disk has threads, which no fork survives.
    reader = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", _DUMP, str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with reader:
        assert reader.stdout and reader.stderr  # noqa: S101 - they are pipes
        copy, hashed = ox.Store(), _Hashing(reader.stdout)
        copy.bulk_load(input=io.BufferedReader(hashed, 1 << 20), format=ox.RdfFormat.N_QUADS)
        problem = reader.stderr.read().decode(errors="replace").strip()
    if reader.returncode:
        raise GraphError(f"{store}: cannot be read ({problem.splitlines()[-1]})")
    return copy, hashed.digest()


class _Hashing(io.RawIOBase):
    """A stream that is hashed while it is read: the store writes the same quads in one order."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        part = self._stream.read(len(view))
        self._hash.update(part)
        view[: len(part)] = part
        return len(part)

    def digest(self) -> str:
        return self._hash.hexdigest()


def _linked(store: Path) -> Path:
    # The files of a store are written once: a second name keeps them while a build goes on.
    snapshot = store.parent / f"{_SNAPSHOT}{os.getpid()}"
    try:
        snapshot.mkdir()
        for file in sorted(store.iterdir()):
            if file.suffix in (".sst", ".blob"):
                os.link(file, snapshot / file.name)
            else:
                shutil.copyfile(file, snapshot / file.name)
    except OSError as error:
        raise GraphError(f"{snapshot}: cannot be written ({error.strerror})") from error
    atexit.register(shutil.rmtree, snapshot, ignore_errors=True)
    return snapshot


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

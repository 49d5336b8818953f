"""How the work grows with the documents: speed, memory and disk, in one process, in two, on Spark.

Documents are recombined from the visible corpus (`bench.recombined`). Beside wall time, which tells
little on a machine that does other things, stands the CPU time of all processes that take part.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox

from bench.recombined import REPORTS, texts, write_files, write_lines
from kg.builder import seal_ontology
from kg.distributed import job
from kg.engine import run
from kg.graph.parts import Quads, find_parts
from kg.graph.record import Record
from kg.ontology import load_ontology
from kg.reading import Reading, Recording
from kg.version import software_version

ENGINES = (("serial", 1), ("processes", 2), ("spark", 2))
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; see --help."""
    options = _options(arguments)
    for line in options.report(options):
        print(line, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parts = parser.add_subparsers(required=True)
    reports = {
        "engines": (engine_lines, "documents and characters a second, engine by engine"),
        "memory": (memory_lines, "peak memory of parent and workers, two processes"),
        "growth": (growth_lines, "time, memory and disk of the distributed job, size by size"),
        "load": (load_lines, "kg load beside the raw bulk loader, on PARTS"),
    }
    for name, (report, told) in reports.items():
        part = parts.add_parser(name, help=told)
        part.set_defaults(report=report)
        part.add_argument("--documents", type=int, nargs="+", default=[1000])
        part.add_argument("--characters", type=int, default=400, help="of a document, about")
        part.add_argument("--source", type=Path, default=REPORTS, help="folder of .txt")
        part.add_argument("--engine", action="append", help="only this one")
        part.add_argument("--turns", type=int, default=1, help="measured again; medians are told")
        part.add_argument("--keep", type=Path, help="keep what is written in this folder")
        part.add_argument("--parts", type=Path, nargs="*", default=[])
    return parser.parse_args(arguments)


# ---------------------------------------------------------------------- a watch on processes


@dataclass
class Use:
    """What a piece of work took."""

    wall: float = 0.0
    cpu: float = 0.0
    """Seconds of all processes that took part."""
    parent: float = 0.0
    """Peak memory of this process in MB."""
    child: float = 0.0
    """Peak memory of the largest of the others but Java."""
    java: float = 0.0


def watched(work: Callable[[], object]) -> Use:
    """Do the work, and return what it took; CPU and memory are looked at five times a second."""
    use, done = Use(), threading.Event()
    before = _family()
    seen = {process: _seconds(process) for process in before}
    first = dict(seen)

    def watch() -> None:
        while not done.wait(0.2):
            _look(use, seen)

    thread = threading.Thread(target=watch, daemon=True)
    start = time.monotonic()
    thread.start()
    try:
        work()
    finally:
        use.wall = time.monotonic() - start
        done.set()
        thread.join()
        _look(use, seen)
    use.cpu = sum(seconds - first.get(process, 0.0) for process, seconds in seen.items())
    return use


def _look(use: Use, seen: dict[int, float]) -> None:
    for process in _family():
        try:
            seen[process] = max(seen.get(process, 0.0), _seconds(process))
            size = _size(process)
            # Not what it calls itself: Java's children bear the names of its threads at first.
            name = Path(f"/proc/{process}/exe").readlink().name
        except (OSError, IndexError, ValueError):  # it has ended meanwhile
            continue
        if process == os.getpid():
            use.parent = max(use.parent, size)
        elif name == "java":
            use.java = max(use.java, size)
        else:
            use.child = max(use.child, size)


def _family() -> list[int]:
    """Return this process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(place.parent.name))
    found, waiting = [], [os.getpid()]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _size(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


# ---------------------------------------------------------------------- engines


def engine_lines(options: argparse.Namespace) -> Iterator[str]:
    """Yield a row an engine: the same documents read, extracted, and written as N-Quads."""
    [count] = options.documents
    with _scratch(options) as folder:
        files = write_files(folder / "in", count, options.characters, options.source)
        size = sum(len(text) for _, text in texts(count, options.characters, options.source))
        yield f"{count:,} documents, {size:,} characters, {_machine()}"
        yield "engine        documents/s  characters/s   wall s    CPU s  MB parent  worker   java"
        for name, jobs in ENGINES:
            if options.engine and name not in options.engine:
                continue
            uses = [_engine_use(name, jobs, files, folder / "out") for _ in range(options.turns)]
            yield _engine_row(name, jobs, count, size, uses)


def _engine_row(name: str, jobs: int, count: int, size: int, uses: Sequence[Use]) -> str:
    wall, cpu = (statistics.median(getattr(use, key) for use in uses) for key in ("wall", "cpu"))
    peaks = [max(getattr(use, key) for use in uses) for key in ("parent", "child", "java")]
    return (
        f"{name + ' ' + str(jobs):<14}{count / wall:>10.1f}{size / wall:>14,.0f}{wall:>9.1f}"
        f"{cpu:>9.1f}" + "".join(f"{peak:>9.0f}" for peak in peaks)
    )


def _engine_use(name: str, jobs: int, folder: Path, out: Path) -> Use:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if name == "spark":
        return _spark_use([str(folder)], out, jobs, extraction_alone=True)[0]
    files = sorted(folder.rglob("*.txt"))
    recording = Recording(Reading(seal_ontology(load_ontology())), software_version())

    def work() -> None:
        with (out / "all.nq").open("wb") as file:
            for record in run(recording, files, name, jobs=jobs):
                if not isinstance(record, Record):
                    raise TypeError(f"a document failed: {record}")
                file.write(record.quads)

    return watched(work)


def memory_lines(options: argparse.Namespace) -> Iterator[str]:
    """Yield peak memory of parent and workers for each number of documents."""
    yield f"two processes, {options.characters} characters a document, {_machine()}"
    yield "documents    MB parent   MB worker   wall s    CPU s"
    for count in options.documents:
        with _scratch(options) as folder:
            files = write_files(folder / "in", count, options.characters, options.source)
            use = _engine_use("processes", 2, files, folder / "out")
            yield f"{count:>9,}{use.parent:>13.0f}{use.child:>12.0f}{use.wall:>9.1f}{use.cpu:>9.1f}"


# ---------------------------------------------------------------------- the distributed job


def growth_lines(options: argparse.Namespace) -> Iterator[str]:
    """Yield a row for each number of documents: what the distributed job takes."""
    yield f"Spark, two cores, {options.characters} characters a document, {_machine()}"
    yield (
        "documents  wall s    CPU s  extraction CPU s  MB worker  MB java  things     facts"
        "  MB records  MB tables  MB quads.gz"
    )
    for count in options.documents:
        with _scratch(options) as folder:
            source = folder / f"in-{count}"
            write_lines(source, count, options.characters, options.source)
            out = folder / f"out-{count}"
            shutil.rmtree(out, ignore_errors=True)
            inputs = [str(file) for file in sorted(source.glob("*.jsonl"))]
            use, extraction = _spark_use(inputs, out, 2, parts=max(4, count // 2500))
            things, facts = (_rows(out / "tables" / name) for name in ("entities", "facts"))
            disk = [_disk(out / name) for name in ("records", "tables", "quads")]
            yield (
                f"{count:>9,}{use.wall:>8.0f}{use.cpu:>9.0f}{extraction.cpu:>18.0f}"
                f"{use.child:>11.0f}{use.java:>9.0f}{things:>8,}{facts:>10,}"
                f"{disk[0]:>12.1f}{disk[1]:>11.1f}{disk[2]:>13.1f}"
            )


def _spark_use(
    inputs: list[str], out: Path, cores: int, *, parts: int = 8, extraction_alone: bool = False
) -> tuple[Use, Use]:
    """Return what the whole job took, its session included, and what extraction did of it."""
    from kg.distributed.session import open_session

    extraction: list[Use] = []
    plain = job._extract

    def timed(*arguments: object) -> int:
        found: list[int] = []
        extraction.append(watched(lambda: found.append(plain(*arguments))))  # type: ignore[arg-type]
        return found[0]

    def work() -> None:
        spark = open_session(f"local[{cores}]")
        with patch.object(job, "_extract", timed):
            if extraction_alone:
                with ExitStack() as left_out:
                    for step in ("_write_tables", "_write_quads", "_report"):
                        left_out.enter_context(patch.object(job, step, lambda *_: None))
                    _spread(spark, inputs, out, parts)
            else:
                _spread(spark, inputs, out, parts)
        spark.stop()

    use = watched(work)
    return use, extraction[0]


def _spread(spark: object, inputs: list[str], out: Path, parts: int) -> None:
    job.spread(spark, inputs, str(out), load_ontology(), parts=parts)  # type: ignore[arg-type]


def _rows(table: Path) -> int:
    import pyarrow.parquet as pq

    return sum(pq.ParquetFile(file).metadata.num_rows for file in table.glob("*.parquet"))


def _disk(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


# ---------------------------------------------------------------------- loading


def load_lines(options: argparse.Namespace) -> Iterator[str]:
    """Yield the rate of the raw bulk loader, and of ours, on the same parts, in turns."""
    files = find_parts(options.parts)
    with _scratch(options) as folder:
        plain = [_unpacked(file, folder) for file in files]
        yield f"{len(files)} parts, {_machine()}"
        yield "loader                       quads in store   wall s    CPU s   quads/CPU s"
        for turn in range(options.turns):
            for name, load in (("pyoxigraph's, files as they are", _raw), ("kg load", _ours)):
                store = ox.Store(folder / f"store-{name[:2]}-{turn}")
                use = watched(partial(load, store, plain))
                count = len(store)
                rate = count / use.cpu
                yield f"{name:<31}{count:>12,}{use.wall:>9.1f}{use.cpu:>9.1f}{rate:>14,.0f}"
                del store


def _raw(store: ox.Store, files: Sequence[Path]) -> None:
    for file in files:
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)


def _ours(store: ox.Store, files: Sequence[Path]) -> None:
    store.bulk_load(Quads(files), format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]


def _unpacked(file: Path, folder: Path) -> Path:
    import gzip

    if file.suffix != ".gz":
        return file
    place = folder / f"{file.parent.name}-{file.stem}"
    with gzip.open(file) as packed, place.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return place


# ---------------------------------------------------------------------- the rest


@contextmanager
def _scratch(options: argparse.Namespace) -> Iterator[Path]:
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        yield options.keep
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def _machine() -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    python = ".".join(map(str, sys.version_info[:2]))
    return f"{os.cpu_count()} cores, load {load:.1f} at the start, Python {python}"


if __name__ == "__main__":
    main()

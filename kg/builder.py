"""From files to a graph: the one place where reading, extracting, storing and writing meet."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.changes import (
    Kept,
    Review,
    Taught,
    recall_taught,
    remember_taught,
    review,
    taught_by,
)
from kg.corpus import Plan, failures_of, find_files, folder_hash, known_failures, make_plan
from kg.engine import SECONDS, processors, run
from kg.errors import DocumentError, GraphError
from kg.finishing import Ways, findings_of, finish, is_complete, remember, seal
from kg.graph.failures import Failure
from kg.graph.failures import failing as failing_with
from kg.graph.record import Record
from kg.graph.records import DocumentRecord
from kg.graph.store import Graph
from kg.lock import NAME as LOCK
from kg.lock import writing
from kg.model import Document, Extraction
from kg.ontology import SHIPPED_MODELS, SHIPPED_ONTOLOGY, Ontology
from kg.opening import STORE, Memory, ontology_of, recall
from kg.outcome import BuildReport
from kg.reading import Reading, Recording
from kg.text.read import read
from kg.version import software_version
from kg.worker import Lost

DATA = Path("data")
"""Where the articles are, if nothing else is said."""
NOT_ARTICLES = ("gold", "models")
"""Its folders that hold none."""

WORTH_PROCESSES = 100_000
"""Bytes of files from which on several processes are done sooner than this one."""
AT_ONCE = 100_000
"""Triples that are written at once: a bound on memory."""
AT_LEAST_EVERY = 5.0
"""Seconds after which what is done is written, so that little is lost by a kill."""


def build(
    paths: Iterable[Path | str] = (DATA,),
    out: Path | str = "out",
    *,
    ontology: Ontology | Path | str = SHIPPED_ONTOLOGY,
    models: Path | None = SHIPPED_MODELS,
    exclude: Collection[Path | str] = (),
    engine: str | None = None,
    jobs: int | None = None,
    seconds: float = SECONDS,
    on_document: Callable[[Path, int, int], None] | None = None,
) -> BuildReport:
    """Bring the graph in the folder ``out`` into step with the files under ``paths``.

    Only what is new, changed or gone since the last build is done; what is under no path stays
    as it is. A file that cannot be read, or takes longer than so many seconds, is reported and
    stops nothing. Folders in ``exclude`` are not searched. ``on_document`` is told each file
    when it is in the graph, with its number and how many there are.

    ``engine`` is one of `kg.engine.ENGINES`, with ``jobs`` processes where it has some; if it is
    not said, a few short files are read in this process and more in several. A build that is
    killed leaves the documents it had written, and the next one goes on from there.

    Raise OntologyError before anything is touched, and GraphError where the folder cannot be
    written or another build is writing it.
    """
    ontology = seal_ontology(ontology_of(ontology), models)
    given = tuple(Path(path) for path in paths)
    folder = Path(out)
    files = find_files(given, {Path(path) for path in exclude})
    if not files.readable and not (folder / STORE).exists():
        return BuildReport(folder, failed=make_plan(given, files, (), "").failed)
    with writing(folder), _without_trace(folder):
        held = _held(folder, ontology)
        known = known_failures(
            held.failures, failing := failing_with(ontology.fingerprint, seconds)
        )
        plan = make_plan(given, files, held.documents, ontology.fingerprint, known)
        ways = Ways(engine or _fitting_engine(plan.write), jobs, seconds)
        memory = recall(folder)
        failures = failures_of(plan.failed, held.failures, plan, failing)
        as_before = not plan.write and not plan.remove
        if as_before and is_complete(folder, memory, seal(held.documents, failures, ontology)):
            return _unchanged(folder, plan, memory, held, failures, ontology)
        taught = _taught(folder, ontology, models)
        found = review(folder / STORE, _stale(plan, held, ontology), taught, ontology)
        recording = Recording(Reading(ontology, models), software_version(), found.doubts)
        results = run(recording, plan.write, ways.engine, jobs=jobs, seconds=seconds)
        work = _Work(folder, plan, ways, failing, ontology, held, found, taught)
        return work.rebuild(_batches(plan.write, results), on_document)


def seal_ontology(ontology: Ontology, models: Path | None = SHIPPED_MODELS) -> Ontology:
    """Return the ontology with a fingerprint that tells models and software as well.

    It is written beside each document: one that was read with another must be read again.
    """
    parts = (ontology.fingerprint, folder_hash(models) if models else "", software_version())
    fingerprint = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return dataclasses.replace(ontology, fingerprint=fingerprint)


def read_document(path: Path | str, ontology: Ontology | Path | str = SHIPPED_ONTOLOGY) -> Document:
    """Return a file as a document; raise DocumentError where it is no readable text.

    >>> document = read_document("data/article.txt")
    >>> document.value("issued"), len(document.body)
    ('2022-06-15', 9)
    >>> document.body[0].of(document.text)[:6]
    '数字化时代的'
    """
    return read(Path(path), ontology_of(ontology))


def extract_document(
    document: Document, ontology: Ontology | Path | str = SHIPPED_ONTOLOGY
) -> Extraction:
    """Return what is found in one document; make a `Reading` where there are many.

    >>> from kg.text.read import read_passage
    >>> found = extract_document(read_passage("新加坡提出智慧国家构想。", "a"))
    >>> found.mentions[0].quote, found.mentions[0].span
    ('新加坡', Span(start=0, end=3))
    """
    return Reading(ontology_of(ontology)).extract(document)


@dataclass(frozen=True)
class _Held:
    """What the graph held before a build."""

    documents: tuple[DocumentRecord, ...] = ()
    failures: tuple[Failure, ...] = ()


def _held(folder: Path, ontology: Ontology) -> _Held:
    if not (folder / STORE).exists():
        return _Held()
    try:
        with Graph.read_only(folder / STORE, ontology) as graph:
            return _Held(graph.documents(counted=False), graph.failures())
    except (OSError, RuntimeError) as error:  # what the store raises for a damaged file
        problem = f"the graph is damaged ({' '.join(str(error).split())[:80]})"
        raise GraphError(f"{folder / STORE}: {problem}; delete the folder, build again") from error


def _taught(folder: Path, ontology: Ontology, models: Path | None) -> Mapping[str, Taught]:
    """Return what documents were read with, and what they are to be read with, by fingerprint."""
    now = taught_by(ontology, folder_hash(models) if models else "", software_version())
    return {**recall_taught(folder), ontology.fingerprint: now}


def _stale(plan: Plan, held: _Held, ontology: Ontology) -> Iterator[DocumentRecord]:
    """Yield what was read with something else, of the files that are to be read."""
    files = {file.as_posix() for file in plan.write}
    for record in held.documents:
        if record.file in files and record.fingerprint != ontology.fingerprint:
            yield record


@contextmanager
def _without_trace(folder: Path) -> Iterator[None]:
    """Leave the place as it was if no graph comes of a build."""
    try:
        yield
    finally:
        if not (folder / STORE).exists():
            (folder / LOCK).unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()


def _fitting_engine(files: Sequence[Path]) -> str:
    """Return the engine that is done soonest: to start processes takes a second or two."""
    if len(files) < 2 or processors() < 2:
        return "serial"
    size = 0
    for file in files:
        with suppress(OSError):
            size += file.stat().st_size
        if size >= WORTH_PROCESSES:
            return "processes"
    return "serial"


# ------------------------------------------------------------------ the documents

Batch = Sequence[tuple[Path, Record | Kept | DocumentError]]


def _batches(
    files: Iterable[Path], results: Iterator[Record | Kept | DocumentError | Lost]
) -> Iterator[Batch]:
    """Yield what is to be written at once: much is quicker, little is lost less of."""
    batch: list[tuple[Path, Record | Kept | DocumentError]] = []
    size, since = 0, time.monotonic()
    for file, result in zip(files, results, strict=True):
        if isinstance(result, Lost):
            result = DocumentError(result.reason, file=file.as_posix())
        batch.append((file, result))
        size += result.size if isinstance(result, Record) else 0
        if size >= AT_ONCE or time.monotonic() - since >= AT_LEAST_EVERY:
            yield batch
            batch, size, since = [], 0, time.monotonic()
    if batch:
        yield batch


@dataclass(frozen=True)
class _Work:
    """A build that has something to do."""

    folder: Path
    plan: Plan
    ways: Ways
    failing: str
    ontology: Ontology
    held: _Held
    review: Review
    taught: Mapping[str, Taught]

    def rebuild(
        self, batches: Iterator[Batch], on_document: Callable[[Path, int, int], None] | None
    ) -> BuildReport:
        """Write the documents as they come, then what depends on all of them."""
        graph: Graph | None = None
        records: list[str] = []
        kept: list[Kept] = []
        failed = list(self.plan.failed)
        try:
            for batch in self._told(batches, on_document):
                new = [result for result in batch if isinstance(result, Record)]
                same = [result for result in batch if isinstance(result, Kept)]
                failed += [result for result in batch if isinstance(result, DocumentError)]
                if new or same:
                    graph = graph or self._opened()
                    graph.put(new)
                    graph.confirm(one.document for one in same)
                    records += [record.file for record in new]
                    kept += same
            if graph is None and not (self.folder / STORE).exists():
                return BuildReport(self.folder, failed=tuple(failed))
            graph = graph or self._opened()
            return self._finished(graph, records, kept, failed)
        except (OSError, RuntimeError) as error:  # what the store raises if it cannot write
            raise GraphError(f"{self.folder / STORE}: {_writing_problem(error)}") from error
        finally:
            if graph is not None:
                graph.close()

    def _finished(
        self,
        graph: Graph,
        written: Sequence[str],
        kept: Sequence[Kept],
        failed: Sequence[DocumentError],
    ) -> BuildReport:
        for gone in self.plan.remove:
            graph.remove(gone.iri)
        before = self.held.failures
        graph.put_failures(failures_of(failed, before, self.plan, self.failing))
        same = () if self.review.schema else tuple(one.document for one in kept)
        memory = finish(self.folder, graph, written, self.ways, same)
        documents = graph.documents(counted=False)
        remember_taught(self.folder, self.taught, {record.fingerprint for record in documents})
        report = _report(self.folder, self.plan, memory, documents)
        names = tuple(one.file for one in kept)
        again = {(r.file, r.sha256) for r in self.review.stale}
        again &= {(r.file, r.sha256) for r in documents}
        return dataclasses.replace(
            report,
            written=tuple(written),
            unchanged=tuple(sorted((*report.unchanged, *names))),
            removed=tuple(record.file for record in self.plan.remove),
            reread=tuple(name for name in written if name in {file for file, _ in again}),
            kept=names,
            changes=self.review.changes,
            failed=tuple(failed),
            changed=True,
        )

    def _told(
        self, batches: Iterator[Batch], on_document: Callable[[Path, int, int], None] | None
    ) -> Iterator[Sequence[Record | Kept | DocumentError]]:
        done = 0
        for batch in batches:
            yield [result for _, result in batch]
            for file, _ in batch:
                done += 1
                if on_document:
                    on_document(file, done, len(self.plan.write))

    def _opened(self) -> Graph:
        # From here on what was known of the graph is not known any more.
        if memory := recall(self.folder):
            whole = bool(memory.get("seal"))  # or a build was cut off before it
            remember(self.folder, {**memory, "seal": "", "whole": whole})
        graph = Graph.open(self.folder / STORE, self.ontology)
        # Before any document bears this fingerprint.
        others = {record.fingerprint for record in self.held.documents}
        remember_taught(self.folder, self.taught, {*others, self.ontology.fingerprint})
        return graph


def _writing_problem(error: Exception) -> str:
    problem = " ".join(str(error).split())[:120]
    return f"cannot be written ({problem}); what was written before is kept: make room, build again"


def _unchanged(
    folder: Path,
    plan: Plan,
    memory: Memory,
    held: _Held,
    failures: Sequence[Failure],
    ontology: Ontology,
) -> BuildReport:
    if tuple(failures) != held.failures:
        with Graph.open(folder / STORE, ontology) as graph:
            graph.put_failures(failures)
    return _report(folder, plan, memory, held.documents)


def _report(
    folder: Path, plan: Plan, memory: Memory, documents: Iterable[DocumentRecord]
) -> BuildReport:
    counts = memory.get("counts", {})
    counted = []
    for record in documents:
        entities, assertions = counts.get(record.iri, (0, 0))
        counted.append(dataclasses.replace(record, entities=entities, assertions=assertions))
    return BuildReport(
        folder,
        unchanged=tuple(file.as_posix() for file in plan.unchanged),
        duplicates=tuple((file.as_posix(), other) for file, other in plan.duplicates),
        failed=plan.failed,
        documents=tuple(counted),
        entities=memory.get("entities", {}),
        assertions=memory.get("assertions", {}),
        findings=findings_of(memory),
        checked=len(memory.get("checked", {})),
        omitted=tuple(memory.get("omitted", ())),
    )

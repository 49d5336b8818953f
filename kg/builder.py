"""From files to a graph: the one place where reading, extracting, storing and writing meet."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.corpus import Plan, content_hash, find_files, folder_hash, is_under, make_plan
from kg.engine import SECONDS, processors, run
from kg.errors import DocumentError, GraphError
from kg.finishing import PRODUCTS, Ways, findings_of, finish, is_complete, remember, seal
from kg.graph.failures import Failure
from kg.graph.failures import failing as failing_with
from kg.graph.record import Record
from kg.graph.records import DocumentRecord
from kg.graph.store import Graph, software_version
from kg.lock import NAME as LOCK
from kg.lock import writing
from kg.model import Document, Extraction
from kg.ontology import SHIPPED_MODELS, SHIPPED_ONTOLOGY, Ontology
from kg.opening import STORE, Memory, ontology_of, recall
from kg.reading import Reading, Recording
from kg.text.read import read
from kg.worker import Lost

if TYPE_CHECKING:
    from kg.graph.checks import Finding

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


@dataclass(frozen=True)
class BuildReport:
    """What a build did, and what the graph holds after it; files are named as they were given."""

    folder: Path
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Documents whose file is gone."""
    reread: tuple[str, ...] = ()
    """Those of the written ones that had been read before with another ontology, models or
    software: nobody can tell which of them the change concerns, so all are read again."""
    duplicates: tuple[tuple[str, str], ...] = ()
    """Files with the content of another one, and that one."""
    failed: tuple[DocumentError, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    entities: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Things that the documents name, by the local name of their class."""
    assertions: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """By the local name of the relation."""
    findings: tuple[Finding, ...] = ()
    """What the shapes have against the graph, worst first."""
    checked: int = 0
    """Of how many documents the shapes were asked; in a large corpus not of all."""
    omitted: tuple[str, ...] = ()
    """The files that are not written because the graph is too large for them."""
    changed: bool = False
    """Whether the graph or what is written from it changed."""

    @property
    def conforms(self) -> bool:
        """Tell whether no shape is violated; warnings are none."""
        return not any(finding.severity == "violation" for finding in self.findings)

    @property
    def products(self) -> tuple[Path, ...]:
        """The files written from the graph."""
        return tuple(self.folder / name for name in PRODUCTS if (self.folder / name).is_file())


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
        known = _known_failures(
            held.failures, failing := failing_with(ontology.fingerprint, seconds)
        )
        plan = make_plan(given, files, held.documents, ontology.fingerprint, known)
        ways = Ways(engine or _fitting_engine(plan.write), jobs, seconds)
        memory = recall(folder)
        as_before = not plan.write and not plan.remove
        if as_before and is_complete(folder, memory, seal(held.documents, ontology)):
            return _unchanged(folder, plan, memory, held, failing, ontology)
        recording = Recording(Reading(ontology, models), software_version())
        results = run(recording, plan.write, ways.engine, jobs=jobs, seconds=seconds)
        work = _Work(folder, plan, ways, failing, ontology)
        report = work.rebuild(_batches(plan.write, results), held.failures, on_document)
        other = {r.file for r in held.documents if r.fingerprint != ontology.fingerprint}
        reread = tuple(name for name in report.written if name in other)
        return dataclasses.replace(report, reread=reread)


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


# ------------------------------------------------------------------ files that cannot be read


def _known_failures(failures: Iterable[Failure], failing: str) -> Mapping[str, str]:
    """Return by hash what would only fail again: it took its time, or ended its processes."""
    return {f.sha256: f.problem for f in failures if f.sha256 and f.fingerprint == failing}


def _failures(
    failed: Iterable[DocumentError], before: Iterable[Failure], plan: Plan, failing: str
) -> list[Failure]:
    """Return what the graph is to tell: of the files of this build, and of those elsewhere."""
    kept = [f for f in before if not is_under(f.file, plan.paths) and Path(f.file).is_file()]
    for error in failed:
        file = Path(error.file)
        if file.is_file():
            sha256 = None
            with suppress(OSError):
                sha256 = content_hash(file)
            kept.append(Failure(file.as_posix(), error.problem, sha256, failing))
    return sorted(set(kept))


# ------------------------------------------------------------------ the documents

Batch = Sequence[tuple[Path, Record | DocumentError]]


def _batches(
    files: Iterable[Path], results: Iterator[Record | DocumentError | Lost]
) -> Iterator[Batch]:
    """Yield what is to be written at once: much is quicker, little is lost less of."""
    batch: list[tuple[Path, Record | DocumentError]] = []
    size, since = 0, time.monotonic()
    for file, result in zip(files, results, strict=True):
        if isinstance(result, Lost):
            result = DocumentError(result.reason, file=file.as_posix())
        batch.append((file, result))
        size += 0 if isinstance(result, DocumentError) else result.size
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

    def rebuild(
        self,
        batches: Iterator[Batch],
        before: Iterable[Failure],
        on_document: Callable[[Path, int, int], None] | None,
    ) -> BuildReport:
        """Write the documents as they come, then what depends on all of them."""
        graph: Graph | None = None
        written: list[str] = []
        failed = list(self.plan.failed)
        try:
            for records, errors in self._told(batches, on_document):
                failed += errors
                if records:
                    graph = graph or self._opened()
                    graph.put(records)
                    written += [record.file for record in records]
            if graph is None and not (self.folder / STORE).exists():
                return BuildReport(self.folder, failed=tuple(failed))
            graph = graph or self._opened()
            for gone in self.plan.remove:
                graph.remove(gone.iri)
            graph.put_failures(_failures(failed, before, self.plan, self.failing))
            memory = finish(self.folder, graph, written, self.ways)
            documents = graph.documents(counted=False)
        except (OSError, RuntimeError) as error:  # what the store raises if it cannot write
            raise GraphError(f"{self.folder / STORE}: {_writing_problem(error)}") from error
        finally:
            if graph is not None:
                graph.close()
        return dataclasses.replace(
            _report(self.folder, self.plan, memory, documents),
            written=tuple(written),
            removed=tuple(record.file for record in self.plan.remove),
            failed=tuple(failed),
            changed=True,
        )

    def _told(
        self, batches: Iterator[Batch], on_document: Callable[[Path, int, int], None] | None
    ) -> Iterator[tuple[list[Record], list[DocumentError]]]:
        done = 0
        for batch in batches:
            results = [result for _, result in batch]
            yield (
                [result for result in results if isinstance(result, Record)],
                [result for result in results if isinstance(result, DocumentError)],
            )
            for file, _ in batch:
                done += 1
                if on_document:
                    on_document(file, done, len(self.plan.write))

    def _opened(self) -> Graph:
        # From here on what was known of the graph is not known any more.
        if memory := recall(self.folder):
            remember(self.folder, {**memory, "seal": ""})
        return Graph.open(self.folder / STORE, self.ontology)


def _writing_problem(error: Exception) -> str:
    problem = " ".join(str(error).split())[:120]
    return f"cannot be written ({problem}); what was written before is kept: make room, build again"


def _unchanged(
    folder: Path, plan: Plan, memory: Memory, held: _Held, failing: str, ontology: Ontology
) -> BuildReport:
    failures = _failures(plan.failed, held.failures, plan, failing)
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

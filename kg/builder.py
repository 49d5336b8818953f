"""From files to a graph: the one place where reading, extracting, storing and writing meet."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.corpus import Plan, find_files, folder_hash, make_plan
from kg.engine import SECONDS, processors, run
from kg.errors import DocumentError, GraphError
from kg.graph import terms
from kg.graph.record import Record
from kg.graph.records import DocumentRecord
from kg.graph.store import Graph, software_version
from kg.lock import NAME as LOCK
from kg.lock import writing
from kg.model import Document, Extraction
from kg.ontology import SHIPPED_MODELS, SHIPPED_ONTOLOGY, Ontology
from kg.opening import MEMORY, STORE, Memory, ontology_of, recall, write_product
from kg.reading import Reading, Recording
from kg.text.read import read
from kg.worker import Lost

if TYPE_CHECKING:
    from kg.graph.checks import Finding

DATA = Path("data")
"""Where the articles are, if nothing else is said."""
NOT_ARTICLES = ("gold", "models")
"""Its folders that hold none."""
PRODUCTS = ("graph.ttl", "graph.html")
"""What a build writes beside the store."""

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
        records = _records(folder, ontology)
        plan = make_plan(given, files, records, ontology.fingerprint)
        memory = recall(folder)
        seal = _seal(records, ontology)
        if not plan.write and not plan.remove and _is_complete(folder, memory, seal):
            return _report(folder, plan, memory, documents=records)
        recording = Recording(Reading(ontology, models), software_version())
        engine = engine or _fitting_engine(plan.write)
        results = run(recording, plan.write, engine, jobs=jobs, seconds=seconds)
        return _rebuild(folder, plan, _batches(plan.write, results), on_document, ontology)


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


def _records(folder: Path, ontology: Ontology) -> tuple[DocumentRecord, ...]:
    if not (folder / STORE).exists():
        return ()
    try:
        with Graph.read_only(folder / STORE, ontology) as graph:
            return graph.documents()
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


def _rebuild(
    folder: Path,
    plan: Plan,
    batches: Iterator[Batch],
    on_document: Callable[[Path, int, int], None] | None,
    ontology: Ontology,
) -> BuildReport:
    graph: Graph | None = None
    written: list[str] = []
    failed = list(plan.failed)
    done = 0
    try:
        for batch in batches:
            failed += [result for _, result in batch if isinstance(result, DocumentError)]
            records = [result for _, result in batch if isinstance(result, Record)]
            if records:
                graph = graph or Graph.open(folder / STORE, ontology)
                graph.put(records)
                written += [record.file for record in records]
            for file, _ in batch:
                done += 1
                if on_document:
                    on_document(file, done, len(plan.write))
        if graph is None and not (folder / STORE).exists():
            return BuildReport(folder, failed=tuple(failed))
        graph = graph or Graph.open(folder / STORE, ontology)
        for record in plan.remove:
            graph.remove(record.iri)
        memory = _finish(folder, graph)
        report = _report(folder, plan, memory, documents=graph.documents())
    finally:
        if graph is not None:
            graph.close()
    return dataclasses.replace(
        report,
        written=tuple(written),
        removed=tuple(record.file for record in plan.remove),
        failed=tuple(failed),
        changed=True,
    )


def _finish(folder: Path, graph: Graph) -> Memory:
    from kg.graph.checks import validate

    graph.infer()
    findings = validate(graph)
    for name in PRODUCTS:
        write_product(graph, folder / name)
    records = graph.documents()
    documents = {str(record.iri) for record in records}
    memory = {
        "seal": _seal(records, graph.ontology),
        "ontology": os.path.abspath(graph.ontology.folder),  # noqa: PTH100 - links stay as given
        "findings": [dataclasses.asdict(finding) for finding in findings],
        "entities": _entities(graph, documents),
        "assertions": _assertions(graph, documents),
    }
    unfinished = folder / f".unfinished-{MEMORY}"
    unfinished.write_text(json.dumps(memory, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(folder / MEMORY)
    return memory


def _is_complete(folder: Path, memory: Memory, seal: str) -> bool:
    products = all((folder / name).is_file() for name in PRODUCTS)
    return products and memory.get("seal") == seal


def _seal(records: Iterable[DocumentRecord], ontology: Ontology) -> str:
    """Return a hash of all that the graph and what is written from it depend on."""
    seal = hashlib.sha256(ontology.fingerprint.encode())
    for record in records:
        seal.update(f"{record.iri}\x1f{record.file}\x1f{record.sha256}\x1e".encode())
    for name in ("rules", "shapes.ttl"):
        place = ontology.folder / name
        seal.update(folder_hash(place).encode() if place.is_dir() else b"")
        seal.update(place.read_bytes() if place.is_file() else b"")
    return seal.hexdigest()


def _report(
    folder: Path, plan: Plan, memory: Memory, *, documents: tuple[DocumentRecord, ...]
) -> BuildReport:
    return BuildReport(
        folder,
        unchanged=tuple(file.as_posix() for file in plan.unchanged),
        duplicates=tuple((file.as_posix(), other) for file, other in plan.duplicates),
        failed=plan.failed,
        documents=documents,
        entities=memory.get("entities", {}),
        assertions=memory.get("assertions", {}),
        findings=tuple(_findings(memory)),
    )


def _findings(memory: Memory) -> Iterator[Finding]:
    stored = memory.get("findings")
    if stored:
        from kg.graph.checks import Finding, Severity

        for said in stored:
            yield Finding(**{**said, "severity": Severity(said["severity"])})


def _entities(graph: Graph, documents: Collection[str]) -> dict[str, int]:
    # Those that documents name; what the ontology adds for context is not counted.
    counts = {
        kind.name: len({subject for subject, _ in _said(graph, documents, terms.TYPE, iri)})
        for iri, kind in graph.ontology.kinds.items()
    }
    return {name: count for name, count in sorted(counts.items()) if count}


def _assertions(graph: Graph, documents: Collection[str]) -> dict[str, int]:
    stated = _said(graph, documents, terms.PREDICATE, None)
    return dict(sorted(Counter(terms.local_name(relation) for _, relation in stated).items()))


def _said(
    graph: Graph, documents: Collection[str], predicate: NamedNode, object_: str | None
) -> Iterator[tuple[str, str]]:
    wanted = NamedNode(object_) if object_ else None
    for quad in graph.store.quads_for_pattern(None, predicate, wanted, None):
        if getattr(quad.graph_name, "value", None) in documents:
            yield str(quad.subject), terms.iri_of(quad.object)

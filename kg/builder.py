"""From files to a graph: the one place where reading, extracting, storing and writing meet."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.corpus import Plan, find_files, folder_hash, make_plan
from kg.engine import run
from kg.errors import DocumentError, GraphError
from kg.graph import terms
from kg.graph.records import DocumentRecord
from kg.graph.store import Graph, software_version
from kg.lock import NAME as LOCK
from kg.lock import writing
from kg.model import Document, Extraction
from kg.ontology import SHIPPED_MODELS, SHIPPED_ONTOLOGY, Ontology
from kg.opening import MEMORY, STORE, Memory, ontology_of, recall, write_product
from kg.text.read import read

if TYPE_CHECKING:
    from kg.extract.pipeline import Reader
    from kg.graph.checks import Finding

DATA = Path("data")
"""Where the articles are, if nothing else is said."""
NOT_ARTICLES = ("gold", "models")
"""Its folders that hold none."""
PRODUCTS = ("graph.ttl", "graph.html", "search.sqlite")
"""What a build writes beside the store."""


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


@dataclass(frozen=True)
class Reading:
    """Reads a file and extracts what it says; made once for a process."""

    ontology: Ontology
    models: Path | None = SHIPPED_MODELS

    @cached_property
    def _reader(self) -> Reader:
        from kg.extract.equipment import equip
        from kg.extract.pipeline import Reader

        return Reader(equip(self.ontology, self.models))

    def __call__(self, path: Path) -> Extraction | DocumentError:
        """Return what is found in the file, or what is wrong with the file."""
        try:
            return self.extract(read(path, self.ontology))
        except DocumentError as error:
            return error

    def extract(self, document: Document) -> Extraction:
        """Return what is found in the document."""
        return self._reader.extract(document)


def build(
    paths: Iterable[Path | str] = (DATA,),
    out: Path | str = "out",
    *,
    ontology: Ontology | Path | str = SHIPPED_ONTOLOGY,
    models: Path | None = SHIPPED_MODELS,
    exclude: Collection[Path | str] = (),
    engine: str = "serial",
    on_document: Callable[[Path, int, int], None] | None = None,
) -> BuildReport:
    """Bring the graph in the folder ``out`` into step with the files under ``paths``.

    Only what is new, changed or gone since the last build is done; what is under no path stays
    as it is. A file that cannot be read is reported and stops nothing. Folders in ``exclude``
    are not searched. ``on_document`` is told each file when it is done, with its number and how
    many there are.

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
        tellers = _telling(Reading(ontology, models), plan.write, engine, on_document)
        return _rebuild(folder, plan, tellers, ontology)


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


def _telling(
    reading: Reading,
    files: tuple[Path, ...],
    engine: str,
    on_document: Callable[[Path, int, int], None] | None,
) -> Iterator[tuple[Path, Extraction | DocumentError]]:
    results = run(reading, files, engine)
    for number, (file, result) in enumerate(zip(files, results, strict=True), start=1):
        yield file, result
        if on_document:
            on_document(file, number, len(files))


def _rebuild(
    folder: Path,
    plan: Plan,
    results: Iterator[tuple[Path, Extraction | DocumentError]],
    ontology: Ontology,
) -> BuildReport:
    graph: Graph | None = None
    written: list[str] = []
    failed = list(plan.failed)
    try:
        for file, result in results:
            if isinstance(result, DocumentError):
                failed.append(result)
                continue
            graph = graph or Graph.open(folder / STORE, ontology)
            graph.replace(result)
            written.append(file.as_posix())
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

"""What a build does when its documents are in the graph: infer, check, write, remember."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.corpus import folder_hash
from kg.engine import run
from kg.graph.failures import Failure
from kg.graph.records import DocumentRecord
from kg.graph.store import Graph
from kg.model import IRI
from kg.ontology import Ontology
from kg.opening import MEMORY, Memory, recall, write_product, write_whole
from kg.worker import Lost

if TYPE_CHECKING:
    from kg.graph.checks import Finding

PRODUCTS = ("graph.ttl", "graph.html", "search.sqlite")
"""What a build writes beside the store."""
CHECKED_AT_ONCE = 500
"""Documents that one build checks; what a large corpus has beyond, `kg check` does."""
INFERRED_CHECKED = 20_000
"""Inferred triples up to which they are checked too."""
LARGEST = {"graph.ttl": ("assertions", 60_000), "graph.html": ("entities", 60_000)}
"""Up to how much a product is written; beyond, it takes minutes and is of little use."""
_WORTH_PROCESSES = 40
"""Documents to check from which on several processes are done sooner."""


@dataclass(frozen=True)
class Ways:
    """How the work is divided."""

    engine: str
    jobs: int | None
    seconds: float


def finish(
    folder: Path, graph: Graph, written: Sequence[str], ways: Ways, same: Collection[IRI] = ()
) -> Memory:
    """Bring all that depends on the documents into step with them, and return what is known then.

    The `same` are documents that say what they said under another fingerprint. What is known is
    written into the folder last, so that a build which is killed before is finished by the
    next one.
    """
    before = recall(folder)
    known = _known(graph)
    graph.infer()
    records = graph.documents()
    # What a cut off build had worked out is not what is remembered.
    same = set(same) - _retold(graph, known) if before.get("whole") else set()
    checked = _checked(graph, records, _as_if_read_now(before, records, same), ways)
    counts = graph.read().counts()
    memory = {
        "seal": seal(records, graph.failures(), graph.ontology),
        "ontology": os.path.abspath(graph.ontology.folder),  # noqa: PTH100 - links stay as given
        "written": sorted(written),
        "counts": {record.iri: [record.entities, record.assertions] for record in records},
        "entities": dict(counts.entities),
        "assertions": dict(counts.assertions),
        "shapes": _shapes_hash(graph.ontology),
        "checked": checked,
        "inferred": _inferred_findings(graph),
    }
    memory["omitted"] = _write_products(folder, graph, memory)
    remember(folder, memory)
    return memory


def remember(folder: Path, memory: Memory) -> None:
    """Write what a build found where the next one finds it, all of it or nothing."""
    write_whole(folder / MEMORY, json.dumps(memory, indent=1) + "\n")


def is_complete(folder: Path, memory: Memory, sealed: str) -> bool:
    """Tell whether all is there that a build of these documents would leave."""
    expected = [name for name in PRODUCTS if name not in memory.get("omitted", ())]
    products = all((folder / name).is_file() for name in expected)
    return products and memory.get("seal") == sealed


def seal(records: Iterable[DocumentRecord], failures: Iterable[Failure], ontology: Ontology) -> str:
    """Return a hash of all that the graph and what is written from it depend on."""
    hashed = hashlib.sha256(ontology.fingerprint.encode())
    failing = {failure.file for failure in failures}
    for record in records:
        # The page shows a text as its file has it, so it matters whether that can be read.
        parts = (record.iri, record.file, record.sha256, record.fingerprint, record.file in failing)
        hashed.update(("\x1f".join(map(str, parts)) + "\x1e").encode())
    hashed.update(folder_hash(ontology.folder / "rules").encode())
    hashed.update(_shapes_hash(ontology).encode())
    return hashed.hexdigest()


def findings_of(memory: Memory) -> tuple[Finding, ...]:
    """Return what the shapes have against the graph, worst first."""
    stored = [said for _, found in memory.get("checked", {}).values() for said in found]
    stored += memory.get("inferred") or []
    if not stored:
        return ()
    from kg.graph.checks import Finding, Severity, ordered

    return ordered(Finding(**{**said, "severity": Severity(said["severity"])}) for said in stored)


# ------------------------------------------------------------------ checking

# By document: the fingerprint with which it was read, and what was found.
Checked = dict[str, tuple[str, list[dict[str, Any]]]]  # Any: what JSON can hold


def _known(graph: Graph) -> set[ox.Triple]:
    """Return what the ontology says of the things in the documents."""
    quads = graph.store.quads_for_pattern(None, None, None, graph.names.concepts)
    return {quad.triple for quad in quads}


def _retold(graph: Graph, before: set[ox.Triple]) -> frozenset[IRI]:
    """Return the documents with things of which the ontology says something else than before."""
    now = _known(graph)
    changed = more = {triple.subject for triple in before ^ now}
    while more:  # what leads to them, as `concept_quads` follows it
        more = {t.subject for t in before | now if t.object in more} - changed
        changed |= more
    things = [IRI(node.value) for node in changed if isinstance(node, ox.NamedNode)]
    return graph.read().documents_with(things)


def _as_if_read_now(
    memory: Memory, records: Iterable[DocumentRecord], same: Collection[IRI]
) -> Memory:
    known: Checked = memory.get("checked", {})
    now = {r.iri: (r.fingerprint, known[r.iri][1]) for r in records if r.iri in same & known.keys()}
    return {**memory, "checked": {**known, **now}}


def _checked(
    graph: Graph, records: Sequence[DocumentRecord], before: Memory, ways: Ways
) -> Checked:
    """Return what is known of the documents, some more of them checked than before."""
    known: Checked = before.get("checked", {})
    if before.get("shapes") != _shapes_hash(graph.ontology):
        known = {}
    fingerprints = {record.iri: record.fingerprint for record in records}
    current: Checked = {
        iri: (fingerprint, found)
        for iri, (fingerprint, found) in known.items()
        if fingerprints.get(IRI(iri)) == fingerprint
    }
    # IRIs are hashes of contents: the first of them are as good as any others.
    lacking = sorted((r for r in records if r.iri not in current), key=lambda record: record.iri)
    for record, found in _check(graph, lacking[:CHECKED_AT_ONCE], ways):
        said = [dataclasses.asdict(finding) for finding in found]
        current[record.iri] = (record.fingerprint, said)
    return dict(sorted(current.items()))


def _check(
    graph: Graph, records: Sequence[DocumentRecord], ways: Ways
) -> Iterator[tuple[DocumentRecord, tuple[Finding, ...]]]:
    from kg.graph.checking import Checking

    alone = ways.engine == "serial" or len(records) < _WORTH_PROCESSES
    results = run(
        Checking(graph.ontology),
        (graph.record(record) for record in records),
        "serial" if alone else "processes",
        jobs=ways.jobs,
        seconds=ways.seconds,
    )
    for record, result in zip(records, results, strict=True):
        if not isinstance(result, Lost):
            yield record, result


def _inferred_findings(graph: Graph) -> list[dict[str, Any]] | None:
    from kg.graph.checks import validate

    number = 0
    for name in graph.rule_graphs():
        number += sum(1 for _ in graph.store.quads_for_pattern(None, None, None, name))
    if number > INFERRED_CHECKED:
        return None
    return [dataclasses.asdict(found) for found in validate(graph, (), inferred=bool(number))]


def _shapes_hash(ontology: Ontology) -> str:
    file = ontology.folder / "shapes.ttl"
    return hashlib.sha256(file.read_bytes() if file.is_file() else b"").hexdigest()


# ------------------------------------------------------------------ writing


def _write_products(folder: Path, graph: Graph, memory: Memory) -> list[str]:
    """Write what is not too large, remove what was written before else; return what is omitted."""
    omitted = []
    for name in PRODUCTS:
        what, most = LARGEST.get(name, ("entities", sys.maxsize))
        if sum(memory[what].values()) <= most:
            write_product(graph, folder / name)
        else:
            omitted.append(name)
            (folder / name).unlink(missing_ok=True)
    return omitted

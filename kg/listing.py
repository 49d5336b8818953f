"""The documents of a build: what each says of itself, how much it says, and what became of it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.store import Graph
from kg.graph.terms import Term
from kg.opening import Memory

FIELDS = ("title", "issuer", "number", "index", "topic", "written", "published")
"""The header fields that are listed, by their names in the ontology."""
EARLIER = " (the graph keeps what it said before)"
"""What is added to why a file could not be read, if an earlier content of it could."""


@dataclass(frozen=True)
class Listed:
    """A file that a build has met; the names of its parts are the columns of the list."""

    file: str
    title: str = ""
    issuer: str = ""
    number: str = ""
    index: str = ""
    topic: str = ""
    written: str = ""
    published: str = ""
    entities: int = 0
    assertions: int = 0
    sha256: str = ""
    state: str = "unchanged"
    """What the last build did: written, unchanged, failed; incomplete if it was cut off."""
    failure: str = ""
    """Why the file could not be read, and whether the rest of the line is of an earlier content."""


COLUMNS = tuple(field.name for field in dataclasses.fields(Listed))


def list_documents(graph: Graph, memory: Memory) -> tuple[Listed, ...]:
    """Return the documents of a graph and the files that could not be read, by file."""
    failures = {failure.file: failure for failure in graph.failures()}
    written = frozenset(memory.get("written", ()))
    counts = memory.get("counts", {})
    listed = {}
    counted = all(record.iri in counts for record in graph.documents(counted=False))
    for record in graph.documents(counted=not counted):
        numbers = counts[record.iri] if counted else (record.entities, record.assertions)
        state = "written" if record.file in written else "unchanged"
        listed[record.file] = Listed(
            file=record.file,
            **_fields(graph, ox.NamedNode(record.iri)),
            entities=numbers[0],
            assertions=numbers[1],
            sha256=record.sha256 or "",
            state=state if record.sha256 else "incomplete",
        )
    for file, failure in failures.items():
        known = listed.get(file) or Listed(file, sha256=failure.sha256 or "")
        why = failure.problem + (EARLIER if file in listed else "")
        listed[file] = dataclasses.replace(known, state="failed", failure=why)
    return tuple(listed[file] for file in sorted(listed))


def as_csv(listed: Iterable[Listed]) -> str:
    """Return the list as CSV with a line of column names.

    >>> print(as_csv([Listed("a.txt", title="通知")]).splitlines()[1])
    a.txt,通知,,,,,,,0,0,,unchanged,
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(dataclasses.astuple(one) for one in listed)
    return written.getvalue()


def as_json(listed: Iterable[Listed]) -> str:
    """Return the list as JSON, an object for each document."""
    objects = [dataclasses.asdict(one) for one in listed]
    return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"


def as_rows(listed: Iterable[Listed]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table."""
    for one in listed:
        row = tuple(map(str, dataclasses.astuple(one)))
        hash_ = COLUMNS.index("sha256")
        yield (*row[:hash_], row[hash_][:12], *row[hash_ + 1 :])


def _fields(graph: Graph, document: ox.NamedNode) -> dict[str, str]:
    found = {}
    for rule in graph.ontology.fields:
        if rule.name in FIELDS:
            predicate = ox.NamedNode(rule.writes_to)
            quads = graph.store.quads_for_pattern(document, predicate, None, document)
            values = sorted(_shown(graph, quad.object) for quad in quads)
            found[rule.name] = values[0] if values else ""
    return found


def _shown(graph: Graph, value: Term) -> str:
    if isinstance(value, ox.Literal):
        return value.value
    if not isinstance(value, ox.NamedNode):
        return str(value)
    quads = graph.store.quads_for_pattern(value, terms.LABEL, None, terms.UNION)
    labels = [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
    chinese = sorted(label.value for label in labels if label.language == terms.LANGUAGE)
    return next(iter(chinese + sorted(label.value for label in labels)), value.value)

"""The graph of a document as bytes: what crosses process borders and enters a store as it is."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.quads import document_quads
from kg.model import IRI, Extraction
from kg.ontology import Ontology

_LEVEL = 1  # a tenth of the size at once; more patience gains little


@dataclass(frozen=True)
class Record:
    """All that a document says; the same document gives the same bytes in every process."""

    document: IRI
    """Also the name of its graph."""
    file: str
    """The path as the user gave it."""
    packed: bytes
    """`triples`, compressed."""
    size: int
    """How many triples there are."""

    @property
    def triples(self) -> bytes:
        """The graph in N-Triples, sorted."""
        return zlib.decompress(self.packed)

    @property
    def quads(self) -> bytes:
        """The graph in N-Quads, sorted: `triples` with its name."""
        return named(self.triples, self.document)


def make_record(extraction: Extraction, ontology: Ontology, *, version: str) -> Record:
    """Return what a document says as a record; `version` is that of the software that read it."""
    quads = document_quads(extraction, ontology, version=version)
    written = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b""
    name = quads[0].graph_name
    assert isinstance(name, ox.NamedNode)  # noqa: S101 - that of a document
    return _packed(IRI(name.value), extraction.document.name, written)


def stored_record(store: ox.Store, document: IRI, file: str) -> Record:
    """Return a document of a store as the record that it was written from."""
    graph = ox.NamedNode(document)
    written = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
    return _packed(document, file, written)


def _packed(document: IRI, file: str, written: bytes) -> Record:
    lines = sorted(written.splitlines(keepends=True))
    return Record(document, file, zlib.compress(b"".join(lines), _LEVEL), len(lines))


def named(triples: bytes, graph: str) -> bytes:
    """Return lines of N-Triples as N-Quads of a graph.

    >>> named(b'<a:b> <a:c> "x ." .\\n', "a:g")
    b'<a:b> <a:c> "x ." <a:g> .\\n'
    """
    # Line ends within literals are escaped, so that these marks end a triple and nothing else.
    return triples.replace(b" .\n", f" <{graph}> .\n".encode())

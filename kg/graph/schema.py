"""The ontology's files as triples, for the graph that describes the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.graph.terms import Term
from kg.vocabulary import KG

_Node = TypeVar("_Node", bound=Term)
_TEACHING = (KG.Pattern, KG.WordList)
"""Classes of `ontology/` that teach the extraction and say nothing about the graph."""


def schema_triples(folder: Path) -> Iterator[ox.Triple]:
    """Yield what the files of an ontology say of classes and relations, shapes excepted."""
    for file in sorted(folder.glob("*.ttl")):
        if file.name == "shapes.ttl":
            continue
        triples = list(_parsed(file))
        teaching = {t.subject for t in triples if getattr(t.object, "value", "") in _TEACHING}
        yield from (triple for triple in triples if triple.subject not in teaching)


def read_text(file: Path) -> str:
    """Return the text of a file of the ontology; raise OntologyError where it has none."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"cannot be read: {error}", file=file) from error


def _parsed(file: Path) -> Iterator[ox.Triple]:
    # Blank nodes are named by file and order: the parser's own names differ from run to run.
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def stable(node: _Node) -> _Node | ox.BlankNode:
        if not isinstance(node, ox.BlankNode):
            return node
        return names.setdefault(node, ox.BlankNode(f"{file.stem}{len(names)}"))

    for quad in ox.parse(read_text(file), format=ox.RdfFormat.TURTLE):
        yield ox.Triple(stable(quad.subject), quad.predicate, stable(quad.object))

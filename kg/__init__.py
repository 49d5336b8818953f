"""Turn Chinese policy texts into a knowledge graph: every fact with the sentence it comes from.

    >>> import kg
    >>> report = kg.build(["data/article.txt"], "out")  # doctest: +SKIP
    >>> graph = kg.open("out")  # doctest: +SKIP
    >>> for row in graph.query("SELECT ?name { ?s a kg:Country ; rdfs:label ?name }"):
    ...     print(row)  # doctest: +SKIP

Names are imported when they are first used, so that ``import kg`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.builder import build, extract_document
    from kg.builder import read_document as read
    from kg.errors import KGError
    from kg.model import Assertion, Document, Entity, Extraction, Mention, Span
    from kg.ontology import Ontology, load_ontology
    from kg.opening import OpenGraph as Graph
    from kg.opening import open_graph as open  # noqa: A004
    from kg.outcome import BuildReport
    from kg.text.read import read_passage

__all__ = [
    "Assertion",
    "BuildReport",
    "Document",
    "Entity",
    "Extraction",
    "Graph",
    "KGError",
    "Mention",
    "Ontology",
    "Span",
    "build",
    "extract_document",
    "load_ontology",
    "open",
    "read",
    "read_passage",
]

_ROOMS = {
    "BuildReport": ("kg.outcome", "BuildReport"),
    "Graph": ("kg.opening", "OpenGraph"),
    "KGError": ("kg.errors", "KGError"),
    "Ontology": ("kg.ontology", "Ontology"),
    "build": ("kg.builder", "build"),
    "extract_document": ("kg.builder", "extract_document"),
    "load_ontology": ("kg.ontology", "load_ontology"),
    "open": ("kg.opening", "open_graph"),
    "read": ("kg.builder", "read_document"),
    "read_passage": ("kg.text.read", "read_passage"),
}
"""Where a name is found, and what it is called there; all others are in `kg.model`."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    room, inside = _ROOMS.get(name, ("kg.model", name))
    return getattr(import_module(room), inside)


def __dir__() -> list[str]:
    return __all__

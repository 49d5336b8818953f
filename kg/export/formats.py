"""What the graph can be written as: a suffix, and the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import GraphError
from kg.export import network, rdf

if TYPE_CHECKING:
    from kg.graph.store import Graph

Writer = Callable[["Graph", Path], None]


def _page(graph: Graph, path: Path) -> None:
    # The page and its drawing are not needed for anything else.
    from kg.export.page import write_page

    write_page(graph, path)


def _index(graph: Graph, path: Path) -> None:
    from kg.graph.search import write_index

    write_index(graph.store, graph.ontology, path)


FORMATS: Mapping[str, Writer] = {
    ".ttl": rdf.write_turtle,
    ".nt": rdf.write_ntriples,
    ".nq": rdf.write_nquads,
    ".trig": rdf.write_trig,
    ".jsonld": rdf.write_jsonld,
    ".rdf": rdf.write_rdfxml,
    ".html": _page,
    ".graphml": network.write_graphml,
    ".sqlite": _index,
}
"""One row a format; a writer is given the graph and the file, whose folder exists."""


def writer_of(path: Path) -> Writer:
    """Return the writer for a file's suffix; GraphError if there is none.

    >>> writer_of(Path("out/graph.TTL")) is rdf.write_turtle
    True
    >>> writer_of(Path("graph.xyz"))
    Traceback (most recent call last):
    kg.errors.GraphError: graph.xyz: no format .xyz; use .ttl .nt .nq .trig .jsonld .rdf .html \
.graphml .sqlite
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        problem = f"no format {suffix}" if suffix else "no suffix to tell the format by"
        raise GraphError(f"{path}: {problem}; use {' '.join(FORMATS)}")
    return FORMATS[suffix]

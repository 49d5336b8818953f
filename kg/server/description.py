"""What the endpoint says of itself when nothing is asked: a SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.graph.answers import Triples
from kg.graph.terms import TYPE
from kg.server.negotiation import Format

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)
_PREFIXES: Mapping[str, str] = {"formats": _FORMATS, "sd": _SD}


def describe(endpoint: str, format_: Format) -> str:
    """Return the description of the endpoint at an address.

    >>> from kg.server.negotiation import TRIPLES
    >>> "sd:SPARQL11Query" in describe("http://127.0.0.1:8000/sparql", TRIPLES[0])
    True
    """
    service, dataset, graph = ox.NamedNode(endpoint), ox.BlankNode("d"), ox.BlankNode("g")
    said = [
        ox.Triple(service, TYPE, _sd("Service")),
        ox.Triple(service, _sd("endpoint"), service),
        ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph")),
        ox.Triple(service, _sd("defaultDataset"), dataset),
        ox.Triple(dataset, TYPE, _sd("Dataset")),
        ox.Triple(dataset, _sd("defaultGraph"), graph),
        ox.Triple(graph, TYPE, _sd("Graph")),
    ]
    said += [
        ox.Triple(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + name)) for name in _WRITTEN
    ]
    return Triples(tuple(said), _PREFIXES).serialize(format_.name)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)

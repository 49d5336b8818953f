"""The network of things and assertions as GraphML, for Gephi, Cytoscape, yEd and their like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.export.rdf import fit_for_xml
from kg.graph.records import AssertionRecord

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph.store import Graph


def write_graphml(graph: Graph, path: Path) -> None:
    """Write nodes and edges with their labels, classes and evidence; lists are joined by `` | ``.

    Nodes are named by IRI. The quotations of an edge's assertions are in ``quotes``, and
    ``places`` says where each stands, as file:start-end.
    """
    # networkx' other writer uses lxml where there is one: the bytes would depend on the machine.
    from networkx.readwrite.graphml import write_graphml_xml

    with path.open("wb") as file:
        write_graphml_xml(_plain(graph.network()), file, encoding="utf-8", prettyprint=True)


def _plain(network: nx.MultiDiGraph) -> nx.MultiDiGraph:
    import networkx as nx

    plain = nx.MultiDiGraph()
    for iri, of in network.nodes(data=True):
        lists = {name: _joined(of[name]) for name in ("aliases", "notations")}
        plain.add_node(iri, **_fit({**of, **lists}))
    for subject, object_, relation, of in network.edges(keys=True, data=True):
        evidence = of["evidence"]
        written = {name: value for name, value in of.items() if name != "evidence"}
        written["relation"] = relation
        written["assertions"] = _joined(of["assertions"])
        written["quotes"] = _joined(record.assertion.evidence.quote for record in evidence)
        written["places"] = _joined(_place(record) for record in evidence)
        # The key would become the edge's id, and the ids of a file must differ.
        plain.add_edge(subject, object_, **_fit(written))
    return plain


def _joined(parts: Iterable[str]) -> str:
    return " | ".join(parts)


def _place(record: AssertionRecord) -> str:
    span = record.assertion.evidence.quotation
    return f"{record.sentence.file}:{span.start}-{span.end}"


def _fit(attributes: Mapping[str, object]) -> dict[str, object]:
    return {
        name: fit_for_xml(value) if isinstance(value, str) else value
        for name, value in attributes.items()
    }

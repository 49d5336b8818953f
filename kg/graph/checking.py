"""One document held against the shapes, apart from all others; to be done in many processes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.checks import Finding, validate
from kg.graph.quads import concept_quads
from kg.graph.record import Record
from kg.graph.store import Graph
from kg.ontology import Ontology


@dataclass(frozen=True)
class Checking:
    """Checks a record; what that takes is loaded once in a process, and not pickled."""

    ontology: Ontology

    @cached_property
    def _graph(self) -> Graph:
        return Graph.memory(self.ontology)

    def __call__(self, record: Record) -> tuple[Finding, ...]:
        """Return what the shapes have against the document; raise OntologyError for the shapes."""
        graph = self._graph
        graph.put([record])
        name = ox.NamedNode(record.document)
        typed = graph.store.quads_for_pattern(None, terms.TYPE, None, name)
        things = {quad.subject.value for quad in typed if isinstance(quad.subject, ox.NamedNode)}
        graph.store.extend(concept_quads(things, self.ontology))
        try:
            return validate(graph, [record.document])
        finally:
            graph.remove(record.document)
            graph.store.remove_graph(graph.names.concepts)

    def __getstate__(self) -> dict[str, Any]:  # Any: the fields, as pickle wants them
        return {"ontology": self.ontology}

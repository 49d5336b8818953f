"""The graph as a networkx graph: things, and what is asserted between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph import terms
from kg.graph.answers import Answer, Truth
from kg.graph.likeness import repeated
from kg.graph.records import AssertionRecord, Reader, Thing
from kg.graph.rows import Rows
from kg.model import IRI, Status
from kg.ontology import Ontology, Relation

if TYPE_CHECKING:
    import networkx as nx

Triple = tuple[IRI, IRI, IRI]

_STRENGTH = (
    Status.ASSERTED,
    Status.REQUIRED,
    Status.PLANNED,
    Status.REPORTED,
    Status.QUESTIONED,
    Status.NEGATED,
)
"""What a relation counts as that is put in several ways: the first of these."""


def network(store: ox.Store, ontology: Ontology, *, everything: bool = False) -> nx.MultiDiGraph:
    """Return the things that assertions speak of, and one edge for each triple they state.

    A node is the IRI, with ``label``, ``english`` (may be empty), ``kind`` (local name),
    ``kind_label``, ``aliases``, ``notations``, ``mentions`` (how often the texts name it) and
    ``degree`` (edges in and out). With `everything`, things without an assertion are nodes too.

    An edge is keyed by the relation's local name, with ``label``, ``english``, ``weight`` (how
    many assertions, a sentence and its reprints being one), ``confidence`` (of the surest),
    ``status`` (of the strongest), ``assertions`` (their IRIs) and ``evidence`` (the
    `AssertionRecord` of each), in the order of the texts. Nodes and edges are sorted by IRI: the
    same graph gives the same network.
    """
    import networkx as nx

    reader = Reader(store, ontology)
    stated: dict[Triple, list[AssertionRecord]] = defaultdict(list)
    for record in reader.assertions():
        said = record.assertion
        stated[said.subject, said.relation, said.object].append(record)
    ends = {end for subject, _, object_ in stated for end in (subject, object_)}
    mentions, repetitions = _mentions(store), repeated(store)
    relations = {relation.iri: relation for relation in ontology.relations}
    result = nx.MultiDiGraph()
    for iri, thing in reader.things().items():
        if everything or iri in ends:
            result.add_node(iri, **_node(thing, mentions[iri], ontology))
    for (subject, relation, object_), records in sorted(stated.items()):
        if subject in result and object_ in result:
            name, known = terms.local_name(relation), relations.get(relation)
            edge = _edge(name, known, records, repetitions)
            result.add_edge(subject, object_, key=name, **edge)
    return _with_degrees(result)


def network_of_classes(
    classes: Iterable[str], store: ox.Store, ontology: Ontology, *, everything: bool = False
) -> nx.MultiDiGraph:
    """Return the part of `network` between things of some classes, subclasses included.

    Raise QueryError for a class that the ontology does not know.
    """
    known = {kind.name: iri for iri, kind in ontology.kinds.items()}
    wanted = {known.get(name, name) for name in classes}
    if strange := sorted(wanted - ontology.kinds.keys()):
        raise QueryError(f"{strange[0]}: there is no such class; use one of {', '.join(known)}")
    names = {k.name for iri, k in ontology.kinds.items() if wanted & {iri, *k.parents}}
    whole = network(store, ontology, everything=everything)
    nodes = [iri for iri, node in whole.nodes(data=True) if node["kind"] in names]
    return _with_degrees(whole.subgraph(nodes).copy())


def network_of_triples(answer: Answer, store: ox.Store, ontology: Ontology) -> nx.MultiDiGraph:
    """Return the triples of an answer as a network; what is asserted has all its attributes.

    An edge that no assertion states has ``label``, ``english`` and ``weight`` 1. Raise QueryError
    for an answer that holds no triples: neither CONSTRUCT, nor SELECT with three columns.
    """
    import networkx as nx

    whole, result = network(store, ontology, everything=True), nx.MultiDiGraph()
    relations = {relation.iri: relation for relation in ontology.relations}
    for subject, predicate, object_ in sorted(set(_triples(answer))):
        name, known = terms.local_name(predicate), relations.get(IRI(predicate))
        for end in (subject, object_):
            result.add_node(end, **(whole.nodes.get(end) or {"label": terms.local_name(end)}))
        plain = {"label": known.label if known else name, "weight": 1}
        plain["english"] = known.english if known else name
        edge = whole.get_edge_data(subject, object_, key=name) or plain
        result.add_edge(subject, object_, key=name, **edge)
    return _with_degrees(result)


def _triples(answer: Answer) -> Iterator[tuple[str, str, str]]:
    # Literals are no things.
    if isinstance(answer, Truth) or (isinstance(answer, Rows) and len(answer.variables) != 3):
        raise QueryError("a network needs triples: use CONSTRUCT, or SELECT three variables")
    rows = answer.terms if isinstance(answer, Rows) else [tuple(t) for t in answer]
    for row in rows:
        iris = [term.value for term in row if isinstance(term, ox.NamedNode)]
        if len(iris) == 3:
            yield iris[0], iris[1], iris[2]


def _with_degrees(result: nx.MultiDiGraph) -> nx.MultiDiGraph:
    for iri, degree in result.degree():
        result.nodes[iri]["degree"] = degree
    return result


def _node(thing: Thing, mentions: int, ontology: Ontology) -> dict[str, object]:
    kind = ontology.kind(thing.kind)
    return {
        "label": thing.label,
        "english": thing.english or "",
        "kind": kind.name,
        "kind_label": kind.label,
        "aliases": thing.aliases,
        "notations": thing.notations,
        "mentions": mentions,
    }


def _edge(
    name: str,
    relation: Relation | None,
    records: Sequence[AssertionRecord],
    repetitions: Set[str],
) -> dict[str, object]:
    return {
        "label": relation.label if relation else name,
        "english": relation.english if relation else name,
        "weight": sum(record.iri not in repetitions for record in records),
        "confidence": max(record.assertion.confidence for record in records),
        "status": min((record.assertion.status for record in records), key=_STRENGTH.index).value,
        "assertions": tuple(record.iri for record in records),
        "evidence": tuple(records),
    }


def _mentions(store: ox.Store) -> Mapping[str, int]:
    named = store.quads_for_pattern(None, terms.REFERS_TO, None, terms.UNION)
    return Counter(quad.object.value for quad in named if isinstance(quad.object, ox.NamedNode))

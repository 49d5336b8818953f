"""Which things of different documents are one: decided from declared short names, and undoable.

A text that says 国家数据局（以下简称数据局） makes the short name stand for the full one,
there. Another text that uses the short one alone has a thing of its own, with the IRI of that name.
Here the two are joined: a pass over all declarations, in no order, whose decisions stand in a graph
of their own with their evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import networkx as nx
import pyoxigraph as ox

from kg.extract.entities import name_key
from kg.graph import terms
from kg.graph.store import Graph
from kg.graph.terms import Names, english, in_graph
from kg.model import IRI, Extraction, Status, digest
from kg.ontology import Ontology
from kg.text.normal import normalize
from kg.version import software_version
from kg.vocabulary import KG, NAMESPACE

EVIDENCE = 3
"""Places that are kept for one decision, one a document."""
EXTRACTOR = "aliases"
SHORTEST = 2
"""Characters of a name that may stand for another one outside its document."""


@dataclass(frozen=True, order=True)
class Declaration:
    """What one document takes for granted: there, a short name means a thing."""

    short: IRI
    """The thing that the short name means where nothing is declared."""
    full: IRI
    span: IRI
    """A place where the document uses the short name so."""


@dataclass(frozen=True, order=True)
class Decision:
    """Two things are one: the member is to be read as the other."""

    member: IRI
    canonical: IRI
    evidence: tuple[IRI, ...]
    """Places in the documents, at most `EVIDENCE` for each declared pair."""


def short_thing(quote: str, kind: IRI, thing: IRI, ontology: Ontology) -> IRI | None:
    """Return the thing that a quoted name would mean by itself, where that is another one.

    None too for a name that says nothing outside its document: one of a single character, or one
    that is a mere word of the grammar (《办法》, 《意见》).

    >>> from kg.ontology import load_ontology
    >>> ontology = load_ontology()
    >>> short_thing("数据局", KG.Organization, ontology.mint("organization-x"), ontology)
    'https://w3id.org/zhengtu/id/organization-2a5cf0f18056'
    >>> short_thing("《意见》", KG.Policy, ontology.mint("policy-x"), ontology)
    """
    known = ontology.concept(thing)
    key = name_key(normalize(quote).text)
    root = ontology.kind(kind).evaluated
    if len(key) < SHORTEST or _is_grammar(key, ontology):
        return None
    if known and quote in (known.label, *known.aliases):
        return None
    short = ontology.mint(f"{root.lower()}-{digest(root, key)}")
    return None if short == thing else short


def _is_grammar(name: str, ontology: Ontology) -> bool:
    heads = (kind.head_words for kind in ontology.kinds.values())
    return any(name in words for words in (*ontology.words.values(), *heads))


def declarations(extraction: Extraction, ontology: Ontology) -> Iterator[Declaration]:
    """Yield what a document declares, each pair once, at its first place."""
    names, seen = Names(ontology.base), set()
    kinds = {entity.iri: entity.kind for entity in extraction.entities}
    for mention, thing in zip(extraction.mentions, extraction.references, strict=True):
        short = short_thing(mention.quote, kinds[thing], thing, ontology)
        if short and (short, thing) not in seen:
            seen.add((short, thing))
            span = names.span(extraction.document, mention.span)
            yield Declaration(short, thing, IRI(span.value))


def decide(
    declared: Iterable[Declaration], documents: Mapping[IRI, int], known: Iterable[IRI] = ()
) -> tuple[Decision, ...]:
    """Return what is one with what, sorted; the order of the declarations does not matter.

    ``documents`` tells in how many each thing is named. A short name that different documents
    declare for different things is left alone. Of things that are one, the others are read as
    the known concept, else as the one that most documents name, else as the first by IRI.

    >>> a, b, c = IRI("a"), IRI("b"), IRI("c")
    >>> decide([Declaration(a, b, IRI("span-1"))], {a: 1, b: 2})
    (Decision(member='a', canonical='b', evidence=('span-1',)),)
    >>> decide([Declaration(a, b, IRI("s")), Declaration(a, c, IRI("t"))], {a: 1, b: 1, c: 1})
    ()
    """
    evidence = _unambiguous(declared, documents)
    first = frozenset(known)
    graph = nx.Graph(list(evidence))
    decisions = []
    for component in nx.connected_components(graph):
        canonical = min(component, key=lambda iri: (iri not in first, -documents[iri], iri))
        for member in component - {canonical}:
            places = [p for pair, found in evidence.items() if member in pair for p in found]
            decisions.append(Decision(member, canonical, tuple(sorted(set(places)))))
    return tuple(sorted(decisions))


def _unambiguous(
    declared: Iterable[Declaration], documents: Mapping[IRI, int]
) -> dict[tuple[IRI, IRI], tuple[IRI, ...]]:
    """Return the pairs that nothing speaks against, with their evidence."""
    meant: dict[IRI, dict[IRI, set[IRI]]] = defaultdict(lambda: defaultdict(set))
    for said in declared:
        if said.short in documents and said.full in documents:
            meant[said.short][said.full].add(said.span)
    return {
        (short, full): tuple(sorted(spans)[:EVIDENCE])
        for short, fulls in meant.items()
        for full, spans in fulls.items()
        if len(fulls) == 1
    }


# ---------------------------------------------------------------------- in the graph


def decision_quads(decision: Decision, ontology: Ontology, *, kept: bool = True) -> list[ox.Quad]:
    """Return a decision as quads; one that was undone keeps its node, and has no plain triple."""
    names = Names(ontology.base)
    node = decision_node(decision, ontology)
    member, canonical = ox.NamedNode(decision.member), ox.NamedNode(decision.canonical)
    same, extractor = ox.NamedNode(KG.sameAs), names.extractor(EXTRACTOR)
    status = Status.ASSERTED if kept else Status.NEGATED
    triples = [
        ox.Triple(node, terms.TYPE, terms.STATEMENT),
        ox.Triple(node, terms.SUBJECT, member),
        ox.Triple(node, terms.PREDICATE, same),
        ox.Triple(node, terms.OBJECT, canonical),
        ox.Triple(node, terms.STATUS, ox.NamedNode(NAMESPACE + status)),
        ox.Triple(node, terms.ATTRIBUTED_TO, extractor),
        ox.Triple(extractor, terms.TYPE, terms.EXTRACTOR),
        ox.Triple(extractor, terms.TYPE, terms.SOFTWARE_AGENT),
        ox.Triple(extractor, terms.LABEL, english(EXTRACTOR)),
        ox.Triple(extractor, terms.SOFTWARE_VERSION, ox.Literal(software_version())),
    ]
    triples += [ox.Triple(node, terms.DERIVED_FROM, ox.NamedNode(p)) for p in decision.evidence]
    triples += [ox.Triple(member, same, canonical)] if kept else []
    return [in_graph(triple, identity_graph(ontology)) for triple in triples]


def identity_graph(ontology: Ontology) -> ox.NamedNode:
    """Return the name of the graph in which the decisions stand."""
    return ox.NamedNode(ontology.mint("identity"))


def decision_node(decision: Decision, ontology: Ontology) -> ox.NamedNode:
    """Return the node of a decision."""
    return ox.NamedNode(ontology.mint(f"same-{digest(decision.member, decision.canonical)}"))


def merge(graph: Graph) -> tuple[Decision, ...]:
    """Decide for all documents of a graph which things are one, and write the decisions into it.

    What was decided before is decided anew, and what was undone stays undone. Call `Graph.infer`
    afterwards.
    """
    undone = undone_decisions(graph)
    alone = {decision.member for decision in undone}
    declared = (d for d in _declared(graph) if not {d.short, d.full} & alone)
    documents = _documents(graph)
    known = (iri for iri in documents if graph.ontology.concept(iri))
    decisions = decide(declared, documents, known)
    _write(graph, decisions, undone)
    return decisions


def undo(graph: Graph, things: Iterable[IRI]) -> tuple[Decision, ...]:
    """Take back the decisions that read these things as others, and return them.

    The graph then is what it was before, but for the nodes of the undone decisions, which say
    that they were: a later `merge` leaves these things alone.
    """
    wanted = frozenset(things)
    kept, undone = stored_decisions(graph), undone_decisions(graph)
    taken_back = tuple(decision for decision in kept if decision.member in wanted)
    left = tuple(decision for decision in kept if decision.member not in wanted)
    _write(graph, left, (*undone, *taken_back))
    return taken_back


def stored_decisions(graph: Graph) -> tuple[Decision, ...]:
    """Return the decisions that stand in a graph, sorted."""
    return _stored(graph, Status.ASSERTED)


def undone_decisions(graph: Graph) -> tuple[Decision, ...]:
    """Return the decisions that were taken back, sorted."""
    return _stored(graph, Status.NEGATED)


def _write(graph: Graph, kept: Iterable[Decision], undone: Iterable[Decision]) -> None:
    quads = [quad for d in kept for quad in decision_quads(d, graph.ontology)]
    quads += [quad for d in undone for quad in decision_quads(d, graph.ontology, kept=False)]
    graph.restate(identity_graph(graph.ontology), [quad.triple for quad in quads])


def _stored(graph: Graph, status: Status) -> tuple[Decision, ...]:
    place = identity_graph(graph.ontology)
    wanted = ox.NamedNode(NAMESPACE + status)
    found = []
    for quad in graph.store.quads_for_pattern(None, terms.STATUS, wanted, place):
        said: dict[ox.NamedNode, list[IRI]] = defaultdict(list)
        for triple in graph.store.quads_for_pattern(quad.subject, None, None, place):
            if isinstance(triple.object, ox.NamedNode):
                said[triple.predicate].append(IRI(triple.object.value))
        [member], [canonical] = said[terms.SUBJECT], said[terms.OBJECT]
        found.append(Decision(member, canonical, tuple(sorted(said[terms.DERIVED_FROM]))))
    return tuple(sorted(found))


def _documents(graph: Graph) -> dict[IRI, int]:
    """Return in how many documents each thing is named."""
    naming: dict[IRI, set[str]] = defaultdict(set)
    for quad in graph.store.quads_for_pattern(None, terms.REFERS_TO, None, None):
        if isinstance(quad.graph_name, ox.NamedNode):
            naming[terms.iri_of(quad.object)].add(quad.graph_name.value)
    return {iri: len(documents) for iri, documents in naming.items()}


def _declared(graph: Graph) -> Iterator[Declaration]:
    kinds = _kinds(graph)
    first: dict[tuple[str, IRI, IRI], tuple[int, IRI]] = {}
    for quad in graph.store.quads_for_pattern(None, terms.REFERS_TO, None, None):
        if not isinstance(quad.graph_name, ox.NamedNode):
            continue
        thing, span = terms.iri_of(quad.object), terms.iri_of(quad.subject)
        quote, start = _words(graph, quad)
        short = short_thing(quote, kinds[thing], thing, graph.ontology)
        if short:
            key = (quad.graph_name.value, short, thing)
            first[key] = min(first.get(key, (start, span)), (start, span))
    for (_, short, thing), (_, span) in first.items():
        yield Declaration(short, thing, span)


def _words(graph: Graph, mention: ox.Quad) -> tuple[str, int]:
    found = graph.store.quads_for_pattern(mention.subject, None, None, mention.graph_name)
    said = {quad.predicate: getattr(quad.object, "value", "") for quad in found}
    return said[terms.EXACT], int(said[terms.START])


def _kinds(graph: Graph) -> dict[IRI, IRI]:
    found: dict[IRI, IRI] = {}
    for kind in sorted(graph.ontology.kinds):
        wanted = ox.NamedNode(kind)
        for quad in graph.store.quads_for_pattern(None, terms.TYPE, wanted, terms.UNION):
            found.setdefault(terms.iri_of(quad.subject), kind)
    return found

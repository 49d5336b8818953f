"""Is the graph as it should be? SHACL shapes in, findings out: what is wrong, and where.

A finding is data, not an error. Validated is a copy in memory of what the shapes speak of, a few
documents at a time, which is several times quicker than validating the store itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.graph import terms
from kg.graph.answers import Triples
from kg.graph.records import Place, Properties, Reader
from kg.graph.store import Graph
from kg.graph.terms import Node, Term
from kg.model import IRI, Span
from kg.vocabulary import PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph as Copy
    from rdflib import Literal, URIRef
    from rdflib.term import IdentifiedNode
    from rdflib.term import Node as RdfNode

    RdfTerm = IdentifiedNode | Literal

_BATCH = 25
"""Documents validated at a time: enough to share the cost of the shapes, few enough for memory."""

_SHACL = "http://www.w3.org/ns/shacl#"
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
_ENDS = (terms.SUBJECT, terms.PREDICATE, terms.OBJECT)


class Severity(StrEnum):
    """How bad it is; the values are those of SHACL, in lower case."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing that a shape does not allow."""

    node: str
    """The IRI of what is wrong."""
    path: IRI | None
    """The property in question."""
    value: str | None
    """The value in question, if it is a single one."""
    message: str
    """In Chinese."""
    english: str
    severity: Severity
    shape: str
    """The IRI of the shape."""
    constraint: str
    """What of the shape is not met, a local name of SHACL: ``MinCountConstraintComponent`` …"""
    file: str | None = None
    """The document that the node comes from."""
    start: int | None = None
    """Where its evidence stands there, in code points."""
    end: int | None = None
    quote: str | None = None
    """The words of the evidence."""


def validate(
    graph: Graph, documents: Iterable[str] | None = None, *, inferred: bool | None = None
) -> tuple[Finding, ...]:
    """Return what the shapes of the ontology find wrong, worst first, then by file and place.

    Checked are the named documents, by IRI, or all of them and then the inferred triples too,
    unless it is said whether these are.
    A relation's shape is held against every assertion of it, be it a fact or not. Raise
    OntologyError if the shapes themselves are no SHACL.

    >>> from kg.ontology import load_ontology
    >>> validate(Graph.memory(load_ontology()))
    ()
    """
    shapes = _shapes(graph)
    mentioned = {str(term) for term in shapes.objects()} | {terms.TYPE.value, _SUBCLASS}
    places = _Places(graph.read(), None if documents is None else frozenset(documents))
    found: set[Finding] = set()
    with_inferred = documents is None if inferred is None else inferred
    for part in _parts(graph, places.documents, with_inferred):
        copy = _copy(triple for triple in part if triple.predicate.value in mentioned)
        report = _report(copy, shapes, graph)
        for result in report.objects(None, _sh("result")):
            found.add(places.located(_finding(result, report, shapes)))
    return ordered(found)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repetition, worst first, then by file and place."""
    # One value may miss several constraints of a shape; to a reader that is one finding.
    backward = sorted(findings, key=_order, reverse=True)
    return tuple({replace(finding, constraint=""): finding for finding in backward}.values())[::-1]


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        list(Severity).index(finding.severity),
        finding.file or "",
        finding.start or 0,
        finding.end or 0,
        finding.node,
        finding.path or "",
        finding.value or "",
        finding.shape,
        finding.constraint,
    )


def report(findings: Sequence[Finding], prefixes: Mapping[str, str]) -> str:
    """Return findings as a SHACL validation report in Turtle, each with its place in the file.

    >>> "sh:conforms true" in report((), {"xsd": "http://www.w3.org/2001/XMLSchema#"})
    True
    """
    root = ox.BlankNode("report")
    triples = [
        ox.Triple(root, terms.TYPE, _node("ValidationReport")),
        ox.Triple(root, _node("conforms"), ox.Literal(not findings)),
    ]
    for number, finding in enumerate(findings, start=1):
        result = ox.BlankNode(f"result{number:06}")
        triples.append(ox.Triple(root, _node("result"), result))
        triples += [ox.Triple(result, name, value) for name, value in _result(finding)]
    return Triples(tuple(triples), {**prefixes, "sh": _SHACL}).serialize("turtle")


def _result(finding: Finding) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    yield terms.TYPE, _node("ValidationResult")
    yield _node("focusNode"), _iri_or_text(finding.node)
    if finding.path:
        yield _node("resultPath"), ox.NamedNode(finding.path)
    if finding.value is not None:
        yield _node("value"), _iri_or_text(finding.value)
    yield _node("resultSeverity"), _node(finding.severity.capitalize())
    yield _node("sourceShape"), _iri_or_text(finding.shape)
    yield _node("sourceConstraintComponent"), _node(finding.constraint)
    yield _node("resultMessage"), terms.text(finding.message)
    yield _node("resultMessage"), terms.english(finding.english)
    if finding.file is not None:
        yield terms.FILE, ox.Literal(finding.file)
    if finding.start is not None and finding.end is not None:
        yield terms.START, ox.Literal(finding.start)
        yield terms.END, ox.Literal(finding.end)
        yield terms.EXACT, terms.text(finding.quote or "")


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SHACL + name)


def _iri_or_text(value: str) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(value) if "://" in value and " " not in value else ox.Literal(value)


# ------------------------------------------------------------------ what is validated


def _parts(
    graph: Graph, documents: Set[str] | None, with_inferred: bool
) -> Iterator[Iterable[ox.Triple]]:
    every = graph.read().subjects(terms.TYPE, terms.DOCUMENT)
    names = sorted(document.value for document in every) if documents is None else sorted(documents)
    schema = tuple(_schema(graph))
    for first in range(0, len(names), _BATCH):
        yield chain(schema, _documents(graph, names[first : first + _BATCH]))
    if with_inferred and (documents is not None or names):
        yield chain(schema, _inferred(graph))


def _schema(graph: Graph) -> Iterator[ox.Triple]:
    # Which class is below which, and what the relations and statuses are.
    for predicate in (terms.TYPE, ox.NamedNode(_SUBCLASS)):
        for quad in graph.store.quads_for_pattern(None, predicate, None, terms.ONTOLOGY):
            yield quad.triple


def _documents(graph: Graph, names: Iterable[str]) -> Iterator[ox.Triple]:
    described: set[str] = set()
    ends: dict[Term, dict[ox.NamedNode, Term]] = defaultdict(dict)
    for name in names:
        for quad in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(name)):
            yield quad.triple
            if quad.predicate == terms.TYPE and isinstance(quad.subject, ox.NamedNode):
                described.add(quad.subject.value)
            elif quad.predicate in _ENDS:
                ends[quad.subject][quad.predicate] = quad.object
    for said in ends.values():
        subject, predicate, object_ = (said.get(end) for end in _ENDS)
        if isinstance(subject, Node) and isinstance(predicate, ox.NamedNode) and object_:
            yield ox.Triple(subject, predicate, object_)
    yield from _concepts(graph, described)


def _concepts(graph: Graph, described: set[str]) -> Iterator[ox.Triple]:
    # What the ontology says of these things, and of those it links them to.
    waiting = sorted(described)
    for iri in waiting:
        subject = ox.NamedNode(iri)
        for quad in graph.store.quads_for_pattern(subject, None, None, graph.names.concepts):
            yield quad.triple
            if isinstance(quad.object, ox.NamedNode) and quad.object.value not in described:
                described.add(quad.object.value)
                waiting.append(quad.object.value)


def _inferred(graph: Graph) -> Iterator[ox.Triple]:
    ends: set[ox.NamedNode] = set()
    for name in graph.rule_graphs():
        for quad in graph.store.quads_for_pattern(None, None, None, name):
            yield quad.triple
            ends.update(end for end in (quad.subject, quad.object) if isinstance(end, ox.NamedNode))
    for end in ends:
        for quad in graph.store.quads_for_pattern(end, None, None, terms.UNION):
            if quad.predicate == terms.TYPE or isinstance(quad.object, ox.Literal):
                yield quad.triple


def _copy(triples: Iterable[ox.Triple]) -> Copy:
    from rdflib import Graph as NewCopy

    known: dict[Term, RdfTerm] = {}
    copy = NewCopy(bind_namespaces="none")
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if term not in known:
                known[term] = _rdflib_term(term)
        copy.add((known[triple.subject], known[triple.predicate], known[triple.object]))
    return copy


def _rdflib_term(term: Term) -> RdfTerm:
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term}: triples about triples cannot be validated")
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value))


# ------------------------------------------------------------------ validating


def _shapes(graph: Graph) -> Copy:
    try:
        parsed = ox.parse(graph.shapes(), format=ox.RdfFormat.TURTLE)
        return _copy(quad.triple for quad in parsed)
    except SyntaxError as error:
        problem = " ".join(str(error).split())
        raise OntologyError(f"is not Turtle: {problem}", file=graph.shapes_file) from error


def _report(copy: Copy, shapes: Copy, graph: Graph) -> Copy:
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError

    try:
        # In place, since the copy is ours; no inference, since `_schema` gives the hierarchy.
        _, report, _ = pyshacl.validate(copy, shacl_graph=shapes, inplace=True)
    except ReportableRuntimeError as error:
        report = error
    if isinstance(report, Exception):
        problem = " ".join(str(report).split())
        raise OntologyError(f"is not SHACL: {problem}", file=graph.shapes_file) from report
    return cast("Copy", report)  # pyshacl declares bytes too, for options not used here


def _sh(name: str) -> URIRef:
    from rdflib import URIRef

    return URIRef(_SHACL + name)


def _finding(result: RdfNode, report: Copy, shapes: Copy) -> Finding:
    said = {str(p).removeprefix(_SHACL): o for p, o in report.predicate_objects(result)}
    messages = {
        getattr(message, "language", None) or "": str(message)
        for message in sorted(report.objects(result, _sh("resultMessage")), key=str)
    }
    shape = said["sourceShape"]
    outer = next(shapes.subjects(_sh("property"), shape), shape)
    value = said.get("value")
    return Finding(
        node=str(said["focusNode"]),
        path=_path(said.get("resultPath"), outer, shapes),
        value=None if value is None else str(value),
        message=messages.get("zh") or next(iter(messages.values())),
        english=messages.get("en") or next(iter(messages.values())),
        severity=Severity(str(said["resultSeverity"]).removeprefix(_SHACL).lower()),
        shape=str(outer),
        constraint=str(said["sourceConstraintComponent"]).removeprefix(_SHACL),
    )


def _path(path: RdfNode | None, shape: RdfNode, shapes: Copy) -> IRI | None:
    # A shape of the subjects of a relation speaks of that relation, though it has no path.
    from rdflib import URIRef

    targets = (
        target
        for predicate in ("targetSubjectsOf", "targetObjectsOf")
        for target in shapes.objects(shape, _sh(predicate))
    )
    found = path if path is not None else next(targets, None)
    return IRI(str(found)) if isinstance(found, URIRef) else None


# ------------------------------------------------------------------ where the evidence stands


class _Places:
    """Finds the place in a document that a node comes from."""

    def __init__(self, reader: Reader, documents: Set[str] | None) -> None:
        self.reader = reader
        self.documents = documents

    def located(self, finding: Finding) -> Finding:
        node = _iri_or_text(finding.node)
        if isinstance(node, ox.Literal):
            return finding
        place = self._best(self._spans(node, finding))
        if place is None:
            return replace(finding, file=self._file(node))
        start, end = place.span.start, place.span.end
        return replace(finding, file=place.file, start=start, end=end, quote=place.quote)

    def _best(self, spans: Iterable[Term]) -> Place | None:
        places = [place for span in spans if (place := self.reader.place(span))]
        return min(places, key=self._preference, default=None)

    def _preference(self, place: Place) -> tuple[bool, str, Span]:
        elsewhere = self.documents is not None and place.document not in self.documents
        return (elsewhere, place.file, place.span)

    def _spans(self, node: ox.NamedNode, finding: Finding) -> Iterable[Term]:
        said = self.reader.properties(node)
        kinds = said.get(terms.TYPE.value, ())
        if terms.ASSERTION in kinds:
            quotations = said.get(terms.DERIVED_FROM.value, ())
            return [*quotations] if self._best(quotations) else said.get(terms.SENTENCE.value, ())
        if terms.POSITION_SELECTOR in kinds or terms.QUOTE_SELECTOR in kinds:
            return [node]
        return self._quotations(node, finding) or self.reader.subjects(terms.REFERS_TO, node)

    def _quotations(self, node: ox.NamedNode, finding: Finding) -> list[Term]:
        # Of the assertions of this relation; of the one with this value, if there is one.
        found: list[Term] = []
        exact: list[Term] = []
        for assertion in self.reader.subjects(terms.SUBJECT, node):
            said = self.reader.properties(assertion)
            quotations = said.get(terms.DERIVED_FROM.value, [])
            if finding.path in {term.value for term in _nodes(said, terms.PREDICATE)}:
                found += quotations
                if finding.value in {term.value for term in _nodes(said, terms.OBJECT)}:
                    exact += quotations
        return exact or found

    def _file(self, node: ox.NamedNode) -> str | None:
        said = self.reader.properties(node)
        for predicate in (terms.USED, terms.SOURCE):
            for document in _nodes(said, predicate):
                said = self.reader.properties(document)
        files = said.get(terms.FILE.value, ())
        return next((file.value for file in files if isinstance(file, ox.Literal)), None)


def _nodes(said: Properties, predicate: ox.NamedNode) -> list[ox.NamedNode]:
    return [term for term in said.get(predicate.value, ()) if isinstance(term, ox.NamedNode)]

"""An extraction as quads: the facts of a document, and the evidence behind each.

Pure, and in no order: the store keeps sets, and the exports sort.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.likeness import signature
from kg.graph.places import place_triples
from kg.graph.terms import Names, english, in_graph, text, typed
from kg.model import IRI, Assertion, Document, Entity, Extraction, Field, Span
from kg.ontology import Concept, Ontology
from kg.vocabulary import KG, NAMESPACE

Triples = Iterator[ox.Triple]

_CONTRIBUTED_BY_FIELDS = "fields"
"""The extractor whose mentions are the values of document fields."""

_DATES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "date"),
    (re.compile(r"\d{4}-\d{2}"), "gYearMonth"),
    (re.compile(r"\d{4}"), "gYear"),
)
_DATE_PROPERTIES = frozenset(
    terms.node(f"dcterms:{name}").value
    for name in ("available", "created", "date", "issued", "modified", "valid")
) | frozenset(
    terms.node(f"schema:{name}").value
    for name in ("dateCreated", "dateModified", "datePublished", "uploadDate")
)


def document_quads(extraction: Extraction, ontology: Ontology, *, version: str) -> list[ox.Quad]:
    """Return the named graph of a document, its completing ``kg:sha256`` quad last.

    `version` is that of the software that did the reading. Negated, questioned and reported
    assertions have their node and no plain triple. Of several assertions with one node (the
    same triple said twice in a sentence) the most confident stays.
    """
    names = Names(ontology.base)
    document = extraction.document
    assertions = _one_a_node(extraction.assertions, document, names)
    triples: set[ox.Triple] = set()
    for part in (
        _document(extraction, ontology, names),
        _entities(extraction.entities, ontology),
        _mentions(extraction, names),
        _assertions(assertions, document, names),
        _spans(_used_spans(extraction, assertions.values()), document, names),
        _places(extraction, assertions.values(), names),
        _run(assertions.values(), document, names, version),
    ):
        triples.update(part)
    graph = names.document(document)
    seal = ox.Quad(graph, terms.SHA256, ox.Literal(document.sha256), graph)
    return [in_graph(triple, graph) for triple in triples] + [seal]


def concept_quads(used: Iterable[str], ontology: Ontology) -> list[ox.Quad]:
    """Return what the ontology says of the used things, as a graph of its own.

    That is world knowledge, without evidence: English labels, aliases, codes, and links such as
    ``kg:locatedIn``, followed upwards so that the target of every link is described as well.
    """
    graph = Names(ontology.base).concepts
    waiting = [c for iri in sorted(set(used)) if (c := ontology.concept(IRI(iri)))]
    seen = {concept.iri for concept in waiting}
    quads: list[ox.Quad] = []
    for concept in waiting:
        targets = [t for _, iri in concept.links if (t := ontology.concept(iri))]
        quads.extend(in_graph(triple, graph) for triple in _concept(concept, ontology))
        for target in targets:
            if target.iri not in seen:
                seen.add(target.iri)
                waiting.append(target)
    return quads


def _concept(concept: Concept, ontology: Ontology) -> Triples:
    yield from _named(concept.iri, concept.kind, concept.label, concept.aliases, ontology)
    subject = ox.NamedNode(concept.iri)
    if concept.english:
        yield ox.Triple(subject, terms.LABEL, english(concept.english))
    for code, datatype in concept.notations:
        literal = ox.Literal(code, datatype=ox.NamedNode(datatype))
        yield ox.Triple(subject, terms.NOTATION, literal)
    for relation, target in concept.links:
        if ontology.concept(target):
            yield ox.Triple(subject, ox.NamedNode(relation), ox.NamedNode(target))


def _entities(entities: Iterable[Entity], ontology: Ontology) -> Triples:
    for entity in entities:
        yield from _named(entity.iri, entity.kind, entity.label, entity.aliases, ontology)
        if entity.broader:
            narrower, broader = ox.NamedNode(entity.iri), ox.NamedNode(entity.broader)
            yield ox.Triple(narrower, terms.BROADER, broader)
        for name, value in entity.properties:
            subject, predicate = ox.NamedNode(entity.iri), ox.NamedNode(NAMESPACE + name)
            yield ox.Triple(subject, predicate, _property(name, value))


def _named(iri: IRI, kind: IRI, label: str, aliases: Iterable[str], ontology: Ontology) -> Triples:
    subject = ox.NamedNode(iri)
    yield ox.Triple(subject, terms.TYPE, ox.NamedNode(kind))
    if NAMESPACE + ontology.kind(kind).evaluated == KG.Concept:
        yield ox.Triple(subject, terms.TYPE, terms.SKOS_CONCEPT)
    yield ox.Triple(subject, terms.LABEL, text(label))
    for alias in aliases:
        if alias != label:
            yield ox.Triple(subject, terms.ALT_LABEL, text(alias))


def _property(name: str, value: str | float) -> ox.Literal:
    if NAMESPACE + name == KG.number:
        return _decimal(value)
    if NAMESPACE + name == KG.date:
        return _date(str(value))
    return ox.Literal(str(value))


def _decimal(value: str | float) -> ox.Literal:
    # Neither an exponent nor trailing zeros: 170, not 1.7E+2 and not 170.0.
    digits = f"{Decimal(str(value)):f}"
    return typed(digits.rstrip("0").rstrip(".") if "." in digits else digits, "decimal")


def _date(value: str) -> ox.Literal:
    for shape, datatype in _DATES:
        if shape.fullmatch(value):
            return typed(value, datatype)
    return ox.Literal(value)


def _document(extraction: Extraction, ontology: Ontology, names: Names) -> Triples:
    document = extraction.document
    subject = names.document(document)
    yield ox.Triple(subject, terms.TYPE, terms.DOCUMENT)
    yield ox.Triple(subject, terms.TYPE, terms.ARTICLE)
    yield ox.Triple(subject, terms.FILE, ox.Literal(document.name))
    yield ox.Triple(subject, terms.FORMAT, ox.Literal(document.media_type))
    if extraction.work:
        yield ox.Triple(subject, terms.TEXT_OF, ox.NamedNode(extraction.work))
    yield ox.Triple(subject, terms.FINGERPRINT, ox.Literal(ontology.fingerprint))
    if likeness := signature(document):
        yield ox.Triple(subject, terms.SIGNATURE, typed(likeness, "base64Binary"))
    rules = {rule.name: rule for rule in ontology.fields}
    things = {
        mention.span: entity
        for mention, entity in zip(extraction.mentions, extraction.references, strict=True)
        if mention.extractor == _CONTRIBUTED_BY_FIELDS
    }
    for field in document.fields:
        if rule := rules.get(field.name):
            predicate = ox.NamedNode(rule.writes_to)
            yield ox.Triple(subject, predicate, _field_value(field, rule.writes_to, things))


def _field_value(
    field: Field, writes_to: str, things: Mapping[Span, IRI]
) -> ox.NamedNode | ox.Literal:
    if writes_to in _DATE_PROPERTIES:
        return _date(field.value)
    thing = things.get(field.span) if field.span else None
    if thing:
        return ox.NamedNode(thing)
    return ox.Literal(field.value) if field.value.isascii() else text(field.value)


def _mentions(extraction: Extraction, names: Names) -> Triples:
    for mention, entity in zip(extraction.mentions, extraction.references, strict=True):
        span = names.span(extraction.document, mention.span)
        yield ox.Triple(span, terms.REFERS_TO, ox.NamedNode(entity))


def _one_a_node(
    assertions: Iterable[Assertion], document: Document, names: Names
) -> dict[ox.NamedNode, Assertion]:
    best: dict[ox.NamedNode, Assertion] = {}
    for assertion in sorted(assertions, key=_preference):
        best.setdefault(names.assertion(document, assertion), assertion)
    return best


def _preference(assertion: Assertion) -> tuple[float, Span, str]:
    return (-assertion.confidence, assertion.evidence.quotation, assertion.extractor)


def _assertions(
    assertions: Mapping[ox.NamedNode, Assertion], document: Document, names: Names
) -> Triples:
    for subject, assertion in assertions.items():
        triple = ox.Triple(
            ox.NamedNode(assertion.subject),
            ox.NamedNode(assertion.relation),
            ox.NamedNode(assertion.object),
        )
        if assertion.status.is_fact and triple.subject != triple.object:
            yield triple
        yield ox.Triple(subject, terms.TYPE, terms.ASSERTION)
        yield ox.Triple(subject, terms.TYPE, terms.STATEMENT)
        yield ox.Triple(subject, terms.SUBJECT, triple.subject)
        yield ox.Triple(subject, terms.PREDICATE, triple.predicate)
        yield ox.Triple(subject, terms.OBJECT, triple.object)
        yield from _qualifiers(subject, assertion)
        yield from _provenance(subject, assertion, document, names)


def _qualifiers(subject: ox.NamedNode, assertion: Assertion) -> Triples:
    yield ox.Triple(subject, terms.STATUS, ox.NamedNode(NAMESPACE + assertion.status))
    yield ox.Triple(subject, terms.CONFIDENCE, _decimal(round(assertion.confidence, 2)))
    for predicate, value in (
        (terms.CONTEXT, assertion.context),
        (terms.SPEAKER, assertion.speaker),
        (terms.WHEN, assertion.time),
        (terms.VALUE, assertion.value),
    ):
        if value:
            yield ox.Triple(subject, predicate, ox.NamedNode(value))


def _provenance(
    subject: ox.NamedNode, assertion: Assertion, document: Document, names: Names
) -> Triples:
    evidence = assertion.evidence
    for predicate, span in (
        (terms.DERIVED_FROM, evidence.quotation),
        (terms.SENTENCE, evidence.sentence),
        (terms.SUBJECT_SPAN, evidence.subject),
        (terms.OBJECT_SPAN, evidence.object),
        (terms.CUE_SPAN, evidence.cue),
    ):
        if span:
            yield ox.Triple(subject, predicate, names.span(document, span))
    yield ox.Triple(subject, terms.GENERATED_BY, names.run(document))
    yield ox.Triple(subject, terms.ATTRIBUTED_TO, names.extractor(assertion.extractor))


def _used_spans(extraction: Extraction, assertions: Iterable[Assertion]) -> set[Span]:
    used = {mention.span for mention in extraction.mentions}
    for evidence in (assertion.evidence for assertion in assertions):
        used |= {evidence.sentence, evidence.quotation, evidence.subject, evidence.object}
        used |= {evidence.cue} if evidence.cue else set()
    return used


def _spans(spans: Iterable[Span], document: Document, names: Names) -> Triples:
    source = names.document(document)
    for span in spans:
        subject = names.span(document, span)
        yield ox.Triple(subject, terms.TYPE, terms.POSITION_SELECTOR)
        yield ox.Triple(subject, terms.TYPE, terms.QUOTE_SELECTOR)
        yield ox.Triple(subject, terms.START, typed(str(span.start), "integer"))
        yield ox.Triple(subject, terms.END, typed(str(span.end), "integer"))
        yield ox.Triple(subject, terms.EXACT, text(span.of(document.text)))
        yield ox.Triple(subject, terms.SOURCE, source)


def _places(extraction: Extraction, assertions: Collection[Assertion], names: Names) -> Triples:
    spans = _used_spans(extraction, assertions)
    sentences = {assertion.evidence.sentence for assertion in assertions}
    yield from place_triples(spans, sentences, extraction.document, names)


def _run(
    assertions: Iterable[Assertion], document: Document, names: Names, version: str
) -> Triples:
    run = names.run(document)
    yield ox.Triple(run, terms.TYPE, terms.ACTIVITY)
    yield ox.Triple(run, terms.USED, names.document(document))
    for name in {assertion.extractor for assertion in assertions}:
        extractor = names.extractor(name)
        yield ox.Triple(run, terms.ASSOCIATED_WITH, extractor)
        yield ox.Triple(extractor, terms.TYPE, terms.EXTRACTOR)
        yield ox.Triple(extractor, terms.TYPE, terms.SOFTWARE_AGENT)
        yield ox.Triple(extractor, terms.LABEL, english(name))
        yield ox.Triple(extractor, terms.SOFTWARE_VERSION, ox.Literal(version))

"""What is known of one thing, in both directions, each fact with its sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.records import AssertionRecord, Reader, Thing
from kg.graph.store import Graph
from kg.model import IRI, Span, Status


@dataclass(frozen=True)
class Fact:
    """An assertion about a thing, in words, with the place that says so."""

    assertion: IRI
    forward: bool
    """Whether the thing is its subject."""
    relation: str
    relation_label: str
    other: IRI
    """The thing at the other end."""
    other_label: str
    status: Status
    confidence: float
    extractor: str
    version: str
    file: str
    sentence: str
    """The whole sentence, as the file has it."""
    mark: Span
    """The quotation, as a stretch of `sentence`."""
    start: int
    """Where the quotation starts in the file, in code points."""
    end: int
    quote: str
    """The quotation: the file's own words from `start` to `end`."""
    page: int | None = None
    """Where the sentence begins, in files that have pages or count their paragraphs."""
    paragraph: int | None = None
    context: str | None = None
    """In which policy or event the fact holds; likewise the labels of the other qualifiers."""
    speaker: str | None = None
    time: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Knowledge:
    """All that the graph knows of one thing."""

    thing: Thing
    kind: str
    """The local name of its class."""
    kind_label: str
    mentions: int
    """How often the documents name it."""
    facts: tuple[Fact, ...]
    """In the order of the texts."""
    background: tuple[tuple[str, str], ...]
    """What the ontology itself says of it, without evidence: relation and other thing, labels."""


@dataclass(frozen=True)
class Explanation:
    """The things that bear a label, each with what is known of it; none if nothing bears it."""

    label: str
    things: tuple[Knowledge, ...]

    def __bool__(self) -> bool:
        return bool(self.things)


def explain(graph: Graph, label: str) -> Explanation:
    """Return what is known of the things with this label, alias, code or IRI.

    Any spelling will do: width, case, blanks, dashes and marks do not count. A word that stands
    for a thing in context only finds it too.

    >>> from kg.ontology import load_ontology
    >>> bool(explain(Graph.memory(load_ontology()), "Singapore"))
    False
    """
    reader = graph.read()
    things = reader.things()
    wanted = spelling(label)
    context = {
        concept.iri
        for concept in graph.ontology.concepts
        if any(spelling(word) == wanted for word in concept.context)
    }
    found = (
        thing
        for thing in things.values()
        if thing.iri in context or thing.iri == label or wanted in _spellings(thing)
    )
    return Explanation(
        label, tuple(_knowledge(thing, things, reader, graph) for thing in found if wanted)
    )


def spelling(label: str) -> str:
    """Return what two spellings of a name have in common: its letters and digits.

    >>> spelling("政府转型战略 2017—2020") == spelling("“政府转型战略2017-2020”")
    True
    """
    plain = unicodedata.normalize("NFKC", label).casefold()
    return "".join(character for character in plain if character.isalnum())


def _spellings(thing: Thing) -> set[str]:
    names = [thing.label, *thing.aliases, *thing.notations]
    return {spelling(name) for name in (*names, thing.english or "")}


def _knowledge(
    thing: Thing, things: Mapping[IRI, Thing], reader: Reader, graph: Graph
) -> Knowledge:
    kind = graph.ontology.kind(thing.kind)
    records = reader.assertions([thing.iri])
    return Knowledge(
        thing=thing,
        kind=kind.name,
        kind_label=kind.label,
        mentions=len(reader.subjects(terms.REFERS_TO, ox.NamedNode(thing.iri))),
        facts=tuple(_fact(record, thing, things, graph) for record in records),
        background=tuple(_background(thing, things, graph)),
    )


def _fact(record: AssertionRecord, thing: Thing, things: Mapping[IRI, Thing], graph: Graph) -> Fact:
    said = record.assertion
    forward = said.subject == thing.iri
    other = said.object if forward else said.subject
    return Fact(
        assertion=record.iri,
        forward=forward,
        relation=terms.local_name(said.relation),
        relation_label=_relation_label(said.relation, graph),
        other=other,
        other_label=_label(other, things) or "",
        status=said.status,
        confidence=said.confidence,
        extractor=said.extractor,
        version=record.version,
        file=record.sentence.file,
        sentence=record.sentence.quote,
        mark=record.mark,
        start=said.evidence.quotation.start,
        end=said.evidence.quotation.end,
        quote=said.evidence.quote,
        page=record.sentence.page,
        paragraph=record.sentence.paragraph,
        context=_label(said.context, things),
        speaker=_label(said.speaker, things),
        time=_label(said.time, things),
        value=_label(said.value, things),
    )


def _background(thing: Thing, things: Mapping[IRI, Thing], graph: Graph) -> list[tuple[str, str]]:
    concept = graph.ontology.concept(thing.iri)
    links = concept.links if concept else ()
    return [
        (_relation_label(relation, graph), _label(target, things) or "")
        for relation, target in links
        if target in things
    ]


def _relation_label(iri: IRI, graph: Graph) -> str:
    known = (relation.label for relation in graph.ontology.relations if relation.iri == iri)
    return next(known, terms.local_name(iri))


def _label(iri: IRI | None, things: Mapping[IRI, Thing]) -> str | None:
    if iri is None:
        return None
    return things[iri].label if iri in things else terms.local_name(iri)

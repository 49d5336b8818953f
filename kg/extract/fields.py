"""What a document says of itself: the author, the paper and the funder are entities too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract.proposals import Proposal
from kg.extract.relations import Link
from kg.model import Document, Span
from kg.ontology import Ontology

RANK = 95
"""Above every pattern: a field says outright what its value is."""

STATED = 0.95
"""Prior confidence of a link between two fields of one line."""


def field_proposals(document: Document, ontology: Ontology) -> Iterator[Proposal]:
    """Yield a proposal for each field whose value is an entity and stands in the text."""
    kinds = {rule.name: rule.kind for rule in ontology.fields}
    for field in document.fields:
        kind = kinds.get(field.name)
        if kind is not None and field.span is not None:
            yield Proposal(field.span.start, field.span.end, kind, "fields", RANK)


def field_lines(document: Document) -> list[Span]:
    """Return the lines that hold fields, in text order: their names are names of the document."""
    lines: dict[Span, None] = {}
    for field in sorted(document.fields, key=lambda f: f.span or Span(0, 1)):
        if field.span is not None:
            lines.setdefault(_line(document.text, field.span), None)
    return list(lines)


def find_field_links(
    document: Document, mentions: Sequence[Proposal], ontology: Ontology
) -> Iterator[tuple[Span, Link]]:
    """Yield the links that the ontology declares between two fields of one line, with the line."""
    places = {(m.start, m.end): position for position, m in enumerate(mentions)}
    named = [
        (field.name, places[field.span.start, field.span.end], _line(document.text, field.span))
        for field in document.fields
        if field.span and (field.span.start, field.span.end) in places
    ]
    for rule in ontology.field_links:
        relation = ontology.relation(rule.relation)
        for subject, one, line in named:
            for object_, other, same in named:
                if (subject, object_) == (rule.subject, rule.object) and line == same:
                    yield line, Link(one, relation, other, None, "fields", STATED)


def _line(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    line = text[start : end if end >= 0 else len(text)]
    left = len(line) - len(line.lstrip())
    return Span(start + left, start + len(line.rstrip()))

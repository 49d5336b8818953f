"""The way back into the file as triples: page, paragraph and section of what is quoted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.terms import Names, text, typed
from kg.model import Document, Section, Span

Triples = Iterator[ox.Triple]


def place_triples(
    spans: Iterable[Span], sentences: Iterable[Span], document: Document, names: Names
) -> Triples:
    """Yield page and paragraph of the spans, the section of each sentence, and those sections.

    A plain text has neither pages nor counted paragraphs: there the offsets say all.
    """
    for span in spans:
        if mark := document.landmark(span):
            subject = names.span(document, span)
            for predicate, number in ((terms.PAGE, mark.page), (terms.PARAGRAPH, mark.paragraph)):
                if number is not None:
                    yield ox.Triple(subject, predicate, typed(str(number), "integer"))
    used: set[Section] = set()
    for sentence in sentences:
        if section := document.section(sentence):
            used.add(section)
            node = names.section(document, section)
            yield ox.Triple(names.span(document, sentence), terms.SECTION, node)
    for section in _with_those_around(used, document):
        yield from _section(section, document, names)


def _with_those_around(used: Iterable[Section], document: Document) -> set[Section]:
    return {
        outer
        for section in used
        for outer in document.sections
        if outer.span.holds(section.heading) and outer.depth <= section.depth
    }


def _section(section: Section, document: Document, names: Names) -> Triples:
    subject = names.section(document, section)
    yield ox.Triple(subject, terms.TYPE, terms.SECTION_KIND)
    yield ox.Triple(subject, terms.LABEL, text(section.heading.of(document.text)))
    yield ox.Triple(subject, terms.DEPTH, typed(str(section.depth), "integer"))
    around = [
        outer
        for outer in document.sections
        if outer.depth < section.depth and outer.span.holds(section.heading)
    ]
    outer = max(around, key=lambda outer: outer.depth, default=None)
    whole = names.section(document, outer) if outer else names.document(document)
    yield ox.Triple(subject, terms.PART_OF, whole)

"""What is found in documents, as the command line shows it: tables, JSON, doccano's JSONL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

import click

from kg.model import Document, Extraction, Span, Status
from kg.ontology import Ontology
from kg.passages import prediction, predictions
from kg.preview import Found
from kg.terminal import table

Lines = Iterator[str]


def extraction_table(found: Iterable[Found], ontology: Ontology) -> Lines:
    """Yield for each document its fields, the names in it, and what it states."""
    for number, item in enumerate(found):
        if number:
            yield ""
        yield click.style(item.extraction.document.name, bold=True)
        yield from _tables(item.extraction, ontology)


def _tables(extraction: Extraction, ontology: Ontology) -> Lines:
    labels = {entity.iri: entity.label for entity in extraction.entities}
    document = extraction.document
    if document.fields:
        yield from table(("field", "value"), [(f.name, f.value) for f in document.fields])
        yield ""
    names = [
        (
            f"{mention.span.start}-{mention.span.end}",
            mention.quote,
            ontology.kind(mention.kind).name,
            labels.get(reference, reference),
            mention.extractor,
        )
        for mention, reference in zip(extraction.mentions, extraction.references, strict=True)
    ]
    yield from table(("place", "name", "class", "entity", "by"), names)
    yield ""
    stated = [
        (
            labels.get(said.subject, said.subject),
            ontology.relation(said.relation).name,
            labels.get(said.object, said.object),
            "" if said.status is Status.ASSERTED else said.status,
            f"{said.confidence:.2f}",
            said.extractor,
            said.evidence.quote,
        )
        for said in extraction.assertions
    ]
    headings = ("subject", "relation", "object", "status", "confidence", "by", "quotation")
    yield from table(headings, stated)


def extraction_json(found: Iterable[Found], ontology: Ontology) -> Lines:
    """Yield a JSON array with an object for each document or passage."""
    before = "["
    for item in found:
        yield before + json.dumps(_object(item, ontology), ensure_ascii=False)
        before = ","
    yield "[]" if before == "[" else "]"


def _object(found: Found, ontology: Ontology) -> dict[str, object]:
    extraction = found.extraction
    mentions = zip(extraction.mentions, extraction.references, strict=True)
    return {
        **(found.head or {}),
        "file": extraction.document.name,
        "fields": [{"name": f.name, "value": f.value} for f in extraction.document.fields],
        "mentions": [
            {
                "start": mention.span.start,
                "end": mention.span.end,
                "quote": mention.quote,
                "class": ontology.kind(mention.kind).name,
                "entity": reference,
                "extractor": mention.extractor,
                "confidence": round(mention.confidence, 2),
            }
            for mention, reference in mentions
        ],
        "entities": [
            {
                "iri": entity.iri,
                "class": ontology.kind(entity.kind).name,
                "label": entity.label,
                "aliases": entity.aliases,
                **dict(entity.properties),
            }
            for entity in extraction.entities
        ],
        "assertions": list(_assertion_objects(extraction, ontology)),
    }


def _assertion_objects(extraction: Extraction, ontology: Ontology) -> Iterator[dict[str, object]]:
    for said in extraction.assertions:
        evidence = said.evidence
        yield {
            "subject": said.subject,
            "relation": ontology.relation(said.relation).name,
            "object": said.object,
            "status": said.status,
            "confidence": round(said.confidence, 2),
            "extractor": said.extractor,
            "quote": evidence.quote,
            "start": evidence.quotation.start,
            "end": evidence.quotation.end,
            "sentence": evidence.sentence.of(extraction.document.text),
            **_landmark(evidence.quotation, extraction.document),
            "context": said.context,
            "speaker": said.speaker,
            "time": said.time,
            "value": said.value,
        }


def _landmark(place: Span, document: Document) -> dict[str, int]:
    """Return page and paragraph of a place, as far as the file has such."""
    mark = document.landmark(place)
    numbers = {"page": mark.page, "paragraph": mark.paragraph} if mark else {}
    return {name: number for name, number in numbers.items() if number is not None}


def extraction_doccano(found: Iterable[Found], ontology: Ontology) -> Lines:
    """Yield doccano's JSONL: a line for each passage, or for each paragraph of a document."""
    for item in found:
        if item.head is not None:
            lines = iter([prediction(item.extraction, ontology, item.head)])
        else:
            lines = predictions(item.extraction, ontology)
        for line in lines:
            yield json.dumps(line, ensure_ascii=False)


EXTRACTION_FORMATS: Mapping[str, Callable[[Iterable[Found], Ontology], Lines]] = {
    "table": extraction_table,
    "json": extraction_json,
    "doccano": extraction_doccano,
}
"""From the name of a format to the function that writes an extraction in it."""

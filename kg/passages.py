"""Doccano's JSONL: passages in, predictions out, labels and relations as in the guidelines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import DocumentError
from kg.model import IRI, Document, Extraction, Mention, Span
from kg.ontology import Ontology
from kg.text.read import read_passage

SUFFIX = ".jsonl"

Prediction = dict[str, Any]  # Any: what JSON can hold
"""A line of doccano's relation-extraction form."""


@dataclass(frozen=True)
class PassageLine:
    """A line of a doccano file: its text as a document, and what must stand in the answer."""

    document: Document
    head: Prediction
    """The line's own ``id`` and ``source``, as they are."""


def read_passages(file: Path) -> Iterator[PassageLine | DocumentError]:
    """Yield the passages of a doccano file, or what is wrong with a line of it.

    Only the texts are read; what is annotated in them is not looked at. Raise DocumentError
    where the file itself cannot be read.
    """
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            try:
                yield _passage(line, number, f"{file.as_posix()}:{number}")
            except DocumentError as error:
                yield error


def _lines(file: Path) -> list[str]:
    try:
        # Not splitlines: a text may hold U+2028, which ends no line of JSON.
        return file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DocumentError("is not UTF-8; save it as UTF-8", file=file.as_posix()) from error
    except OSError as error:
        problem = f"cannot be read ({error.strerror}); see its path and permissions"
        raise DocumentError(problem, file=file.as_posix()) from error


def _passage(line: str, number: int, name: str) -> PassageLine:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"is not JSON ({error}); write one object a line", file=name) from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise DocumentError('has no "text"; export it from doccano as JSONL', file=name)
    head = {key: record[key] for key in ("id", "source") if key in record}
    return PassageLine(read_passage(record["text"], name), {"id": number, **head})


def prediction(
    extraction: Extraction, ontology: Ontology, head: Prediction, within: Span | None = None
) -> Prediction:
    """Return what was found in a text, or in a stretch of it, as a line of doccano's form.

    As the guidelines have it, each distinct name stands once, at its first place, and bears the
    evaluated class; offsets count from the start of the stretch.
    """
    text = extraction.document.text
    stretch = within or Span(0, len(text)) if text else None
    mentions = [
        (mention, reference)
        for mention, reference in zip(extraction.mentions, extraction.references, strict=True)
        if stretch and stretch.holds(mention.span)
    ]
    first: dict[tuple[str, str], Mention] = {}
    for mention, _ in mentions:
        first.setdefault((mention.quote, _label(mention.kind, ontology)), mention)
    number_of = {key: number for number, key in enumerate(first)}
    start = stretch.start if stretch else 0
    return {
        **head,
        "text": stretch.of(text) if stretch else text,
        "entities": [
            {
                "id": number_of[key],
                "label": key[1],
                "start_offset": mention.span.start - start,
                "end_offset": mention.span.end - start,
            }
            for key, mention in first.items()
        ],
        "relations": list(_relations(extraction, mentions, number_of, ontology)),
    }


def _relations(
    extraction: Extraction,
    mentions: Iterable[tuple[Mention, IRI]],
    number_of: dict[tuple[str, str], int],
    ontology: Ontology,
) -> Iterator[Prediction]:
    named = {
        mention.span: number_of[mention.quote, _label(mention.kind, ontology)]
        for mention, _ in mentions
    }
    seen: set[tuple[int, str, int]] = set()
    for assertion in extraction.assertions:
        evidence = assertion.evidence
        if evidence.subject not in named or evidence.object not in named:
            continue
        name = ontology.relation(assertion.relation).name
        link = (named[evidence.subject], name, named[evidence.object])
        if link not in seen and link[0] != link[2]:
            seen.add(link)
            yield {"id": len(seen) - 1, "type": name, "from_id": link[0], "to_id": link[2]}


def predictions(extraction: Extraction, ontology: Ontology) -> Iterator[Prediction]:
    """Yield a line for each paragraph of a document, and each header line with a name in it."""
    document = extraction.document
    paragraphs = set(document.body)
    for mention in extraction.mentions:
        if not any(span.holds(mention.span) for span in document.body):
            paragraphs.add(_line(document.text, mention.span))
    for number, span in enumerate(sorted(paragraphs)):
        head = {"id": f"{document.name}#{number}", "source": document.name}
        yield prediction(extraction, ontology, head, span)


def _line(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return Span(start, end if end >= 0 else len(text))


def _label(kind: IRI, ontology: Ontology) -> str:
    return ontology.kind(kind).evaluated

"""The things we talk about: documents, spans, mentions, entities, assertions.

Plain frozen values: no I/O, no RDF, no ontology. They cross process borders, sit in sets,
and compare by what they hold.
"""

from __future__ import annotations

import bisect
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

IRI = NewType("IRI", str)
"""An absolute IRI, as a plain string."""

HASH_LENGTH = 12
"""Hexadecimal digits of a hash in an IRI: 48 bits; a collision is due near 20 million things."""


def digest(*parts: str) -> str:
    """Return the short hash that names a thing by its parts.

    >>> digest("Concept", "数字政府")
    'e54f5e742698'
    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    joined = "\x1f".join(parts)
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()[:HASH_LENGTH]


@dataclass(frozen=True, order=True)
class Span:
    """A half-open stretch of a document: ``text[start:end]``, counted in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got {self.start}:{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Tell whether the other lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def of(self, text: str) -> str:
        """Return the words of the text that stand here.

        >>> Span(3, 5).of("新加坡提出")
        '提出'
        """
        return text[self.start : self.end]


@dataclass(frozen=True)
class Field:
    """What the document says of itself in its header or foot: its title, an author, a date."""

    name: str
    """The local name of a ``kg:DocumentField`` of the ontology: title, author, issued …"""
    value: str
    """The value, tidied: blanks collapsed, dates as ISO 8601."""
    span: Span | None = None
    """Where the text says so; None where only the file's own metadata does."""


@dataclass(frozen=True)
class Landmark:
    """A stretch of a document's text, and where in its file that stands."""

    span: Span
    page: int | None = None
    """Of a PDF, counted from 1; None in files without pages."""
    paragraph: int | None = None
    """Counted from 1: in a PDF on its page, else in the file; a row of a table counts as one."""

    def __str__(self) -> str:
        """Say the place in words: ``page 3, paragraph 12``."""
        numbers = (("page", self.page), ("paragraph", self.paragraph))
        return ", ".join(f"{name} {number}" for name, number in numbers if number)


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    span: Span
    """From the heading to where the next section of its depth or above begins."""
    heading: Span
    depth: int
    """1 for the outermost sections."""


@dataclass(frozen=True)
class Document:
    """A file as it was read: its text untouched, and what in it is matter.

    Every offset in this package is an offset into ``text``, in code points.
    """

    name: str
    """The path as the user gave it, with forward slashes."""
    text: str
    sha256: str
    """Of the file's bytes; it is the document's identity."""
    fields: tuple[Field, ...] = ()
    body: tuple[Span, ...] = ()
    """The paragraphs that are matter, in order: site chrome and header lines are left out."""
    media_type: str = "text/plain"
    """What the file is by its content, whatever its suffix says."""
    landmarks: tuple[Landmark, ...] = ()
    """The way back to page and paragraph, in text order; none where offsets are all there is."""
    sections: tuple[Section, ...] = ()
    """The headings as structure, in text order."""

    def landmark(self, place: Span) -> Landmark | None:
        """Return page and paragraph of a place, by where it starts; None if they are not known.

        >>> text = "第一段。\\n第二段。"
        >>> marks = (Landmark(Span(0, 4), 3, 1), Landmark(Span(5, 9), 3, 2))
        >>> str(Document("a.pdf", text, "0" * 64, landmarks=marks).landmark(Span(6, 8)))
        'page 3, paragraph 2'
        """
        after = bisect.bisect_right(self.landmarks, place.start, key=lambda mark: mark.span.start)
        return self.landmarks[after - 1] if after else None

    def section(self, place: Span) -> Section | None:
        """Return the innermost section in which a place starts, or None if it is in none."""
        holding = (s for s in self.sections if s.span.start <= place.start < s.span.end)
        return max(holding, key=lambda section: section.depth, default=None)

    @property
    def key(self) -> str:
        """The part of the hash that stands in IRIs."""
        return self.sha256[:HASH_LENGTH]

    def value(self, name: str) -> str | None:
        """Return the first value of a field, or None if the document does not state it."""
        return next((item.value for item in self.fields if item.name == name), None)


@dataclass(frozen=True)
class Mention:
    """A place where the text names something."""

    span: Span
    quote: str
    """The document's own words there, never the normalized ones."""
    kind: IRI
    """The ontology class; `entities` decides later *which* thing of that class."""
    extractor: str = "lexicon"
    """Who proposed it: lexicon, patterns, tagger, chunks, fields."""
    confidence: float = 1.0
    concept: IRI | None = None
    """The known concept whose label stands here; None if the lexicon does not know the name."""


@dataclass(frozen=True)
class Entity:
    """A thing of the world that mentions refer to."""

    iri: IRI
    kind: IRI
    label: str
    aliases: tuple[str, ...] = ()
    """Other names that the document itself uses."""
    properties: tuple[tuple[str, str | float], ...] = ()
    """What the name itself tells: comparator, number and unit of a quantity, date of a time.
    Pairs of the property's local name in `kg.ttl` and its value, sorted."""
    broader: IRI | None = None
    """The known concept that its name ends in: 新型社会治理体系 is a 社会治理体系."""


class Status(StrEnum):
    """How the text puts an assertion; the values are local names of ``kg:Status`` individuals."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    REQUIRED = "required"
    NEGATED = "negated"
    QUESTIONED = "questioned"
    REPORTED = "reported"

    @property
    def is_fact(self) -> bool:
        """Tell whether the plain triple may stand in the graph (it may for plans and demands)."""
        return self in (Status.ASSERTED, Status.PLANNED, Status.REQUIRED)


@dataclass(frozen=True)
class Evidence:
    """The place in the text that says so."""

    sentence: Span
    quotation: Span
    """The shortest stretch that holds both names and the words between them."""
    quote: str
    """``document.text[quotation.start:quotation.end]``."""
    subject: Span
    object: Span
    cue: Span | None = None
    """The trigger that joins the two names; None where only their order does (headings, lists)."""


@dataclass(frozen=True)
class Assertion:
    """A relation between two entities, with the evidence for it."""

    subject: IRI
    relation: IRI
    object: IRI
    evidence: Evidence
    confidence: float
    """From 0 to 1: the share of assertions of this kind that a reader would accept."""
    extractor: str
    """The rule or model that made it: triggers, carried, frames, values, fields, linker."""
    status: Status = Status.ASSERTED
    context: IRI | None = None
    """The policy or event in which the subject does so: 在……中."""
    speaker: IRI | None = None
    """Who says so where it is not the author: 据…, …认为."""
    time: IRI | None = None
    value: IRI | None = None


@dataclass(frozen=True)
class Extraction:
    """All that was found in one document; mentions in text order and without overlap."""

    document: Document
    mentions: tuple[Mention, ...] = ()
    references: tuple[IRI, ...] = ()
    """The entity of each mention, in the same order."""
    entities: tuple[Entity, ...] = ()
    assertions: tuple[Assertion, ...] = field(default=())
    work: IRI | None = None
    """The official document whose text the document is, as an entity that others may cite."""

    def __post_init__(self) -> None:
        if len(self.mentions) != len(self.references):
            raise ValueError("every mention needs its entity")

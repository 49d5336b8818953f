"""What a line of a page is, seen by itself: field, furniture, heading, prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import zip_longest

from kg.expressions import compile_named
from kg.model import Field, Span
from kg.ontology import Ontology
from kg.text.fields import FieldGrammar, Labelled, Source, compile_fields
from kg.text.transcript import Transcript

LONGEST_HEADER_LINE = 200
"""Characters from which on a line is matter whatever it begins with."""
LONGEST_TITLE = 60
"""Characters from which on a line is prose, whatever it ends with."""


class Role(Enum):
    """What a line is."""

    FIELD = "field"
    FURNITURE = "furniture"
    END = "end"
    """What sites write below the matter: related reports, print this page."""
    STRANGE = "strange"
    """Without any Chinese."""
    HEADING = "heading"
    PROSE = "prose"
    ROW = "row"
    """A row of a table that holds no field."""
    LEAD_IN = "lead-in"
    """Ends with a colon: a salutation, or a label that nobody knows."""
    SHORT = "short"

    @property
    def is_matter(self) -> bool:
        """Tell whether such a line belongs to the matter wherever it stands."""
        return self in (Role.PROSE, Role.HEADING)

    @property
    def is_outside(self) -> bool:
        """Tell whether such a line is no matter in the head or foot of a page."""
        return self in (Role.FIELD, Role.FURNITURE, Role.END, Role.STRANGE)


@dataclass(frozen=True)
class Line:
    """A line that is not blank, without the blanks and the Markdown mark at its ends."""

    span: Span
    role: Role
    fields: tuple[Field, ...] = ()
    depth: int = 0
    """Of a heading that the file marks as one, from 1; 0 for none."""
    labelled: bool = False
    """Whether a label says what it is; a bare date has none."""
    edge: bool = False
    """Whether it is too far from the matter to belong to it."""


@dataclass(frozen=True)
class LineGrammar:
    """The expressions that tell lines apart, compiled."""

    fields: FieldGrammar
    furniture: tuple[re.Pattern[str], ...]
    ends: tuple[re.Pattern[str], ...]
    strange: tuple[re.Pattern[str], ...]
    headings: tuple[re.Pattern[str], ...]


def compile_lines(ontology: Ontology) -> LineGrammar:
    """Return the line grammar of an ontology; raise OntologyError for an ill-formed expression."""
    return LineGrammar(
        fields=compile_fields(ontology),
        furniture=compile_named("chromeLine", ontology),
        ends=compile_named("footLine", ontology),
        strange=compile_named("strangeLine", ontology),
        headings=compile_named("headingLine", ontology),
    )


_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_MARKER = re.compile(r"\s*(?:(?P<heading>#{1,6})\s+|>\s+|[-*+]\s+(?=\S))?")
_STOPS = "\u3002\uff1b;\u2026"
_COLONS = ":\uff1a"
_CLOSERS = "\u201d\uff09)\u300b\"' "
_FULL_STOP = "\u3002"


def find_lines(source: Source, transcript: Transcript, grammar: LineGrammar) -> Iterator[Line]:
    """Yield the lines of a text that are not blank, in order.

    A label at the end of a line takes the next line as its value where that can be one, and a
    field broken over two lines is whole on the first.
    """
    waiting: str | None = None
    lines = list(_bare_lines(source.normal, transcript))
    goes_on, above = False, True
    for line, following in zip_longest(lines, lines[1:]):
        span = line.span
        labelled = _labelled(span, source, grammar)
        above = above and not _is_prose(span.of(source.normal))
        if labelled is None and transcript.core and above:
            labelled = grammar.fields.bare_label(source, span)
        fields: tuple[Field, ...] = ()
        apart = line.depth or (transcript.core and span.start == transcript.core.start)
        if waiting and labelled is None and not apart and not _is_prose(span.of(source.normal)):
            fields = tuple(grammar.fields.value(waiting, source, span.start, span.end))
            labels, waiting = bool(fields), None
        else:
            labels, waiting = False, labelled.open if labelled else None
            if following and above and not goes_on:
                fields = grammar.fields.broken_line(source, span, following.span)
        if fields or goes_on:
            yield replace(line, role=Role.FIELD, fields=fields, labelled=labels)
        else:
            yield _line(line, labelled, source, grammar)
        goes_on = bool(fields) and not labels


def _bare_lines(normal: str, transcript: Transcript) -> Iterator[Line]:
    # Only plain text is written in Markdown's manner; a reader's lines are what they are.
    marked = transcript.media_type.startswith("text/") and not transcript.landmarks
    for match in _LINE.finditer(normal):
        marker = _MARKER.match(normal, *match.span()) if marked else None
        start = marker.end() if marker else match.start()
        words = normal[start : match.end()]
        start += len(words) - len(words.lstrip())
        end = start + len(words.strip())
        if start < end:
            depth = len((marker and marker["heading"]) or "")
            yield Line(
                Span(start, end),
                Role.ROW if match.start() in transcript.rows else Role.SHORT,
                depth=depth or transcript.headings.get(match.start(), 0),
                edge=match.start() in transcript.edges,
            )


def _labelled(span: Span, source: Source, grammar: LineGrammar) -> Labelled | None:
    if len(span) > LONGEST_HEADER_LINE:
        return None
    labelled = grammar.fields.labelled(source, span)
    if labelled and _FULL_STOP in span.of(source.normal)[:-2]:
        # Sentences behind a label are matter: a notice that says when and where.
        return None
    return labelled


def _line(line: Line, labelled: Labelled | None, source: Source, grammar: LineGrammar) -> Line:
    span = line.span
    words = span.of(source.normal)
    if labelled:
        role = Role.FIELD if labelled.fields or labelled.open else Role.FURNITURE
        ends = not labelled.fields and _matches(grammar.ends, words)
        role = Role.END if ends else role
        return replace(line, role=role, fields=labelled.fields, labelled=True)
    if line.role is Role.ROW:
        return line
    if len(span) <= LONGEST_HEADER_LINE:
        fields = tuple(grammar.fields.whole_line(source, span))
        if fields:
            return replace(line, role=Role.FIELD, fields=fields)
        for patterns, role in (
            (grammar.ends, Role.END),
            (grammar.furniture, Role.FURNITURE),
            (grammar.strange, Role.STRANGE),
        ):
            if _matches(patterns, words):
                return replace(line, role=role)
    return replace(line, role=_role_of_words(words, line.depth, grammar))


def _role_of_words(words: str, depth: int, grammar: LineGrammar) -> Role:
    if depth > 1 or _matches(grammar.headings, words):
        return Role.HEADING
    if _is_prose(words):
        return Role.PROSE
    return Role.LEAD_IN if words[-1] in _COLONS else Role.SHORT


def _is_prose(words: str) -> bool:
    bare = words.rstrip(_CLOSERS)
    return len(words) >= LONGEST_TITLE or _FULL_STOP in words or bare.endswith(tuple(_STOPS))


def _matches(patterns: tuple[re.Pattern[str], ...], words: str) -> bool:
    return len(words) <= LONGEST_HEADER_LINE and any(p.fullmatch(words) for p in patterns)

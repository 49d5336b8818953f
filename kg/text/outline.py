"""The headings of a text as structure: which section a place is in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from kg.expressions import compile_named
from kg.model import Section, Span
from kg.ontology import Ontology
from kg.text.fields import Source
from kg.text.lines import Line, Role

LONGEST_HEADING = 60
"""Characters of the longest heading."""
LONGEST_SENTENCE = 30
"""Characters of the longest heading that ends with a full stop, or has no number."""
LONGEST_RUN_IN = 50
"""Characters of the longest sentence that heads the paragraph it begins."""

_STOP = "\u3002"
_OPEN_ENDS = "\uff0c\uff1b\uff1a\u3001,;:"
_ENDS = "\u3002\uff01\uff1f\uff1a:!?"
_OPEN, _CLOSE = "\u201c", "\u201d"
_CLOSERS = "\u201d\u2019\uff09)\u300b"
_RUN_IN = ("part", "chapter", "section", "first", "second")
"""The levels whose heading may stand at the start of its own paragraph."""

_ATTACHMENT, _MARKED, _BARE_ABOVE, _BARE_BELOW = -20, -10, -1, 99
"""Levels of headings without a number, among those of numbered ones, which begin at 0: smaller is
higher. What the file marks as a heading stands above by its depth."""


@dataclass(frozen=True)
class _Heading:
    span: Span
    level: int


@dataclass
class _Outline:
    """What has been found so far."""

    headings: list[_Heading] = field(default_factory=list)
    bare: int = 0
    """The level of headings without number or mark: above all if the first heading is one."""


def find_sections(
    body: Sequence[Line], source: Source, titles: Collection[str], ontology: Ontology
) -> tuple[Section, ...]:
    """Return the sections of the matter in text order, each with its depth from 1.

    A heading is a line that the file marks as one, a numbered line, the first words of a numbered
    paragraph, an attachment's mark, or a short line without a stop between paragraphs. The title
    of the document is none.
    """
    body = [line for line in body if _squeezed(line.span.of(source.text)) not in titles]
    numbered = compile_named("outlineLine", ontology)
    attachments = compile_named("attachmentLine", ontology)
    outline = _Outline()
    for place in range(len(body)):
        heading = _heading(body, place, source, numbered, attachments, outline)
        if heading:
            outline.headings.append(heading)
    return tuple(_nested(outline.headings, body[-1].span.end if body else 0))


def _heading(
    body: Sequence[Line],
    place: int,
    source: Source,
    numbered: Sequence[re.Pattern[str]],
    attachments: Sequence[re.Pattern[str]],
    outline: _Outline,
) -> _Heading | None:
    line = body[place]
    words = line.span.of(source.normal)
    if line.role is Role.ROW:
        return None
    if any(pattern.fullmatch(words) for pattern in attachments) and place:
        return _Heading(line.span, _ATTACHMENT)
    if match := next((m for p in numbered if (m := p.match(words))), None):
        return _numbered(line, words, match, body, place, source)
    if line.depth and len(words) <= LONGEST_HEADING:
        return _Heading(line.span, _MARKED + line.depth)
    if _is_bare(body, place, source):
        outline.bare = outline.bare or (_BARE_BELOW if outline.headings else _BARE_ABOVE)
        return _Heading(line.span, outline.bare)
    return None


def _numbered(
    line: Line,
    words: str,
    match: re.Match[str],
    body: Sequence[Line],
    place: int,
    source: Source,
) -> _Heading | None:
    levels = [name for name in match.re.groupindex if name != "words"]
    name = next(name for name in levels if match[name])
    level = levels.index(name)
    if len(words) <= LONGEST_HEADING and _is_whole(words) and words[-1] != _STOP:
        return _Heading(line.span, level)
    first = words.find(_STOP) + 1
    if name not in _RUN_IN or not first:
        return None
    if first < len(words):
        followed = first <= LONGEST_RUN_IN
    else:
        listed = place > 0 and _is_listed(body[place - 1], match, source)
        goes_on = _goes_on(body, place, source, match.re)
        followed = first <= LONGEST_RUN_IN and goes_on and not listed
    return _Heading(Span(line.span.start, line.span.start + first), level) if followed else None


def _goes_on(body: Sequence[Line], place: int, source: Source, numbered: re.Pattern[str]) -> bool:
    # A numbered sentence is a heading only if something stands below it that is not the next one.
    following = body[place + 1].span.of(source.normal) if place + 1 < len(body) else ""
    one = numbered.match(body[place].span.of(source.normal))
    other = numbered.match(following)
    return bool(following) and not (one and other and one.lastgroup and _same(one, other))


def _is_listed(before: Line, match: re.Match[str], source: Source) -> bool:
    # A sentence right below one of its own level is an item of a list, and heads nothing.
    other = match.re.match(before.span.of(source.normal))
    return bool(other and _same(match, other))


def _same(one: re.Match[str], other: re.Match[str]) -> bool:
    return [bool(group) for group in one.groups()] == [bool(group) for group in other.groups()]


def _is_bare(body: Sequence[Line], place: int, source: Source) -> bool:
    line = body[place]
    if line.role is not Role.SHORT or line.fields or not 0 < place < len(body) - 1:
        return False
    words = line.span.of(source.normal)
    if not 4 <= len(words) <= LONGEST_SENTENCE or words[-1] in _ENDS or not _is_whole(words):
        return False
    before, after = body[place - 1], body[place + 1]
    ended = before.role in (Role.HEADING, Role.LEAD_IN) or before.span.of(source.normal).rstrip(
        _CLOSERS
    ).endswith(tuple(_ENDS))
    return ended and after.role in (Role.PROSE, Role.HEADING)


def _is_whole(words: str) -> bool:
    # A line that breaks off within a sentence or a quotation heads nothing.
    return words[-1] not in _OPEN_ENDS and words.count(_OPEN) == words.count(_CLOSE)


def _squeezed(words: str) -> str:
    return "".join(words.split())


def _nested(headings: Sequence[_Heading], end: int) -> Iterator[Section]:
    depths: list[int] = []
    above: list[int] = []
    for heading in headings:
        while above and above[-1] >= heading.level:
            above.pop()
        above.append(heading.level)
        depths.append(len(above))
    for place, (heading, depth) in enumerate(zip(headings, depths, strict=True)):
        ends = (
            other.span.start
            for other, deep in zip(headings[place + 1 :], depths[place + 1 :], strict=True)
            if deep <= depth
        )
        stop = next(ends, max(end, heading.span.end))
        yield Section(Span(heading.span.start, stop), heading.span, depth)

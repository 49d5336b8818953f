"""What a reader gives: the text of a file, and all that the file says beside it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.model import Landmark, Span

LONGEST_VALUE = 500
"""Characters of what a file says of itself outside its text; the rest is cut off."""


@dataclass(frozen=True)
class Piece:
    """A paragraph, a heading or a row of a table, as a reader found it; one line of the text."""

    words: str
    page: int | None = None
    paragraph: int | None = None
    depth: int = 0
    """Of a heading that the file itself marks as one, from 1; else 0."""
    row: bool = False
    """Whether it is a row of a table, its cells between bars."""
    core: bool = False
    """Whether it stands in what the markup shows to be the matter."""
    edge: bool = False
    """Whether it stands so far from the matter that it can be a field at most."""
    goes_on: bool = False
    """Whether it goes on with the line of the piece before, as overleaf."""


@dataclass(frozen=True)
class Transcript:
    """The text of a file, with the way back into it; every span is one of ``text``."""

    text: str
    media_type: str = "text/plain"
    landmarks: tuple[Landmark, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the file says of itself outside its text, by the name of the field."""
    headings: Mapping[int, int] = field(default_factory=dict)
    """From where a marked heading starts to its depth."""
    rows: frozenset[int] = frozenset()
    """Where the rows of tables start."""
    edges: frozenset[int] = frozenset()
    """Where the lines start that can be fields at most."""
    core: Span | None = None
    """What the markup shows to be the matter; None if it shows nothing."""


def compose(
    pieces: Iterable[Piece], media_type: str, metadata: Mapping[str, str] | None = None
) -> Transcript:
    """Return the transcript of pieces, a line each.

    >>> transcript = compose([Piece("标题", paragraph=1), Piece("正文。", paragraph=2)], "a/b")
    >>> transcript.text, str(transcript.landmarks[1])
    ('标题\\n正文。', 'paragraph 2')
    """
    written: list[str] = []
    places: list[tuple[Span, Piece]] = []
    start = 0
    for piece in pieces:
        line = _one_line(piece.words)
        if not line:
            continue
        if places and not piece.goes_on:
            written.append("\n")
            start += 1
        written.append(line)
        places.append((Span(start, start + len(line)), piece))
        start += len(line)
    core = [place for place, piece in places if piece.core]
    return Transcript(
        text="".join(written),
        media_type=media_type,
        landmarks=tuple(
            Landmark(place, piece.page, piece.paragraph)
            for place, piece in places
            if piece.page or piece.paragraph
        ),
        metadata={
            name: value[:LONGEST_VALUE] for name, value in (metadata or {}).items() if value.strip()
        },
        headings={place.start: piece.depth for place, piece in places if piece.depth},
        rows=frozenset(place.start for place, piece in places if piece.row),
        edges=frozenset(place.start for place, piece in places if piece.edge),
        core=Span(core[0].start, core[-1].end) if core else None,
    )


def numbered(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces with their numbers as paragraphs, from the matter on where that is shown."""
    pieces = list(pieces)
    first = next((place for place, piece in enumerate(pieces) if piece.core), 0)
    number = 0
    for place, piece in enumerate(pieces):
        if place < first or piece.edge or not piece.words.strip():
            yield piece
        else:
            number += 1
            yield dataclasses.replace(piece, paragraph=number)


def row_of(cells: Iterable[str]) -> str:
    """Return the cells of a row as a line that can be read; a label whose cell is empty says so.

    >>> row_of(["省份", "", "2019年"]), row_of(["主题词：", ""]), row_of(["", "\\u3000"])
    ('省份 |  | 2019年', '主题词： |', '')
    """
    words = [cell.strip() for cell in cells]
    line = " | ".join(words).rstrip()
    if not line.strip("| "):
        return ""
    while line.endswith("| |"):
        line = line[:-2].rstrip()
    return line


_BREAKS = re.compile(r"\s*[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*")
_INVISIBLE = re.compile("[\u200b\u200c\u2060\ufeff\u00ad]")


def _one_line(words: str) -> str:
    return _BREAKS.sub(" ", _INVISIBLE.sub("", words)).strip()

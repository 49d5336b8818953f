"""A printed page: where its pieces of text stand, and the lines they make in reading order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

COLUMN_LINES = 5
"""Lines that each of two columns has at least."""
FILLED = 0.6
"""The share of a column's width that most of its lines fill."""
APART = 1.2
"""Blank widths of a character from which on two pieces of a line may be of two columns."""
LETTERS_APART, SIGNS_APART = 0.3, 0.75
"""Blank widths of a character from which on a blank stands between letters, or beside Chinese."""

SPACED_OUT = 4
"""Blanks of a line from which on their median says how it is spaced."""


@dataclass(frozen=True)
class Fragment:
    """A run of characters; lengths in points, from the lower left corner of the page."""

    words: str
    x: float
    y: float
    em: float
    """The height of a character, and the width of a Chinese one."""

    @property
    def width(self) -> float:
        """How wide the words are, about: Chinese characters are square, others half as wide."""
        wide = sum(unicodedata.east_asian_width(c) in "WF" for c in self.words)
        return self.em * (wide + 0.5 * (len(self.words) - wide))


@dataclass(frozen=True)
class Row:
    """A line of a page or of a column."""

    words: str
    left: float
    right: float
    y: float
    em: float
    column: int = 0
    """0 for a line over the whole width, else 1 and 2 from the left."""


@dataclass(frozen=True)
class Sheet:
    """A page as it was printed."""

    number: int
    width: float
    height: float
    fragments: tuple[Fragment, ...]

    def rows(self) -> list[Row]:
        """Return the lines in reading order: down the first column, then down the second.

        >>> sheet = Sheet(1, 600, 800, (Fragment("乙", 50, 80, 10), Fragment("甲", 50, 95, 10)))
        >>> [row.words for row in sheet.rows()]
        ['甲', '乙']
        """
        pieces = [piece for line in _lines(self.fragments) for piece in _pieces(line)]
        gutter = _gutter(pieces, self.width)
        if gutter is None:
            return [_row(line) for line in _lines(self.fragments)]
        return list(_in_columns(pieces, gutter))


def _lines(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Return the fragments by lines from the top, each from the left."""
    lines: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (-f.y, f.x)):
        if lines and lines[-1][0].y - fragment.y < 0.5 * min(lines[-1][0].em, fragment.em):
            lines[-1].append(fragment)
        else:
            lines.append([fragment])
    return [sorted(line, key=lambda f: f.x) for line in lines]


def _pieces(line: Sequence[Fragment]) -> Iterator[Row]:
    start = 0
    usual = _usual_gap(line)
    for place, (one, other) in enumerate(pairwise(line), start=1):
        if other.x - (one.x + one.width) > APART * one.em + usual:
            yield _row(line[start:place])
            start = place
    yield _row(line[start:])


def _row(line: Sequence[Fragment]) -> Row:
    words = line[0].words
    usual = _usual_gap(line)
    for one, other in pairwise(line):
        gap = other.x - (one.x + one.width)
        wanted = LETTERS_APART if words[-1].isascii() and other.words[0].isascii() else SIGNS_APART
        words += (" " if gap > wanted * one.em + usual else "") + other.words
    last = line[-1]
    em = max(fragment.em for fragment in line)
    return Row(words.strip(), line[0].x, last.x + last.width, line[0].y, em)


def _usual_gap(line: Sequence[Fragment]) -> float:
    """Return the blank between the characters of a line that is spaced out to fill its column."""
    gaps = sorted(other.x - (one.x + one.width) for one, other in pairwise(line))
    return max(gaps[len(gaps) // 2], 0.0) if len(gaps) >= SPACED_OUT else 0.0


# ------------------------------------------------------------------ columns


def _gutter(pieces: Sequence[Row], width: float) -> float | None:
    """Return the middle of the blank between two columns, or None if there is one column."""
    middles = (width * share / 100 for share in range(35, 66))
    found = [x for x in middles if _parts(pieces, x)]
    return found[len(found) // 2] if found else None


def _parts(pieces: Sequence[Row], x: float) -> bool:
    left = [piece for piece in pieces if piece.right <= x]
    right = [piece for piece in pieces if piece.left >= x]
    if min(len(left), len(right)) < COLUMN_LINES:
        return False
    if len(left) + len(right) < 0.75 * len(pieces):
        return False
    return _is_column(left) and _is_column(right)


def _is_column(pieces: Sequence[Row]) -> bool:
    # Cells of a table are short; lines of a column fill it.
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    filled = sum(piece.right - piece.left >= FILLED * width for piece in pieces)
    return 2 * filled >= len(pieces) and width >= 8 * pieces[0].em


def _in_columns(pieces: Sequence[Row], gutter: float) -> Iterator[Row]:
    """Yield the pieces between two lines over the whole width column by column."""
    band: list[Row] = []
    for piece in pieces:
        if piece.left < gutter < piece.right:
            yield from _columns(band, gutter)
            band = []
            yield piece
        else:
            band.append(piece)
    yield from _columns(band, gutter)


def _columns(band: Sequence[Row], gutter: float) -> Iterator[Row]:
    for column, inside in ((1, True), (2, False)):
        for piece in band:
            if (piece.right <= gutter) is inside:
                yield Row(piece.words, piece.left, piece.right, piece.y, piece.em, column)

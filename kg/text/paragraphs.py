"""Paragraphs out of printed lines: running heads dropped, broken lines joined."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.text.sheet import Row, Sheet

MARGIN = 0.15
"""The share of a page's height at its top and foot in which running heads stand."""
HEAD_LINES = 2
"""Lines at the top and the foot of a page that may be running heads."""
REPEATED = 0.3
"""The share of pages on which a running head stands at least."""
INDENT = 1.2
"""Widths of a character by which the first line of a paragraph is set in."""
SHORT = 2.5
"""Widths of a character by which the last line of a paragraph is short."""


@dataclass
class Paragraph:
    """The words of a paragraph by the pages they stand on."""

    parts: list[tuple[int, str]] = field(default_factory=list)

    def add(self, page: int, words: str) -> None:
        """Join a line to what is there already."""
        if not self.parts:
            self.parts.append((page, words))
            return
        before = self.parts[-1][1]
        glue = " " if _WORD_END.search(before) and _WORD_START.match(words) else ""
        if self.parts[-1][0] == page:
            self.parts[-1] = (page, before + glue + words)
        else:
            self.parts[-1] = (self.parts[-1][0], before)
            self.parts.append((page, words))


_WORD_END = re.compile(r"[A-Za-z0-9,.;:%)]$")
_WORD_START = re.compile(r"[A-Za-z0-9(]")


@dataclass(frozen=True)
class _Edges:
    """Where the lines of a column begin and end, and how far apart they are."""

    left: float
    right: float
    leading: float


def join_paragraphs(sheets: Sequence[Sheet]) -> list[Paragraph]:
    """Return the paragraphs of the pages in reading order."""
    pages = [(sheet, sheet.rows()) for sheet in sheets]
    margins = [list(_in_margins(rows, sheet)) for sheet, rows in pages]
    running = _running(margins)
    kept = [
        (sheet.number, [row for row in rows if row not in dropped])
        for (sheet, rows), dropped in zip(
            pages,
            ([row for row in rows if _is_running(row, running)] for rows in margins),
            strict=True,
        )
    ]
    edges = _edges(kept)
    paragraphs: list[Paragraph] = []
    before: Row | None = None
    for number, rows in kept:
        for row in rows:
            turned = not paragraphs or paragraphs[-1].parts[-1][0] != number
            if before is None or _begins(row, before, edges, overleaf=turned):
                paragraphs.append(Paragraph())
            paragraphs[-1].add(number, row.words)
            before = row
    return paragraphs


# ------------------------------------------------------------------ running heads

_VARYING = re.compile(r"[\W\d_]+")


def _running(margins: Sequence[Sequence[Row]]) -> frozenset[str]:
    """Return what stands in the margins of several pages, without its numbers."""
    counted: Counter[str] = Counter()
    for rows in margins:
        counted.update({_VARYING.sub("", row.words) for row in rows})
    enough = max(2.0, REPEATED * len(margins))
    return frozenset(words for words, count in counted.items() if count >= enough)


def _in_margins(rows: Sequence[Row], sheet: Sheet) -> Iterator[Row]:
    ordered = sorted(rows, key=lambda row: -row.y)
    for row in ordered[:HEAD_LINES]:
        if row.y > (1 - MARGIN) * sheet.height:
            yield row
    for row in ordered[-HEAD_LINES:]:
        if row.y < MARGIN * sheet.height:
            yield row


def _is_running(row: Row, running: frozenset[str]) -> bool:
    bare = _VARYING.sub("", row.words)
    return bare in running or (not bare and any(c.isdigit() for c in row.words))


# ------------------------------------------------------------------ paragraphs


def _edges(pages: Iterable[tuple[int, Sequence[Row]]]) -> Mapping[int, _Edges]:
    columns: dict[int, list[Row]] = defaultdict(list)
    for _, rows in pages:
        for row in rows:
            columns[row.column].append(row)
    return {column: _edges_of(rows) for column, rows in columns.items()}


def _edges_of(rows: Sequence[Row]) -> _Edges:
    gaps = sorted(
        one.y - other.y for one, other in pairwise(rows) if 0 < one.y - other.y < 4 * one.em
    )
    lefts = Counter(round(row.left) for row in rows)
    rights = sorted(row.right for row in rows)
    # Most lines begin at the left edge; a line in ten reaches the right one at least.
    common = [left for left, count in lefts.items() if count >= 0.1 * len(rows)]
    return _Edges(
        left=min(common, default=min(lefts)),
        right=rights[int(0.9 * (len(rights) - 1))],
        leading=gaps[len(gaps) // 2] if gaps else 0.0,
    )


def _begins(row: Row, before: Row, edges: Mapping[int, _Edges], *, overleaf: bool) -> bool:
    """Tell whether a paragraph begins with the line."""
    here, there = edges[row.column], edges[before.column]
    if before.right < there.right - SHORT * before.em:
        return True
    if abs(row.em - before.em) > 0.15 * before.em:
        return True
    set_in = row.left - here.left > INDENT * row.em
    was_set_in = before.left - there.left > INDENT * before.em
    same_column = row.column == before.column and not overleaf
    if set_in and not (was_set_in and same_column and abs(row.left - before.left) < 1):
        return True
    return same_column and here.leading > 0 and before.y - row.y > 1.6 * here.leading

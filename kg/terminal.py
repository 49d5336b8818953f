"""What a terminal shows: tables in which Chinese characters are two columns wide, and marks."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

GAP = "  "
READABLE = 12
"""Columns that a cell needs at least to be read, if it is that long."""
NARROWEST = 6
"""Columns below which a cell is not shortened."""
_LOCAL = re.compile(r"[A-Za-z0-9_.-]+")
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; on a terminal it is made to fit, in a pipe it is complete.

    Where the terminal is too narrow for so many columns, each row is written below the other.

    >>> print("\\n".join(table(["country", "n"], [["新加坡", "1"], ["英国", "12"]])))
    country  n
    ───────  ──
    新加坡   1
    英国     12
    """
    plain = [[_one_line(cell) for cell in row] for row in rows]
    widths = [
        max(map(width, (heading, *(row[column] for row in plain))), default=0)
        for column, heading in enumerate(headings)
    ]
    columns = terminal_width()
    if columns is not None and _needed([min(size, READABLE) for size in widths]) > columns:
        yield from _records(headings, plain)
        return
    widths = _fitting(widths, columns)
    yield _line(headings, widths)
    yield GAP.join("\N{BOX DRAWINGS LIGHT HORIZONTAL}" * size for size in widths)
    for row in plain:
        yield _line(row, widths)


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes.

    >>> width("政图 kg")
    7
    """
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    columns = int(wcswidth(text))
    return columns if columns >= 0 else len(text)


def terminal_width() -> int | None:
    """Return the columns of the terminal that results go to; None where they go elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def shorten(text: str, columns: int) -> str:
    """Return the text, cut to the columns with an ellipsis at its end where it is longer.

    >>> shorten("数字政府建设", 7), shorten("数字", 7)
    ('数字政…', '数字')
    """
    if width(text) <= columns:
        return text
    kept, left = [], columns - width(_ELLIPSIS)
    for character in text:
        left -= width(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept) + _ELLIPSIS


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI with its prefix, if one of the prefixes fits; else as it is.

    >>> compact("https://schema.org/Article", {"schema": "https://schema.org/"})
    'schema:Article'
    """
    fitting = [(len(start), prefix) for prefix, start in prefixes.items() if iri.startswith(start)]
    length, prefix = max(fitting, default=(0, ""))
    return f"{prefix}:{iri[length:]}" if length and _LOCAL.fullmatch(iri, length) else iri


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = (shorten(cell, size) for cell, size in zip(cells, widths, strict=True))
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(shown, widths, strict=True))
    return GAP.join(padded).rstrip()


def _fitting(widths: Sequence[int], columns: int | None) -> list[int]:
    fitting = list(widths)
    if columns is None:
        return fitting
    while _needed(fitting) > columns and max(fitting) > NARROWEST:
        fitting[fitting.index(max(fitting))] -= 1
    return fitting


def _needed(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _records(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    size = max(map(width, headings))
    for number, row in enumerate(rows):
        if number:
            yield ""
        for heading, cell in zip(headings, row, strict=True):
            yield f"{heading}{' ' * (size - width(heading))}{GAP}{cell}".rstrip()


@contextmanager
def progress() -> Iterator[Callable[[Path, int, int], None] | None]:
    """Yield what shows each document done as a bar on the terminal; None where there is none."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        advance: list[Callable[[int], None]] = []

        def on_document(file: Path, number: int, total: int) -> None:  # noqa: ARG001
            if not advance:
                bar = click.progressbar(length=total, label="reading", file=sys.stderr)
                advance.append(stack.enter_context(bar).update)
            advance[0](1)

        yield on_document

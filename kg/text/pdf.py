"""From a PDF to its text: paragraphs in reading order, without running heads and page numbers."""

from __future__ import annotations

import logging
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError
from kg.text.normal import without_radicals
from kg.text.paragraphs import Paragraph, join_paragraphs
from kg.text.sheet import Fragment, Sheet
from kg.text.transcript import Piece, Transcript, compose

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MEDIA_TYPE = "application/pdf"
MAX_PAGES = 2_000
MAX_FRAGMENTS = 200_000
"""Pieces of text on one page."""
UNKNOWN_SHARE = 0.3
"""The share of characters without a meaning from which on a file's text is of no use."""


def read_pdf(content: bytes, name: str) -> Transcript:
    """Return the transcript of a PDF; DocumentError where it is encrypted, a scan, or damaged.

    Two columns are read one after the other, broken lines are joined to paragraphs, and running
    heads and page numbers are left out. Paragraphs are counted on their page; one that goes on
    overleaf is one line of the text, and its two parts know their pages.
    """
    reader = _opened(content, name)
    try:
        sheets = [_sheet(page, number) for number, page in enumerate(reader.pages, start=1)]
        metadata = dict(_metadata(reader))
        pictures = not any(sheet.fragments for sheet in sheets) and _has_pictures(reader)
    except _damage() as error:
        raise DocumentError("is a damaged PDF; save it again", file=name) from error
    text = "".join(fragment.words for sheet in sheets for fragment in sheet.fragments)
    if pictures:
        raise DocumentError("is a scan without text; recognize its text first", file=name)
    if not text.strip():
        raise DocumentError("holds no text; give a file with content", file=name)
    if sum(map(_is_unknown, text)) > UNKNOWN_SHARE * len(text):
        raise DocumentError("has fonts that do not tell their characters; save it anew", file=name)
    return compose(_pieces(join_paragraphs(sheets)), MEDIA_TYPE, metadata)


def _damage() -> tuple[type[Exception], ...]:
    """Return what the library raises for objects that are missing or say what they may not."""
    from pypdf.errors import PyPdfError

    return (
        *(PyPdfError, LookupError, TypeError, ValueError, AttributeError, AssertionError),
        *(ArithmeticError, NotImplementedError, RuntimeError, OSError, EOFError, MemoryError),
        *(struct.error, zlib.error),
    )


def _opened(content: bytes, name: str) -> PdfReader:
    import io

    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("is encrypted; save it without a password", file=name)
        count = len(reader.pages)
    except DependencyError as error:
        raise DocumentError("is encrypted; save it without a password", file=name) from error
    except _damage() as error:
        raise DocumentError("is a damaged PDF; save it again", file=name) from error
    if count > MAX_PAGES:
        raise DocumentError(f"has {count} pages, more than {MAX_PAGES}; split it", file=name)
    return reader


def _sheet(page: PageObject, number: int) -> Sheet:
    fragments: list[Fragment] = []

    # Any: matrices and fonts as the library hands them over.
    def write(words: str, outer: Any, inner: Any, _font: Any, size: Any) -> None:
        words = without_radicals(words.strip())
        if not words or len(fragments) >= MAX_FRAGMENTS:
            return
        a, b, c, d, e, f = (float(number) for number in outer)
        along = (
            float(inner[0]) * a + float(inner[1]) * c,
            float(inner[0]) * b + float(inner[1]) * d,
        )
        upward = (
            float(inner[2]) * a + float(inner[3]) * c,
            float(inner[2]) * b + float(inner[3]) * d,
        )
        if abs(along[1]) > abs(along[0]):
            return  # turned, as a watermark is
        x, y = float(inner[4]), float(inner[5])
        em = float(size) * math.hypot(*upward)
        fragments.append(Fragment(words, x * a + y * c + e, x * b + y * d + f, em or 1.0))

    page.extract_text(visitor_text=write)
    box = page.mediabox
    return Sheet(number, float(box.width), float(box.height), tuple(fragments))


def _has_pictures(reader: PdfReader) -> bool:
    return any(
        str(item.get_object().get("/Subtype")) == "/Image"
        for page in reader.pages
        for item in (page.get("/Resources", {}).get_object().get("/XObject") or {}).values()
    )


def _metadata(reader: PdfReader) -> Iterator[tuple[str, str]]:
    said = reader.metadata
    if said is None:
        return
    title, author = str(said.title or ""), str(said.author or "")
    # Programs leave names of files and accounts here; a Chinese title is a title.
    if not title.isascii() and not _is_file_name(title):
        yield "title", title
    if not author.isascii():
        yield "author", author


def _is_file_name(title: str) -> bool:
    return title.lower().rpartition(".")[2] in ("doc", "docx", "wps", "pdf", "txt", "rtf")


def _is_unknown(character: str) -> bool:
    return character == "\ufffd" or "\ue000" <= character <= "\uf8ff"


def _pieces(paragraphs: Sequence[Paragraph]) -> Iterator[Piece]:
    counted: dict[int, int] = {}
    for paragraph in paragraphs:
        for place, (page, words) in enumerate(paragraph.parts):
            counted[page] = counted.get(page, 0) + 1
            yield Piece(words, page, counted[page], goes_on=place > 0)

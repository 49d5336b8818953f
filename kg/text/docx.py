"""From a Word file to its text: paragraphs and rows of tables in their order."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError
from kg.text.transcript import Piece, Transcript, compose, row_of

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_PARTS = 10_000
"""Files in the archive."""
MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all of them, unpacked; pictures are most of it."""
MAX_XML = 48 * 1024 * 1024
"""Bytes of one that holds text, unpacked."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading (?P<depth>[1-9])")


def read_docx(content: bytes, name: str) -> Transcript:
    """Return the transcript of a Word file; DocumentError where it is damaged or holds no text.

    Paragraphs and rows of tables that hold text are counted from 1 in their order; footnotes
    stand at the end. Headers, footers, deleted text and text boxes are left out. Archives that
    unpack to more than a text can have, and declarations of entities, are refused.
    """
    _require_harmless(content, name)
    document = _opened(content, name)
    try:
        pieces = list(_numbered(_pieces(document)))
        metadata = dict(_metadata(document))
    except _DAMAGE as error:
        raise _damaged(name) from error
    if not pieces:
        raise DocumentError("holds no text; give a file with content", file=name)
    return compose(pieces, MEDIA_TYPE, metadata)


_DAMAGE = (
    *(AttributeError, LookupError, TypeError, ValueError, AssertionError, NotImplementedError),
    *(OSError, EOFError, RecursionError, zipfile.BadZipFile, zlib.error),
)
"""What the libraries raise for parts that are missing or say what they may not."""


def _damaged(name: str) -> DocumentError:
    return DocumentError("is a damaged Word file; save it again in Word", file=name)


def _require_harmless(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            texts = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
            large = sum(part.file_size for part in parts) > MAX_UNPACKED
            if large or any(part.file_size > MAX_XML for part in texts) or len(parts) > MAX_PARTS:
                raise DocumentError(
                    f"unpacks to more than {MAX_XML // 2**20} MB of text or "
                    f"{MAX_UNPACKED // 2**20} MB in all; save it again in Word",
                    file=name,
                )
            for part in texts:
                with archive.open(part) as stream:
                    if b"<!DOCTYPE" in stream.read(1 << 16):
                        raise DocumentError(
                            "declares entities, as no Word file does; save it again in Word",
                            file=name,
                        )
    except (*_DAMAGE, RuntimeError) as error:
        raise _damaged(name) from error


def _opened(content: bytes, name: str) -> WordDocument:
    import docx
    import docx.opc.exceptions
    import lxml.etree

    try:
        return docx.Document(io.BytesIO(content))
    except (*_DAMAGE, docx.opc.exceptions.OpcError, lxml.etree.LxmlError) as error:
        raise _damaged(name) from error


def _metadata(document: WordDocument) -> Iterator[tuple[str, str]]:
    said = document.core_properties
    yield "title", said.title or ""
    yield "author", said.author if _is_name(said.author) else ""
    yield "keywords", said.keywords or ""
    yield "topic", said.subject or ""
    yield "created", said.created.date().isoformat() if said.created else ""


def _is_name(author: str | None) -> bool:
    # Most files bear the name of the program or of an account as their author.
    return bool(author) and not str(author).isascii()


# ------------------------------------------------------------------ pieces


def _numbered(pieces: Iterator[tuple[int, Piece]]) -> Iterator[Piece]:
    # Lines of one paragraph have one number.
    numbers: dict[int, int] = {}
    for source, piece in pieces:
        if piece.words.strip():
            number = numbers.setdefault(source, len(numbers) + 1)
            yield Piece(piece.words, paragraph=number, depth=piece.depth, row=piece.row)


def _pieces(document: WordDocument) -> Iterator[tuple[int, Piece]]:
    number = 0
    for element in (document.element.body, *_footnotes(document)):
        for block in _blocks(element):
            number += 1
            for piece in _of_block(block, document):
                yield number, piece


def _blocks(element: _Element) -> Iterator[_Element]:
    """Yield paragraphs and rows in their order, out of content controls and insertions as well."""
    for child in element:
        if child.tag == f"{_W}p":
            yield child
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


_WRAPPERS = {
    _W + tag for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "footnote")
}


def _rows(table: _Element) -> Iterator[_Element]:
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = list(row.iterchildren(f"{_W}tc"))
        if len(cells) == 1:
            yield from _blocks(cells[0])
        else:
            yield row


def _of_block(block: _Element, document: WordDocument) -> Iterator[Piece]:
    if block.tag == f"{_W}tr":
        cells = (
            " ".join(filter(None, (_words(p).strip() for p in cell.iter(f"{_W}p"))))
            for cell in block.iterchildren(f"{_W}tc", f"{_W}sdt")
        )
        yield Piece(row_of(cells), row=True)
        return
    depth = _depth(block, document)
    for line in _words(block).split("\n"):
        yield Piece(line, depth=depth)


def _words(paragraph: _Element) -> str:
    words: list[str] = []
    for node in paragraph.iter(*_SAID):
        owner = next(node.iterancestors(f"{_W}p"), None)
        if owner is not paragraph or next(node.iterancestors(f"{_W}del"), None) is not None:
            continue
        words.append(node.text or "" if node.tag == f"{_W}t" else _SAID[str(node.tag)])
    return "".join(words)


_SAID = {f"{_W}t": "", f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}


def _depth(paragraph: _Element, document: WordDocument) -> int:
    from docx.text.paragraph import Paragraph

    # Any: the library's own stories and parts share no type.
    parent: Any = document
    style = Paragraph(paragraph, parent).style
    named = _HEADING.fullmatch((style.name or "").lower()) if style else None
    if named:
        return int(named["depth"])
    level = next(paragraph.iter(f"{_W}outlineLvl"), None)
    said = level.get(f"{_W}val", "") if level is not None else ""
    return int(said) + 1 if said.isdigit() and int(said) < 9 else 0


def _footnotes(document: WordDocument) -> Iterator[_Element]:
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            yield parse_xml(relation.target_part.blob)

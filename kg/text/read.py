"""From a file to a document: its text exactly as decoded, and what in it is matter."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from kg.errors import DocumentError
from kg.model import Document, Span
from kg.ontology import Ontology
from kg.text.headers import find_layout

MAX_BYTES = 32 * 1024 * 1024
"""No text of policy is longer; a larger file is something else."""

LONGEST_CHARACTER = 4
"""Bytes of the longest character in any of the encodings."""

CONTROL_SHARE = 0.02
"""The share of control characters from which on a file is not text."""


def read_text(content: bytes, name: str) -> str:
    """Return the text of a plain text file, or say why it is none.

    A byte order mark decides; else UTF-8, then GB 18030, both to the letter.

    >>> read_text("数字政府".encode("gb18030"), "a.txt")
    '数字政府'
    """
    text = _decode(content, name)
    if not text.strip():
        raise DocumentError("holds no text; give a file with content", file=name)
    strange = sum(map(text.count, _CONTROLS))
    if strange > CONTROL_SHARE * len(text) or "\0" in text:
        raise DocumentError(
            f"is not text ({strange} control characters); give plain text or Markdown", file=name
        )
    return text


READERS: Mapping[str, Callable[[bytes, str], str]] = {
    ".md": read_text,
    ".txt": read_text,
}
"""From a suffix to the function that takes a file's bytes and its name and returns its text."""


def read(path: Path, ontology: Ontology) -> Document:
    """Return the file as a document; raise DocumentError where it is no readable text.

    The text stands as it was decoded, line ends included (a byte order mark is dropped), so that
    every offset, counted in code points, can be found in the file again.
    """
    name = path.as_posix()
    return read_bytes(_bytes(path, name), name, ontology)


def read_bytes(
    content: bytes, name: str, ontology: Ontology, *, suffix: str | None = None
) -> Document:
    """Return a file's bytes as a document, wherever they come from; see `read`.

    The kind of file is told by the suffix, by default that of the name.

    >>> from kg.ontology import load_ontology
    >>> read_bytes("数字政府。".encode(), "s3://bucket/a.txt", load_ontology()).text
    '数字政府。'
    """
    reader = READERS.get((PurePosixPath(name).suffix if suffix is None else suffix).lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise DocumentError(
            f"is of a kind that cannot be read; save it as one of {known}", file=name
        )
    if not content:
        raise DocumentError("is empty; give a file with content", file=name)
    text = reader(content, name)
    layout = find_layout(text, ontology)
    return Document(
        name=name,
        text=text,
        sha256=hashlib.sha256(content).hexdigest(),
        fields=layout.fields,
        body=layout.body,
    )


def read_passage(text: str, name: str) -> Document:
    """Return a document whose whole text is matter: no title, no header, nothing left out.

    >>> passage = read_passage("新加坡提出智慧国家构想", "gold.jsonl#1")
    >>> passage.body
    (Span(start=0, end=11),)
    """
    half = next((character for character in text if "\ud800" <= character <= "\udfff"), None)
    if half:
        raise DocumentError(
            f"holds half a character (U+{ord(half):04X}); escape it as a pair", file=name
        )
    return Document(
        name=name,
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        body=(Span(0, len(text)),) if text.strip() else (),
    )


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            problem = "is a folder" if path.is_dir() else "there is no such file"
            raise DocumentError(f"{problem}; give the path of a text file", file=name)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                f"has {size / 2**20:.0f} MB, more than {MAX_BYTES // 2**20}; split it", file=name
            )
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"cannot be read ({error.strerror}); see its permissions", file=name
        ) from error
    return content


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = tuple(
    chr(code) for code in (*range(1, 9), *range(14, 27), *range(28, 32), 0x7F)
) + tuple(chr(code) for code in (*range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFD))


def _decode(content: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding, name)
    if b"\0" in content:
        raise DocumentError(
            "is not text (it holds NUL bytes); give plain text or Markdown", file=name
        )
    try:
        return _to_last_character(content, "utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "gb18030", name)


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return _to_last_character(content, encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"is not text in UTF-8, UTF-16 or GB 18030 (byte {error.start}); save it as UTF-8",
            file=name,
        ) from error


def _to_last_character(content: bytes, encoding: str) -> str:
    # A download that broke off in mid-character is text up to there.
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end < len(content) or not 0 < len(content) - error.start < LONGEST_CHARACTER:
            raise
        return content[: error.start].decode(encoding)

"""From a file to a document: its text, what it says of itself, and what in it is matter."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from kg.errors import DocumentError
from kg.model import Document, Span
from kg.ontology import Ontology
from kg.text.docx import read_docx
from kg.text.encodings import decode
from kg.text.headers import find_layout
from kg.text.html import read_html
from kg.text.mhtml import read_mhtml
from kg.text.pdf import read_pdf
from kg.text.plain import read_text
from kg.text.transcript import Transcript

MAX_BYTES = 32 * 1024 * 1024
"""No text of policy is longer, packed or unpacked; a larger file is something else."""

Reader = Callable[[bytes, str], Transcript]

READERS: Mapping[str, Reader] = {
    ".docx": read_docx,
    ".htm": read_html,
    ".html": read_html,
    ".md": read_text,
    ".mhtml": read_mhtml,
    ".pdf": read_pdf,
    ".txt": read_text,
}
"""From a suffix to the function that takes a file's bytes and its name and returns its text."""

PACKED = ".gz"
"""May follow any of the suffixes."""


def suffix_of(name: str) -> str | None:
    """Return the suffix of a file that can be read, without ``.gz``; None for any other file.

    >>> suffix_of("a/b.HTML"), suffix_of("a.txt.gz"), suffix_of("a.tar.gz"), suffix_of("a.xls")
    ('.html', '.txt', None, None)
    """
    path = PurePosixPath(name.lower())
    suffix = PurePosixPath(path.stem).suffix if path.suffix == PACKED else path.suffix
    return suffix if suffix in READERS else None


def read(path: Path, ontology: Ontology) -> Document:
    """Return the file as a document; raise DocumentError where it is no readable text.

    A plain text stands as it was decoded, line ends included (a byte order mark is dropped), so
    that every offset, counted in code points, can be found in the file again. Of other files the
    text holds what a reader of the page would read, a paragraph a line, and the landmarks lead
    back to page and paragraph.
    """
    name = path.as_posix()
    return read_bytes(_bytes(path, name), name, ontology)


def read_bytes(
    content: bytes, name: str, ontology: Ontology, *, suffix: str | None = None
) -> Document:
    """Return a file's bytes as a document, wherever they come from; see `read`.

    The kind of file is told by content and suffix, by default that of the name.

    >>> from kg.ontology import load_ontology
    >>> read_bytes("数字政府。".encode(), "s3://bucket/a.txt", load_ontology()).text
    '数字政府。'
    """
    transcript = transcribe(content, name if suffix is None else name + suffix)
    layout = find_layout(transcript, ontology)
    return Document(
        name=name,
        text=transcript.text,
        sha256=hashlib.sha256(content).hexdigest(),
        fields=layout.fields,
        body=layout.body,
        media_type=transcript.media_type,
        landmarks=transcript.landmarks,
        sections=layout.sections,
    )


def transcribe(content: bytes, name: str) -> Transcript:
    """Return the text of a file's bytes; suffix and content decide together how it is read.

    What the content shows to be PDF, Word, MHTML or a web page is read as that, whatever its
    name says. Raise DocumentError, with place, cause and remedy, for what cannot be read.

    >>> transcribe("<!DOCTYPE html><p>这是一个网页。".encode(), "a.txt").media_type
    'text/html'
    """
    if content.startswith(_GZIP):
        content = _unpacked(content, name)
    elif name.lower().endswith(PACKED):
        raise DocumentError("is no gzip file; give it the suffix of what it is", file=name)
    if not content:
        raise DocumentError("is empty; give a file with content", file=name)
    return _reader(content, name)(content, name)


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


# ------------------------------------------------------------------ which reader

_GZIP = b"\x1f\x8b"
_START = 2048
_PAGE = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!--(?:(?!-->).){0,2000}-->\s*)*)"
    rb"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(rb"</?[a-z][a-z0-9]{0,11}\b[^<>]{0,500}>", re.IGNORECASE)
_MESSAGE = re.compile(
    rb"^(?:[A-Za-z-]{2,40}:[^\n]{0,1000}\n(?:[ \t][^\n]{0,1000}\n){0,20}){0,40}?"
    rb"(?:MIME-Version:|Content-Type:\s*(?:multipart/related|text/html))",
    re.IGNORECASE,
)
_STRANGERS = (
    (b"\xd0\xcf\x11\xe0", "is an old Word or Excel file, or an encrypted one; save it as .docx"),
    (b"PK\x03\x04", "is an archive, but no Word file; unpack it"),
    (b"{\\rtf", "is a rich text file; save it as .docx"),
    (b"\x89PNG", "is a picture; give its text"),
    (b"\xff\xd8\xff", "is a picture; give its text"),
    (b"GIF8", "is a picture; give its text"),
    (b"Rar!", "is an archive; unpack it"),
    (b"7z\xbc\xaf", "is an archive; unpack it"),
)


def _reader(content: bytes, name: str) -> Reader:
    suffix = suffix_of(name)
    if seen := _by_content(content):
        return seen
    for mark, problem in _STRANGERS:
        if content.startswith(mark):
            raise DocumentError(problem, file=name)
    if suffix is None:
        known = ", ".join(sorted(READERS))
        raise DocumentError(
            f"is of a kind that cannot be read; save it as one of {known}", file=name
        )
    if suffix in (".pdf", ".docx"):
        _require_text(content, suffix, name)
        return read_text
    tagged = bool(_TAG.search(_narrow(content)))
    if suffix == ".mhtml" or (suffix in (".htm", ".html") and not tagged):
        return read_text
    return READERS[suffix]


def _by_content(content: bytes) -> Reader | None:
    start = _narrow(content[:_START])
    if b"%PDF-" in start[:1024]:
        return read_pdf
    if start.startswith(b"PK\x03\x04") and b"word/" in content:
        return read_docx
    if _PAGE.match(start):
        return read_html
    return read_mhtml if _MESSAGE.match(start) else None


def _narrow(content: bytes) -> bytes:
    """Return the bytes with a byte a letter, where a mark says that there are two."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return content[2:].decode(encoding, errors="ignore").encode(errors="ignore")
    return content


def _require_text(content: bytes, suffix: str, name: str) -> None:
    try:
        decode(content, name)
    except DocumentError as error:
        wanted = suffix.strip(".").upper()
        raise DocumentError(
            f"is no {wanted} file, or a damaged one; save it again", file=name
        ) from error


# ------------------------------------------------------------------ bytes


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            inner = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DocumentError("is a damaged gzip file; pack it again", file=name) from error
    if len(inner) > MAX_BYTES:
        raise DocumentError(
            f"unpacks to more than {MAX_BYTES // 2**20} MB; give the part that is text", file=name
        )
    if inner.startswith(_GZIP):
        raise DocumentError("is packed twice; unpack it once", file=name)
    return inner


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

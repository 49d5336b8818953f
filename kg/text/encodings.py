"""From bytes to text: byte order marks, what the page declares, and what the bytes allow."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from kg.errors import DocumentError

LONGEST_CHARACTER = 4
"""Bytes of the longest character in any of the encodings."""

CONTROL_SHARE = 0.02
"""The share of control characters from which on a file is not text."""

BROKEN_SHARE = 0.002
"""The share of characters that may be broken in a file that else is text."""

SAMPLE = 1 << 16
"""Bytes at the start of a file that tell its encoding."""

LIKELY = 0.7
"""The share of characters usual in Chinese text from which on bytes are UTF-16 without a mark."""


def decode(content: bytes, name: str, declared: str | None = None) -> str:
    """Return the text that the bytes hold; DocumentError if they hold none.

    A byte order mark decides; then strict UTF-8; then what the page declares, gb2312 and gbk
    read as GB 18030, their superset; then GB 18030 or Big5, whichever the bytes look like. A
    character cut off at the end is left out, and a few broken ones within become U+FFFD.

    >>> decode("數位政府".encode("big5"), "a.txt", "Big5"), decode("数字政府".encode("gbk"), "b")
    ('數位政府', '数字政府')
    """
    text = _decode(content, name, declared)
    if not text.strip():
        raise DocumentError("holds no text; give a file with content", file=name)
    strange = sum(map(text.count, _CONTROLS))
    if strange > CONTROL_SHARE * len(text) or "\0" in text:
        raise DocumentError(
            f"is not text ({strange} control characters); give plain text or Markdown", file=name
        )
    return text


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


def _decode(content: bytes, name: str, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], (encoding,), name)
    if b"\0" in content:
        return _unmarked(content, name)
    try:
        return _to_last_character(content, "utf-8")
    except UnicodeDecodeError:
        return _decoded(content, tuple(_candidates(content, declared)), name)


def _candidates(content: bytes, declared: str | None) -> Iterator[str]:
    known = _superset(declared) if declared else None
    if known:
        yield known
    import chardet

    seen = chardet.detect(content[:SAMPLE])["encoding"]
    guessed = _superset(seen) if isinstance(seen, str) else None
    if guessed in ("gb18030", "big5hkscs") and guessed != known:
        yield guessed
    if "gb18030" not in (known, guessed):
        yield "gb18030"


def _superset(declared: str) -> str | None:
    """Return the codec for a declared encoding, or None for one that is not known.

    >>> _superset("GB2312"), _superset("big5-hkscs"), _superset("x-user-defined")
    ('gb18030', 'big5hkscs', None)
    """
    try:
        found = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(found)


_SUPERSETS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "hz"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs", "cp950"), "big5hkscs"),
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
}


def _unmarked(content: bytes, name: str) -> str:
    # UTF-16 without its mark: half the bytes of a space or a line end are NUL.
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = _to_last_character(content, encoding)
        except UnicodeDecodeError:
            continue
        if len(_USUAL.findall(text[:SAMPLE])) >= LIKELY * len(text[:SAMPLE]):
            return text
    raise DocumentError("is not text (it holds NUL bytes); give plain text or Markdown", file=name)


_USUAL = re.compile("[\t\n\r -~\u2010-\u201f\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")


def _decoded(content: bytes, encodings: tuple[str, ...], name: str) -> str:
    failures: list[UnicodeDecodeError] = []
    for encoding in encodings:
        try:
            return _to_last_character(content, encoding)
        except UnicodeDecodeError as error:
            failures.append(error)
    text = content.decode(encodings[0], errors="replace")
    if text.count("\ufffd") <= BROKEN_SHARE * len(text):
        return text
    raise DocumentError(
        f"is not text in UTF-8, UTF-16, GB 18030 or Big5 (byte {failures[0].start}); "
        "save it as UTF-8",
        file=name,
    ) from failures[0]


def _to_last_character(content: bytes, encoding: str) -> str:
    # A download that broke off in mid-character is text up to there.
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end < len(content) or not 0 < len(content) - error.start < LONGEST_CHARACTER:
            raise
        return content[: error.start].decode(encoding)

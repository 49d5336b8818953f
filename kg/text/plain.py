"""Plain text and Markdown: the text is the file's own, to the character."""

from __future__ import annotations

from kg.text.encodings import decode
from kg.text.transcript import Transcript

MEDIA_TYPE = "text/plain"


def read_text(content: bytes, name: str) -> Transcript:
    """Return the transcript of a plain text file, or say why it is none.

    Line ends stay as they are, so that every offset can be found in the file again.

    >>> read_text("数字政府".encode("gb18030"), "a.txt").text
    '数字政府'
    """
    return Transcript(decode(content, name), MEDIA_TYPE)

"""From a web page saved as one file, MHTML, to its text: the page within is read as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.text.html import read_html
from kg.text.transcript import Transcript

if TYPE_CHECKING:
    from email.message import Message

MOST_PARTS = 5_000
"""Parts of a page: itself, its frames, pictures and styles."""


def read_mhtml(content: bytes, name: str) -> Transcript:
    """Return the transcript of the page that the archive was saved from.

    Frames, pictures and styles are passed over; links to them lead nowhere.
    """
    import email
    import email.errors
    import email.policy

    try:
        archive = email.message_from_bytes(content, policy=email.policy.compat32)
        page = _page(archive, name)
        body = page.get_payload(decode=True)
        declared = page.get_content_charset()
    except (email.errors.MessageError, LookupError, ValueError, RecursionError) as error:
        raise DocumentError("is a damaged MHTML file; save the page again", file=name) from error
    if not isinstance(body, bytes) or not body.strip():
        raise DocumentError("holds no page; save the page again, with its content", file=name)
    return read_html(body, name, declared)


def _page(archive: Message, name: str) -> Message:
    # The page itself comes first, unless the archive's `start` names another part.
    start = archive.get_param("start")
    pages: list[Message] = []
    for number, part in enumerate(archive.walk()):
        if number > MOST_PARTS:
            raise DocumentError(f"has more than {MOST_PARTS} parts; save it as text", file=name)
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            pages.append(part)
    if not pages:
        raise DocumentError("holds no page; save the page again, with its content", file=name)
    return next((page for page in pages if start and page.get("Content-ID") == start), pages[0])

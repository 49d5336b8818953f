"""Every reader against broken files: no crash, no hang, nothing but a DocumentError comes out.

Bounded here; by hand as long as one likes: ``ZHENGTU_FUZZ=20000 pytest tests/test_fuzz.py``.
"""

from __future__ import annotations

import gzip
import io
import os
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DocumentError
from kg.ontology import Ontology, load_ontology
from kg.text.headers import find_layout
from kg.text.read import transcribe

FOLDER = Path(__file__).parent / "cases" / "documents"
EXAMPLES = int(os.environ.get("ZHENGTU_FUZZ") or 40)
PATIENCE = 20.0
"""Seconds of the processor that no broken file of this size may take."""

TOKENS = [
    *(
        b"<table>",
        b"</td>",
        b"<div ",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"&#x110000;",
        b"&lt",
        b"<tr>",
    ),
    *(b"obj", b"endobj", b"stream", b"<<", b">>", b"/Kids", b"/Parent 1 0 R", b"/Length -1"),
    *(b"BT", b"ET", b"Tj", b"9999999999", b"-1", b"nan", b"\xff\xfe", b"\x00", b"\x1f\x8b"),
    *(b"<w:p>", b"<w:tbl>", b'w:val="-1"', b"--part", b"=?utf-8?", b"=E4=B8", b"charset=x"),
]


@cache
def ontology() -> Ontology:
    return load_ontology()


def small_pdf() -> bytes:
    """A PDF whose parts are not packed, so that what is broken is its sense."""
    content = b"BT /F1 12 Tf 72 720 Td (one) Tj 0 -20 Td [(two) -300 (three)] TJ ET"
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(content)
    name = pypdf.generic.NameObject
    page[name("/Contents")] = writer._add_object(stream)
    font = pypdf.generic.DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type1"),
            name("/BaseFont"): name("/Helvetica"),
        }
    )
    page[name("/Resources")] = pypdf.generic.DictionaryObject(
        {name("/Font"): pypdf.generic.DictionaryObject({name("/F1"): font})}
    )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def word_part(name: str) -> bytes:
    with zipfile.ZipFile(FOLDER / "notice.docx") as source:
        return source.read(name)


def word_with(name: str, part: bytes) -> bytes:
    """The Word file with another part: what is broken is not the archive around it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(FOLDER / "notice.docx") as source, zipfile.ZipFile(stream, "w") as made:
        for each in source.namelist():
            made.writestr(each, part if each == name else source.read(each))
    return stream.getvalue()


SEEDS: dict[str, bytes] = {
    "a.txt": (FOLDER / "cut.txt").read_bytes(),
    "b.txt": (FOLDER / "marked.txt").read_bytes(),
    "a.html": (FOLDER / "notice.html").read_bytes(),
    "a.htm": (FOLDER / "blueprint.htm").read_bytes(),
    "a.mhtml": (FOLDER / "notice.mhtml").read_bytes(),
    "a.pdf": small_pdf(),
    "a.docx": (FOLDER / "notice.docx").read_bytes(),
    "a.html.gz": gzip.compress((FOLDER / "notice.html").read_bytes(), mtime=0),
}
PARTS = (
    "word/document.xml",
    "word/styles.xml",
    "[Content_Types].xml",
    "word/_rels/document.xml.rels",
)


@st.composite
def broken(draw: st.DrawFn, seed: bytes) -> bytes:
    """Return the bytes with a few of them lost, doubled, or replaced by what means something."""
    content = seed
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.integers(0, 60))
        put = draw(st.one_of(st.binary(max_size=12), st.sampled_from(TOKENS), st.just(b"")))
        times = draw(st.sampled_from([1, 1, 1, 40]))
        content = content[:place] + put * times + content[place + length :]
    return content[: draw(st.integers(len(content) // 2, len(content)))]


@contextmanager
def patience() -> Iterator[None]:
    def hang(*_: object) -> None:
        raise AssertionError(f"took more than {PATIENCE:.0f} s")

    # Time of the processor: on a busy machine the clock runs on for whoever waits.
    before = signal.signal(signal.SIGPROF, hang)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def check(content: bytes, name: str) -> None:
    with patience():
        try:
            transcript = transcribe(content, name)
        except DocumentError as error:
            assert str(error).startswith(f"{name}: ")
            assert "\n" not in str(error)
            assert ";" in str(error)  # the remedy
            return
        layout = find_layout(transcript, ontology())
    text = transcript.text
    assert text.strip()
    for span in (*layout.body, *(mark.span for mark in transcript.landmarks)):
        assert span.of(text)
        assert span.end <= len(text)
    for section in layout.sections:
        assert section.span.holds(section.heading)


RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_a_broken_file_is_read_or_says_why_not(name: str) -> None:
    @RUN
    @given(broken(SEEDS[name]))
    def run(content: bytes) -> None:
        check(content, name)

    run()


@pytest.mark.parametrize("part", PARTS)
def test_a_broken_part_of_a_word_file_is_read_or_says_why_not(part: str) -> None:
    @RUN
    @given(broken(word_part(part)))
    def run(content: bytes) -> None:
        check(word_with(part, content), "a.docx")

    run()


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.mhtml", "a.pdf", "a.docx", "a.txt.gz"])
def test_any_bytes_under_any_name_are_read_or_say_why_not(name: str) -> None:
    @RUN
    @given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
    def run(content: bytes) -> None:
        check(content, name)

    run()


def test_a_large_print_with_a_broken_byte_is_read_or_says_why_not() -> None:
    seed = (FOLDER / "notice.pdf").read_bytes()

    @settings(RUN, max_examples=max(EXAMPLES // 10, 3))
    @given(broken(seed))
    def run(content: bytes) -> None:
        check(content, "a.pdf")

    run()

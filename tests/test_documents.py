"""Files of every kind, each with the fields, paragraphs and sections that a reader of it sees."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from click.testing import CliRunner

import kg
from kg.cli import main
from kg.errors import DocumentError
from kg.model import Document
from kg.ontology import Ontology
from kg.text import docx as word
from kg.text import pdf, read
from kg.text.read import READERS, suffix_of, transcribe

FOLDER = Path(__file__).parent / "cases" / "documents"
CASES: dict[str, dict[str, Any]] = json.loads(
    (FOLDER / "expected.json").read_text(encoding="utf-8")
)


def view(document: Document) -> dict[str, Any]:
    """Return a document as its case says it."""
    return {
        "media_type": document.media_type,
        "fields": [[field.name, field.value] for field in document.fields],
        "body": [
            [str(document.landmark(span) or ""), span.of(document.text)] for span in document.body
        ],
        "sections": [[s.depth, s.heading.of(document.text)] for s in document.sections],
    }


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_file_is_read_as_its_reader_sees_it(name: str, ontology: Ontology) -> None:
    document = read.read(FOLDER / name, ontology)
    assert view(document) == CASES[name]
    starts = [mark.span.start for mark in document.landmarks]
    assert starts == sorted(starts)
    assert all(field.span is None or field.span.of(document.text) for field in document.fields)


def test_every_sample_has_its_case() -> None:
    assert sorted(CASES) == sorted(p.name for p in FOLDER.iterdir() if p.suffix != ".json")
    assert {suffix_of(name) for name in CASES} >= set(READERS) - {".md"}


@pytest.mark.parametrize("name", sorted(CASES))
def test_packed_it_says_the_same(name: str, tmp_path: Path, ontology: Ontology) -> None:
    file = tmp_path / f"{name}.gz"
    file.write_bytes(gzip.compress((FOLDER / name).read_bytes()))
    assert view(read.read(file, ontology)) == CASES[name]


@pytest.mark.parametrize("name", sorted(CASES))
@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".docx", ".html", ".mhtml"])
def test_a_wrong_suffix_is_noticed_by_the_content(
    name: str, suffix: str, tmp_path: Path, ontology: Ontology
) -> None:
    file = tmp_path / f"misnamed{suffix}"
    content = (FOLDER / name).read_bytes()
    file.write_bytes(content)
    assert view(read.read(file, ontology)) == CASES[name]


def test_a_web_page_without_a_suffix_that_is_known_is_read(
    tmp_path: Path, ontology: Ontology
) -> None:
    file = tmp_path / "content_123.aspx"
    file.write_bytes((FOLDER / "notice.html").read_bytes())
    assert view(read.read(file, ontology)) == CASES["notice.html"]


def test_a_page_that_declares_gb2312_is_read_as_its_superset() -> None:
    page = '<meta charset="gb2312"><p>朱镕基、喆、㛃 都不在 GB 2312 之中。</p>'
    assert "镕基、喆、㛃" in transcribe(page.encode("gb18030"), "a.html").text


def test_a_page_in_utf_16_is_a_page() -> None:
    page = "\ufeff<!DOCTYPE html><body><nav><a href='/'>首页</a></nav><p>正文在此。</p></body>"
    transcript = transcribe(page.encode("utf-16-le"), "a.txt")
    assert (transcript.media_type, transcript.text) == ("text/html", "正文在此。")


def test_quotations_stay_in_traditional_script_and_full_width(ontology: Ontology) -> None:
    document = read.read(FOLDER / "blueprint.htm", ontology)
    assert document.value("title") == "智慧城市發展藍圖"
    assert "二零二零年" in document.text


# ------------------------------------------------------------------ the way back


def test_evidence_cites_page_and_paragraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notice.pdf").write_bytes((FOLDER / "notice.pdf").read_bytes())
    built = CliRunner().invoke(main, ["build", "notice.pdf"])
    assert built.exit_code == 0, built.output
    with kg.open("out") as graph:
        [(page, paragraph, words)] = graph.rows(
            """SELECT ?page ?paragraph ?words { ?said rdf:predicate kg:becomes ;
            kg:sentence ?sentence . ?sentence kg:page ?page ; kg:paragraph ?paragraph ;
            oa:exact ?words }"""
        )
    assert (page, paragraph) == (1, 5)
    assert words.startswith("为贯彻落实《某省数据条例》")
    told = CliRunner().invoke(main, ["explain", "分散管理"])
    assert "notice.pdf:" in told.output
    assert ", page 1, paragraph 5, confidence" in told.output
    shown = CliRunner().invoke(main, ["extract", "notice.pdf", "--format", "json"])
    [found] = json.loads(shown.stdout)
    [said] = [one for one in found["assertions"] if one["relation"] == "becomes"]
    assert (said["page"], said["paragraph"]) == (1, 5)


# ------------------------------------------------------------------ what cannot be read


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=FOLDER / "notice.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def scanned() -> bytes:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    picture = pypdf.generic.StreamObject()
    picture[pypdf.generic.NameObject("/Subtype")] = pypdf.generic.NameObject("/Image")
    objects = pypdf.generic.DictionaryObject(
        {pypdf.generic.NameObject("/Im0"): writer._add_object(picture)}
    )
    page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
        {pypdf.generic.NameObject("/XObject"): objects}
    )
    return written(writer)


def blank() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(FOLDER / "notice.docx") as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in source.namelist():
            content = source.read(part)
            made.writestr(part, change(content) if part == name else content)
    return stream.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">
<!ENTITY f SYSTEM "file:///etc/passwd">]>"""
NESTED = ("<div>" * 3000 + "文" + "</div>" * 3000).encode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", encrypted, "is encrypted; save it without a password"),
        ("a.pdf", scanned, "is a scan without text; recognize its text first"),
        ("a.pdf", blank, "holds no text; give a file with content"),
        ("a.pdf", lambda: b"%PDF-1.7\n%%EOF", "is a damaged PDF; save it again"),
        (
            "a.pdf",
            lambda: b"\x00\x01\x02\x03" * 9,
            "is no PDF file, or a damaged one; save it again",
        ),
        (
            "a.docx",
            lambda: (FOLDER / "notice.docx").read_bytes()[:9000],
            "is a damaged Word file; save it again in Word",
        ),
        (
            "a.docx",
            lambda: archive(word__document_xml=b"<w>"),
            "is a damaged Word file; save it again in Word",
        ),
        ("a.docx", lambda: archive(a=b"1"), "is an archive, but no Word file; unpack it"),
        (
            "a.docx",
            lambda: with_part("word/document.xml", lambda xml: ENTITIES + xml[55:]),
            "declares entities, as no Word file does; save it again in Word",
        ),
        (
            "a.docx",
            lambda: with_part("word/media.xml", bytes) and archive(word__a_xml=bytes(60 << 20)),
            "unpacks to more than 48 MB of text or 256 MB in all; save it again in Word",
        ),
        (
            "a.doc",
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "is an old Word or Excel file, or an encrypted one; save it as .docx",
        ),
        ("a.txt.gz", lambda: b"no gzip", "is no gzip file; give it the suffix of what it is"),
        (
            "a.txt.gz",
            lambda: gzip.compress("文".encode())[:-9],
            "is a damaged gzip file; pack it again",
        ),
        (
            "a.txt.gz",
            lambda: gzip.compress(bytes(33 << 20)),
            "unpacks to more than 32 MB; give the part that is text",
        ),
        (
            "a.txt.gz",
            lambda: gzip.compress(gzip.compress("文".encode())),
            "is packed twice; unpack it once",
        ),
        (
            "a.html",
            lambda: b"<html>" + NESTED,
            "is nested deeper than 256 elements; save it as text",
        ),
        (
            "a.html",
            lambda: b"<html><body><script>var a</script></body></html>",
            "holds no text; save the page again, with its content",
        ),
        (
            "a.mhtml",
            lambda: b"MIME-Version: 1.0\nContent-Type: image/png\n\nxx",
            "holds no page; save the page again, with its content",
        ),
        ("a.txt", lambda: b"{\\rtf1 abc}", "is a rich text file; save it as .docx"),
        ("a.txt", lambda: b"\x89PNG\r\n\x1a\n" + bytes(9), "is a picture; give its text"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    name: str, content: Callable[[], bytes], words: str, tmp_path: Path, ontology: Ontology
) -> None:
    file = tmp_path / name
    file.write_bytes(content())
    with pytest.raises(DocumentError) as caught:
        read.read(file, ontology)
    assert str(caught.value) == f"{file.as_posix()}: {words}"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(DocumentError, match="has 2 pages, more than 1; split it"):
        transcribe((FOLDER / "columns.pdf").read_bytes(), "a.pdf")


def test_a_pdf_with_an_empty_password_is_read(ontology: Ontology, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=FOLDER / "notice.pdf")
    writer.encrypt("", "owner", algorithm="RC4-128")
    file = tmp_path / "open.pdf"
    file.write_bytes(written(writer))
    assert view(read.read(file, ontology)) == CASES["notice.pdf"]


# ------------------------------------------------------------------ Word, in the particular


def saved(make: Callable[[Any], None]) -> str:
    document = docx.Document()
    make(document)
    stream = io.BytesIO()
    document.save(stream)
    return transcribe(stream.getvalue(), "a.docx").text


def test_lines_of_a_word_paragraph_are_lines_of_one_paragraph() -> None:
    def make(document: Any) -> None:
        document.add_paragraph("某市人民政府\n关于数据的意见")
        document.add_paragraph("")
        document.add_paragraph("正文。")

    stream = io.BytesIO()
    document = docx.Document()
    make(document)
    document.save(stream)
    transcript = transcribe(stream.getvalue(), "a.docx")
    assert transcript.text == "某市人民政府\n关于数据的意见\n正文。"
    assert [mark.paragraph for mark in transcript.landmarks] == [1, 1, 2]


def test_a_table_of_one_column_is_paragraphs_and_a_nested_one_is_words() -> None:
    def make(document: Any) -> None:
        frame = document.add_table(rows=1, cols=1)
        frame.cell(0, 0).text = "框内的话。"
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text = "左"
        inner = table.cell(0, 1).add_table(rows=1, cols=1)
        inner.cell(0, 0).text = "里"

    assert saved(make) == "框内的话。\n左 | 里"


def test_what_was_deleted_and_what_stands_in_a_header_is_no_text() -> None:
    def make(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "页眉"
        paragraph = document.add_paragraph("留下的话。")
        deleted = paragraph.add_run("删去的话。")._r
        mark = docx.oxml.parser.OxmlElement("w:del")
        paragraph._p.append(mark)
        mark.append(deleted)
        kept = document.add_paragraph().add_run("插入的话。")._r
        insertion = docx.oxml.parser.OxmlElement("w:ins")
        kept.getparent().append(insertion)
        insertion.append(kept)

    assert saved(make) == "留下的话。\n插入的话。"


def test_a_sheet_of_many_fragments_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_FRAGMENTS", 10)
    text = transcribe((FOLDER / "notice.pdf").read_bytes(), "a.pdf").text
    assert 0 < len(text) < 100
    assert word.MAX_PARTS > 1000
    assert replace(transcribe(b"a", "a.txt"), text="b").text == "b"

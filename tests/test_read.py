"""From bytes to text that can be found in the file again; what is no text says so in one line."""

from __future__ import annotations

import codecs
import hashlib
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DocumentError
from kg.model import Span
from kg.ontology import Ontology
from kg.text.read import MAX_BYTES, READERS, read, read_passage, read_text

TEXT = "数字化转型成为政府改革的主旋律。\r\n从全球来看,转型已成为主旋律之一。\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
)
def test_every_encoding_gives_the_same_text(
    content: bytes, tmp_path: Path, ontology: Ontology
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    document = read(file, ontology)
    assert document.text == TEXT  # line ends as they stand, no byte order mark
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.name == file.as_posix()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_in_mid_character_loses_that_character_only(encoding: str) -> None:
    assert read_text("数字政府建设".encode(encoding)[:-1], "a.txt").text == "数字政府建"


def test_suffixes_are_taken_in_any_case(tmp_path: Path, ontology: Ontology) -> None:
    file = tmp_path / "A.TXT"
    file.write_text("政府正在转型。", encoding="utf-8")
    assert read(file, ontology).body == (Span(0, 7),)
    assert set(READERS) >= {".txt", ".md"}


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty; give a file with content"),
        ("blank.txt", b" \n\t\r\n", "holds no text; give a file with content"),
        ("mark.txt", codecs.BOM_UTF8, "holds no text; give a file with content"),
        ("noise.txt", noise(4096), "is not text (it holds NUL bytes); give plain text or Markdown"),
        (
            "noise.md",
            noise(4096).replace(b"\0", b"\1"),
            "is not text in UTF-8, UTF-16, GB 18030 or Big5 (byte 10); save it as UTF-8",
        ),
        (
            "control.txt",
            b"\x01\x02\x03 abc \x04\x05",
            "is not text (5 control characters); give plain text or Markdown",
        ),
        (
            "odd.txt",
            codecs.BOM_UTF16_LE + b"\x00\xd8a\0",
            "is not text in UTF-8, UTF-16, GB 18030 or Big5 (byte 0); save it as UTF-8",
        ),
        (
            "sheet.xls",
            b"text",
            f"is of a kind that cannot be read; save it as one of {', '.join(sorted(READERS))}",
        ),
    ],
)
def test_what_is_no_text_says_why_and_what_to_do(
    name: str, content: bytes, words: str, tmp_path: Path, ontology: Ontology
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        read(file, ontology)
    assert str(caught.value) == f"{file.as_posix()}: {words}"


def test_a_missing_file_a_folder_and_a_huge_file_say_so(tmp_path: Path, ontology: Ontology) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    for path, words in (
        (tmp_path / "none.txt", "there is no such file; give the path of a text file"),
        (folder, "is a folder; give the path of a text file"),
        (huge, "has 32 MB, more than 32; split it"),
    ):
        with pytest.raises(DocumentError) as caught:
            read(path, ontology)
        assert str(caught.value) == f"{path.as_posix()}: {words}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_says_so(tmp_path: Path, ontology: Ontology) -> None:
    file = tmp_path / "a.txt"
    file.write_text("文", encoding="utf-8")
    file.chmod(0)
    with pytest.raises(DocumentError, match=r"cannot be read .*; see its permissions"):
        read(file, ontology)


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_document_error(content: bytes) -> None:
    try:
        assert read_text(content, "a.txt").text.strip()
    except DocumentError as error:
        assert "\n" not in str(error)


def test_a_passage_is_matter_as_a_whole() -> None:
    text = "作者:陶永亮\n来源:新华社"
    passage = read_passage(text, "gold.jsonl#1")
    assert (passage.body, passage.fields, passage.name) == ((Span(0, 13),), (), "gold.jsonl#1")
    assert passage.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert read_passage("", "gold.jsonl#2").body == ()


def test_half_a_character_in_a_passage_says_so() -> None:
    with pytest.raises(DocumentError, match=r"holds half a character \(U\+D800\)"):
        read_passage("数\ud800", "gold.jsonl#3")

"""From bytes to text: marks, declarations, and what the bytes allow."""

from __future__ import annotations

import codecs

import pytest

from kg.errors import DocumentError
from kg.text.encodings import decode

SIMPLE = "数字政府建设要坚持以人民为中心，推动治理模式从末端治理转向源头治理。"
TRADITIONAL = "數位政府建設要堅持以人民為中心，推動治理模式從末端治理轉向源頭治理。"


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (SIMPLE, "utf-8", None),
        (SIMPLE, "utf-8-sig", None),
        (SIMPLE, "utf-8", "gb2312"),  # what the page declares may be wrong
        (SIMPLE, "gb18030", None),
        (SIMPLE, "gb18030", "gb2312"),
        (SIMPLE, "gb18030", "utf-8"),
        ("镕、喆、㛃", "gb18030", "gb2312"),
        (TRADITIONAL, "big5", None),
        (TRADITIONAL, "big5", "Big5"),
        (TRADITIONAL, "gb18030", None),
        (TRADITIONAL, "gb18030", "big5-hkscs"),
        ("香港啲嘢㗎", "big5hkscs", "big5"),
        (SIMPLE, "utf-16", None),
        (f"{SIMPLE}\n{SIMPLE}\n", "utf-16-le", None),
        (f"{SIMPLE}\n{SIMPLE}\n", "utf-16-be", None),
        (SIMPLE, "utf-32", None),
    ],
)
def test_text_is_found_in_its_encoding(text: str, encoding: str, declared: str | None) -> None:
    assert decode(text.encode(encoding), "a.txt", declared) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_a_character_cut_off_at_the_end_is_left_out(encoding: str) -> None:
    text = TRADITIONAL if encoding == "big5" else SIMPLE
    assert decode(text.encode(encoding)[:-1], "a.txt") in (text[:-1], text[:-2])


def test_a_few_broken_bytes_do_not_make_a_text_unreadable() -> None:
    content = (SIMPLE * 40).encode("gb18030")
    broken = content[:1001] + b"\xff" + content[1002:]
    found = decode(broken, "a.txt")
    assert found.count("\ufffd") <= 2
    assert found.count(SIMPLE) >= 38


def test_many_broken_bytes_do() -> None:
    content = bytes(b ^ 0xA5 for b in (SIMPLE * 40).encode("gb18030"))
    with pytest.raises(DocumentError, match=r"save it as UTF-8|control characters"):
        decode(content, "a.txt")


@pytest.mark.parametrize("declared", ["x-user-defined", "", "utf-7", "idna", "\x00", "base64"])
def test_a_strange_declaration_is_passed_over(declared: str) -> None:
    assert decode(SIMPLE.encode("gb18030"), "a.txt", declared) == SIMPLE


def test_a_mark_decides_before_what_is_declared() -> None:
    assert decode(codecs.BOM_UTF8 + SIMPLE.encode(), "a.txt", "big5") == SIMPLE

"""Printed pages: reading order, running heads, paragraphs out of broken lines."""

from __future__ import annotations

import random

from kg.text.paragraphs import join_paragraphs
from kg.text.sheet import Fragment, Sheet

EM = 12.0


def line(words: str, y: float, x: float = 100.0, gap: float = 0.0) -> list[Fragment]:
    return [Fragment(c, x + i * (EM + gap), y, EM) for i, c in enumerate(words)]


def page(number: int, *lines: list[Fragment]) -> Sheet:
    fragments = [fragment for one in lines for fragment in one]
    random.Random(number).shuffle(fragments)  # files keep no order
    return Sheet(number, 600, 800, tuple(fragments))


def paragraphs(*sheets: Sheet) -> list[list[tuple[int, str]]]:
    return [paragraph.parts for paragraph in join_paragraphs(sheets)]


FULL = "一行写满二十个汉字的正文在此处继续写下去"
LAST = "这一行较短。"


def test_lines_come_from_the_top_and_characters_from_the_left() -> None:
    sheet = page(1, line("第二行", 500), line("第一行", 520))
    assert [row.words for row in sheet.rows()] == ["第一行", "第二行"]


def test_broken_lines_are_joined_and_a_short_or_set_in_line_ends_it() -> None:
    sheet = page(
        1,
        line(FULL, 600, 124),
        line(FULL, 580),
        line(LAST, 560),
        line(FULL, 540, 124),
        line(FULL, 520),
        line(FULL, 500, 124),
    )
    assert paragraphs(sheet) == [[(1, FULL + FULL + LAST)], [(1, FULL + FULL)], [(1, FULL)]]


def test_a_paragraph_goes_on_overleaf_and_knows_both_pages() -> None:
    one = page(1, line(FULL, 200, 124), line(FULL, 180), line(FULL, 160))
    other = page(2, line(LAST, 600), line(FULL, 580, 124), line(FULL, 560))
    first, *_ = paragraphs(one, other)
    assert first == [(1, FULL * 3), (2, LAST)]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    sheets = [
        page(
            n,
            line(f"某市公报第{n}期", 770),
            line(FULL, 600, 124),
            line(f"第{n}页正文{'甲乙丙'[n - 1]}", 580),
            line(f"—{n}—", 40),
        )
        for n in (1, 2, 3)
    ]
    words = [part for parts in paragraphs(*sheets) for _, part in parts]
    assert words == [f"{FULL}第{n}页正文{'甲乙丙'[n - 1]}" for n in (1, 2, 3)]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [line("左栏" + FULL[:16], 600 - 20 * n, 60) for n in range(6)]
    right = [line("右栏" + FULL[:16], 600 - 20 * n, 320) for n in range(6)]
    title = [line("横贯两栏的大标题写在这里居中", 640, 190)]
    rows = page(1, *title, *left, *right).rows()
    assert [row.words[:2] for row in rows] == ["横贯", *["左栏"] * 6, *["右栏"] * 6]
    assert [row.column for row in rows] == [0, *[1] * 6, *[2] * 6]


def test_a_table_is_no_pair_of_columns() -> None:
    cells = [
        fragment
        for n in range(8)
        for fragment in (line("省份", 600 - 20 * n, 60), line("数量", 600 - 20 * n, 400))
    ]
    assert [row.words for row in page(1, *cells).rows()] == ["省份 数量"] * 8


def test_letters_set_apart_to_fill_a_line_are_no_words() -> None:
    assert page(1, line("各县人民政府市政府", 600, gap=10)).rows()[0].words == "各县人民政府市政府"
    spaced = [*line("省长", 600), *line("王大力", 600, 160)]
    assert page(1, spaced).rows()[0].words == "省长 王大力"

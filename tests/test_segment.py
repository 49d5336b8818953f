"""Words cover the text without gap, and bear jieba's tags."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.segment import segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推动经济发展", [("推动", "v"), ("经济", "n"), ("发展", "vn")]),
        ("在浙江", [("在", "p"), ("浙江", "ns")]),
        ("增长5%", [("增长", "v"), ("5", "eng"), ("%", "x")]),
        ("5G网络", [("5G", "eng"), ("网络", "n")]),
        ("，", [("，", "x")]),
        ("", []),
    ],
)
def test_words_bear_the_tags_of_the_dictionary(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(word.text, word.tag) for word in segment(text)] == expected


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet="浙江省推出一网通办的数字政府，。《》“”5G%. \n\u3000𠀀", max_size=40))
def test_words_cover_the_text_without_gap(text: str) -> None:
    words = list(segment(text))
    assert "".join(word.text for word in words) == text
    assert [word.start for word in words] == [0, *(word.end for word in words)][: len(words)]
    assert all(text[word.start : word.end] == word.text for word in words)


def test_no_dictionary_is_left_in_the_shared_temporary_folder() -> None:
    list(segment("推动经济发展"))
    ours = Path(tempfile.gettempdir()) / "jieba.cache"
    before = ours.stat().st_mtime_ns if ours.exists() else None
    list(segment("推进数字政府"))
    assert (ours.stat().st_mtime_ns if ours.exists() else None) == before

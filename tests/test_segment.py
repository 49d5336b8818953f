"""Words cover the text without gap, and bear jieba's tags."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable
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


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """Return jieba itself, its cache in a folder of the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba imports what setuptools deprecates
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    return lambda text: list(tokenizer.cut(text, HMM=False))


def test_an_article_is_cut_as_jieba_cuts_it(peer: Callable[[str], list[str]]) -> None:
    text = (Path(__file__).parent.parent / "data" / "article.txt").read_text(encoding="utf-8")
    assert [word.text for word in segment(text)] == peer(text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            ["结合成分子时", "的确实在理", "研究生命起源", "一网通办", "ABC", "5G", "c++", "3.5%"]
        )
        | st.text(
            alphabet="中国人民生活发展研究生成长江大桥，。 \r\n\u3000aB9+#&._%-\ud800𠀀", max_size=6
        ),
        max_size=8,
    )
)
def test_any_text_is_cut_as_jieba_cuts_it(
    peer: Callable[[str], list[str]], parts: list[str]
) -> None:
    text = "".join(parts)
    assert [word.text for word in segment(text)] == peer(text)

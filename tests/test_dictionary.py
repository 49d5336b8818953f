"""jieba's dictionary is read word by word, with weights and tags, and cut by what it says."""

from __future__ import annotations

import math
import sys

import pytest

from kg.extract import dictionary
from kg.extract.dictionary import Dictionary, load_dictionary, parse_dictionary
from kg.extract.keys import Hashed

LINES = "数字 30 n\n数字化 5 vn\n化 8 v\n数字 20 nz\nB超 3 n\n"


def known(found: Dictionary, word: str) -> tuple[float, str] | None:
    [row] = found.words.rows(Hashed.of([word]).hashes).tolist()
    return (float(found.weights[row]), found.parts[found.tags[row]]) if row else None


@pytest.mark.parametrize(
    ("word", "count", "tag"),
    [("数字化", 5, "vn"), ("化", 8, "v"), ("B超", 3, "n"), ("数字", 20, "nz")],  # the later entry
)
def test_a_word_has_its_weight_and_tag(word: str, count: int, tag: str) -> None:
    assert known(parse_dictionary(LINES), word) == (math.log(count) - math.log(66), tag)


@pytest.mark.parametrize("word", ["", "数", "字", "数字化化", "数字\n", "超"])
def test_no_other_word_is_known(word: str) -> None:
    assert known(parse_dictionary(LINES), word) is None


def test_a_stem_tells_how_long_words_may_be() -> None:
    found = parse_dictionary(LINES)
    rows = found.stems.rows(Hashed.of(["数字", "B超", "字化", "化"]).hashes)
    assert found.longest[rows].tolist() == [3, 2, 0, 0]


def test_an_unknown_word_weighs_as_if_it_stood_there_once() -> None:
    assert parse_dictionary(LINES).weights[0] == -math.log(66)


def test_the_dictionary_holds_every_line_of_jieba() -> None:
    found = load_dictionary()
    assert len(found.words.hashes) > 349_000
    assert known(found, "政府") is not None


def test_jieba_itself_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "jieba", raising=False)
    load_dictionary.cache_clear()
    load_dictionary()
    assert "jieba" not in sys.modules


def test_without_jieba_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "find_spec", {"jieba": None}.get)
    load_dictionary.cache_clear()
    with pytest.raises(ModuleNotFoundError, match="No module named 'jieba'"):
        load_dictionary()

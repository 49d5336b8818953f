"""Words and parts of speech, by jieba: where a name may begin and end."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple


class Word(NamedTuple):
    """A word of the text: half-open offsets, and jieba's part of speech (ICTCLAS tags)."""

    start: int
    end: int
    text: str
    tag: str


def segment(text: str) -> Iterator[Word]:
    """Yield the words of the text without gap; jieba's dictionary decides, its HMM is off.

    A word bears the tag that the dictionary gives it, as with `jieba.posseg`; letters and figures
    are ``eng``, all else that the dictionary lacks ``x``.

    >>> [(word.text, word.tag) for word in segment("推动经济发展")]
    [('推动', 'v'), ('经济', 'n'), ('发展', 'vn')]
    """
    tokenizer, tags = _jieba()
    get = tags.get
    start = 0
    for word in tokenizer.cut(text, HMM=False):
        end = start + len(word)
        yield Word(start, end, word, get(word) or _guess(word))
        start = end


_LETTERS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.%]*")


def _guess(word: str) -> str:
    return "eng" if _LETTERS.fullmatch(word) else "x"


@lru_cache(maxsize=1)
def _jieba() -> tuple[Any, Mapping[str, str]]:  # jieba ships no types
    """Return a tokenizer and the tag of each word, both from one pass through jieba's dictionary.

    jieba itself would read the file twice and leave a cache in the shared temporary folder.
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        cells = file.read().decode("utf-8").split()
    words, counts = cells[::3], list(map(int, cells[1::3]))
    # A dictionary that jieba can walk holds every beginning of a word, with frequency 0.
    frequencies = dict.fromkeys([word[:end] for word in words for end in range(1, len(word))], 0)
    frequencies.update(zip(words, counts, strict=True))
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, sum(counts), True
    return tokenizer, dict(zip(words, cells[2::3], strict=True))

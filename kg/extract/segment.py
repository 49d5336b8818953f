"""Words and parts of speech, by jieba: where a name may begin and end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
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

    >>> [(word.text, word.tag) for word in segment("推动经济发展")]
    [('推动', 'v'), ('经济', 'n'), ('发展', 'vn')]
    """
    start = 0
    for pair in _jieba().cut(text, HMM=False):
        end = start + len(pair.word)
        yield Word(start, end, pair.word, pair.flag)
        start = end


@lru_cache(maxsize=1)
def _jieba() -> Any:  # jieba ships no types
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg.dt

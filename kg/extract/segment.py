"""Words and parts of speech, by jieba's dictionary: where a name may begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.extract.dictionary import STEM, Dictionary, load_dictionary
from kg.extract.keys import Hashed, Places, characters


class Word(NamedTuple):
    """A word of the text: half-open offsets, and jieba's part of speech (ICTCLAS tags)."""

    start: int
    end: int
    text: str
    tag: str


def segment(text: str) -> Iterator[Word]:
    """Yield the words of the text without gap, as `jieba.cut` does with its HMM off.

    A word bears the tag that the dictionary gives it, as with `jieba.posseg`; letters and figures
    are ``eng``, all else that the dictionary lacks ``x``.

    >>> [(word.text, word.tag) for word in segment("推动经济发展")]
    [('推动', 'v'), ('经济', 'n'), ('发展', 'vn')]
    """
    if not text:
        return
    dictionary = load_dictionary()
    bounds = _boundaries(text, dictionary)
    starts, ends = bounds[:-1], bounds[1:]
    words = list(map(text.__getitem__, map(slice, starts.tolist(), ends.tolist())))
    rows = dictionary.words.rows(Hashed.cut(text, starts, ends).hashes)
    tags = list(map(dictionary.parts.__getitem__, dictionary.tags[rows].tolist()))
    for place in np.flatnonzero(rows == 0).tolist():
        tags[place] = _guess(words[place])
    # Past the constructor, which takes twice as long: there is a word for every other character.
    new = partial(tuple.__new__, Word)
    yield from map(new, zip(starts.tolist(), ends.tolist(), words, tags, strict=True))


_LETTERS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.%]*")


def _guess(word: str) -> str:
    return "eng" if _LETTERS.fullmatch(word) else "x"


def _table(ranges: str, size: int) -> NDArray[np.bool_]:
    # For each code point whether it is in the class; the last entry stands for all beyond.
    inside = re.compile(f"[{ranges}]")
    return np.array([inside.match(chr(code)) is not None for code in range(size)])


_LETTER = _table("a-zA-Z0-9", 129)
_IN_BLOCK = np.append(_table(r"a-zA-Z0-9+#&._%\-", 129)[:128], np.zeros(0x9FD7 - 128, np.bool_))
_IN_BLOCK[0x4E00:0x9FD6] = True
"""What jieba cuts by its dictionary; any other character is a word of its own."""


def _boundaries(text: str, dictionary: Dictionary) -> Places:
    """Return where words begin, and the end of the text."""
    codes = characters(text)
    inside = _IN_BLOCK[np.minimum(codes, len(_IN_BLOCK) - 1)]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]])))
    begins, ends = edges[::2], edges[1::2]
    left = np.zeros(len(codes), dtype=np.intp)
    left[inside] = np.repeat(ends, ends - begins) - np.flatnonzero(inside)
    lengths = np.ones(len(codes), dtype=np.intp)
    _cut(lengths, _ways(text, left, dictionary), begins, ends)
    lengths[:-1][(codes[:-1] == ord("\r")) & (codes[1:] == ord("\n"))] = 2
    starts, place, steps = [], 0, lengths.tolist()
    while place < len(codes):
        starts.append(place)
        place += steps[place]
    found = np.array(starts, dtype=np.intp)
    # Letters and figures that no word of the dictionary joins are one word.
    letter = _LETTER[np.minimum(codes[found], 128)] & (lengths[found] == 1)
    return np.append(found[~(letter & np.append(False, letter[:-1]))], len(codes))


def _ways(text: str, left: Places, dictionary: Dictionary) -> NDArray[np.float64]:
    """Return the weight of each word that may begin at each character, the longest first.

    ``left`` is how many characters of its block are left there. The last column is for the
    character alone; minus infinity says that there is no such word.
    """
    letters = Hashed.letters(text)
    places = np.flatnonzero(left >= STEM)
    keys = letters[places] + letters[places + 1]
    longest = np.minimum(dictionary.longest[dictionary.stems.rows(keys.hashes)], left[places])
    width = int(longest.max(initial=1))
    ways = np.full((len(left), width), -np.inf)
    rows = dictionary.words.rows(letters.hashes)
    ways[rows > 0, -1] = dictionary.weights[rows[rows > 0]]
    for length in range(STEM, width + 1):
        some = np.flatnonzero(longest >= length)
        places, longest, keys = places[some], longest[some], keys[some]
        if length > STEM:
            keys = keys + letters[places + length - 1]
        rows = dictionary.words.rows(keys.hashes)
        known = np.flatnonzero(rows)
        ways[places[known], -length] = dictionary.weights[rows[known]]
    ways[ways.max(axis=1) == -np.inf, -1] = dictionary.weights[0]
    return ways


def _cut(lengths: Places, ways: NDArray[np.float64], begins: Places, ends: Places) -> None:
    """Write where a block's likeliest way of words begins a word, how long that is.

    All blocks side by side, each from its end. Sums are made in jieba's order, and of two ways as
    likely the longer word is taken, as jieba does.
    """
    order = np.argsort(begins - ends, kind="stable")
    sizes, ends = (ends - begins)[order], ends[order]
    width = ways.shape[1]
    ahead = np.arange(width, 0, -1)
    weight = np.zeros(len(ways) + width)
    for step in range(1, int(sizes.max(initial=0)) + 1):
        place = ends[: np.searchsorted(-sizes, -step, side="right")] - step
        sums = ways[place] + weight[place[:, None] + ahead]
        best = sums.argmax(axis=1)
        weight[place] = sums[np.arange(len(place)), best]
        lengths[place] = ahead[best]

"""jieba's dictionary as arrays: each word's weight and part of speech, by its hash."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.extract.keys import Hashes, Index, Places, beginnings, characters

STEM = 2
"""Characters of a word's beginning that tell whether longer words may follow."""


@dataclass(frozen=True)
class Dictionary:
    """Words with what jieba knows of them; row 0 of each array is what it does not know."""

    words: Index
    weights: NDArray[np.float64]
    """The logarithm of a word's share of all words."""
    tags: NDArray[np.intp]
    """Position of its part of speech among `parts`."""
    parts: tuple[str, ...]
    stems: Index
    """The first two characters of all longer words."""
    longest: NDArray[np.intp]
    """For each stem the length of the longest word that begins with it."""


@lru_cache(maxsize=1)
def load_dictionary() -> Dictionary:
    """Read the dictionary; a process does so once.

    jieba itself is not imported: that takes longer than reading, and its own way of reading
    twice as long again. Its cache in the shared temporary folder is neither read nor written.
    """
    spec = find_spec("jieba")
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError("No module named 'jieba'", name="jieba")
    [folder] = spec.submodule_search_locations
    return parse_dictionary((Path(folder) / "dict.txt").read_bytes().decode("utf-8"))


def parse_dictionary(text: str) -> Dictionary:
    """Return the dictionary that a text of lines ``word count tag`` holds; counts are above 0.

    >>> dictionary = parse_dictionary("数字 3 n\\n数字化 1 v\\n")
    >>> dictionary.parts, dictionary.longest.tolist()
    (('', 'n', 'v'), [0, 3])
    """
    codes = characters(text)
    before, after = np.flatnonzero(codes == ord(" ")).reshape(-1, 2).T
    ends = np.flatnonzero(codes == ord("\n"))
    starts = np.append(0, ends[:-1] + 1)
    lengths = before - starts
    words = stems = np.zeros(0, dtype=np.uint64)
    for size, hashes in enumerate(beginnings(codes, starts, lengths), start=1):
        words = hashes
        if size == STEM:
            stems = hashes[lengths >= STEM]
    # Of two entries of one word the later one counts.
    hashes, entry = _greatest(words, np.arange(len(words)))
    unknown, weights = _weights(codes, before, after)
    tags, parts = _tags(codes, after, ends)
    stem, longest = _greatest(stems, lengths[lengths >= STEM])
    return Dictionary(
        words=Index.over(hashes),
        weights=np.append(unknown, weights[entry]),
        tags=np.append(0, tags[entry]),
        parts=parts,
        stems=Index.over(stem),
        longest=np.append(0, longest),
    )


def _greatest(hashes: Hashes, values: Places) -> tuple[Hashes, Places]:
    """Return the distinct hashes, sorted, and the greatest value of each."""
    # The dictionary is all but sorted: runs first, so that there is less to sort.
    hashes, values = _runs(hashes, values)
    order = np.argsort(hashes)
    return _runs(hashes[order], values[order])


def _runs(hashes: Hashes, values: Places) -> tuple[Hashes, Places]:
    if not len(hashes):
        return hashes, values
    first = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))
    return hashes[first], np.maximum.reduceat(values, first)


def _weights(
    codes: NDArray[np.uint32], before: Places, end: Places
) -> tuple[float, NDArray[np.float64]]:
    """Return the weight of an unknown word, as if it stood there once, and of each known one."""
    counts = np.zeros(len(end), dtype=np.intp)
    start = before + 1
    for digit in range(int((end - start).max(initial=0))):
        some = np.flatnonzero(end - start > digit)
        counts[some] = counts[some] * 10 + codes[start[some] + digit] - ord("0")
    # Logarithms by `math`, whose last digit jieba's choice between two ways may hang on.
    whole, distinct = math.log(counts.sum()), np.flatnonzero(np.bincount(counts))
    logarithms = np.zeros(int(counts.max(initial=0)) + 1)
    logarithms[distinct] = [math.log(count) - whole for count in distinct.tolist()]
    return -whole, logarithms[counts]


def _tags(codes: NDArray[np.uint32], before: Places, end: Places) -> tuple[Places, tuple[str, ...]]:
    # Tags are short ASCII words: each is packed into one number, a byte a letter.
    packed = np.zeros(len(end), dtype=np.uint64)
    start = before + 1
    for letter in range(int((end - start).max(initial=0))):
        some = np.flatnonzero(end - start > letter)
        packed[some] |= codes[start[some] + letter].astype(np.uint64) << np.uint64(8 * letter)
    ordered = np.sort(packed)
    distinct = ordered[np.append(ordered[1:] != ordered[:-1], True)[: len(ordered)]]
    parts = (bytes(row).rstrip(b"\0").decode() for row in distinct.view(np.uint8).reshape(-1, 8))
    return np.searchsorted(distinct, packed) + 1, ("", *parts)

"""What the tagger sees of each character: a column of keys for each feature.

Training writes the keys out as attributes, tagging looks up their hashes: the two come from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kg.extract.keys import K, Places
from kg.extract.proposals import Proposal
from kg.extract.segment import Word
from kg.model import IRI

_EDGE = "^"
"""Stands for the characters before the text and after it."""


def columns(
    keys: type[K],
    text: str,
    words: Sequence[Word],
    proposals: tuple[Iterable[Proposal], Iterable[Proposal]],
    names: Mapping[IRI, str],
) -> Iterator[K]:
    """Yield one column of ``len(text)`` keys for each feature; ``names`` shortens the classes.

    The text is normalized; words cover it without gap; the proposals, of lexicon and patterns,
    carry offsets into it. ``keys`` says in what form the keys are wanted.
    """
    size = len(text)
    known, declared = (keys.of(_marks(found, size, names)) for found in proposals)
    layout = _layout(words, size)
    shape = keys.letters("SBME")[layout.shape]
    tags = keys.of([*(word.tag for word in words), _EDGE])
    spelled = keys.of([*(word.text for word in words), _EDGE])
    bar = keys.of(["|"])
    yield from _characters(keys, text)
    yield from _around(keys, spelled, shape, layout)
    yield from _around(keys, tags, shape, layout)
    yield shape + tags[layout.word]
    yield from _shifted_pairs(keys, known)
    yield from _shifted_pairs(keys, declared)
    yield known + bar + declared
    yield known + bar + tags[layout.word]
    yield _types(keys, text)


def _characters(keys: type[K], text: str) -> Iterator[K]:
    size = len(text)
    padded = keys.letters(_EDGE * 3 + text + _EDGE * 3)
    pairs = padded[:-1] + padded[1:]
    triples = pairs[:-1] + padded[2:]
    for start in (1, 2, 3, 4, 5):
        yield padded[start : start + size]
    for start in (1, 2, 3, 4):
        yield pairs[start : start + size]
    for start in (1, 2, 3):
        yield triples[start : start + size]


class _Layout(NamedTuple):
    """How words lie over characters."""

    word: Places
    """For each character its word."""
    shape: Places
    """For each character its place in the word: alone, first, in the middle, last."""
    words: int


def _layout(words: Sequence[Word], size: int) -> _Layout:
    starts = np.fromiter((word.start for word in words), np.intp, len(words))
    lengths = np.diff(np.append(starts, size))
    shape = np.full(size, 2, dtype=np.intp)
    shape[starts + lengths - 1] = 3
    shape[starts] = np.where(lengths > 1, 1, 0)
    return _Layout(np.repeat(np.arange(len(words)), lengths), shape, len(words))


def _around(keys: type[K], said: K, shape: K, layout: _Layout) -> Iterator[K]:
    # The key of this word, the one before, the one after, and pairs of neighbours; what is said
    # of the edge comes last.
    slash, edge = keys.of(["/"]), layout.words
    before = said[np.append(edge, np.arange(edge - 1))[:edge]]
    after = said[np.arange(1, edge + 1)]
    here = shape + said[layout.word]
    yield here
    yield shape + before[layout.word]
    yield shape + after[layout.word]
    yield (before + slash)[layout.word] + here
    yield here + (slash + after)[layout.word]


def _marks(proposals: Iterable[Proposal], size: int, names: Mapping[IRI, str]) -> list[str]:
    # Longest first, so that a mark tells of the best name that may stand here.
    marks = [""] * size
    ordered = sorted(proposals, key=lambda p: (-p.rank, p.start - p.end, p.start))
    for proposal in ordered:
        start, end = proposal.start, proposal.end
        if any(marks[start:end]):
            continue
        name = names[proposal.kind]
        marks[start:end] = [f"I{name}"] * (end - start)
        marks[end - 1] = f"E{name}"
        marks[start] = f"B{name}" if end - start > 1 else f"S{name}"
    return marks


def _shifted_pairs(keys: type[K], marks: K) -> Iterator[K]:
    edge, first, last = keys.of([_EDGE]), keys.of(["<"]), keys.of([">"])
    padded = edge.extended(marks).extended(edge)
    yield marks
    yield padded[:-2] + first + marks
    yield marks + last + padded[2:]


def _types(keys: type[K], text: str) -> K:
    type_of = {character: _type(character) for character in set(text)}
    padded = keys.of([_EDGE, *map(type_of.__getitem__, text), _EDGE])
    return padded[:-2] + padded[1:-1] + padded[2:]


def _type(character: str) -> str:
    if character.isdigit():
        return "9"
    if "a" <= character.lower() <= "z":
        return "a"
    return "h" if character.isalpha() else character

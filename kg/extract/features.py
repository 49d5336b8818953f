"""What the tagger sees of each character: a column of keys for each feature.

Training writes the keys out as attributes, tagging looks them up in tables: the two see the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.extract.proposals import Proposal
from kg.extract.segment import Word
from kg.model import IRI

Column = Sequence[str]
_EDGE = "^"
"""Stands for the characters before the text and after it."""


def columns(
    text: str,
    words: Iterable[Word],
    lexicon: Iterable[Proposal],
    patterns: Iterable[Proposal],
    names: Mapping[IRI, str],
) -> list[Column]:
    """Return one column of ``len(text)`` keys for each feature; ``names`` shortens the classes.

    The text is normalized; words cover it without gap; proposals carry offsets into it.
    """
    size = len(text)
    shape, tags, spelled = _words(words, size)
    known, declared = _marks(lexicon, size, names), _marks(patterns, size, names)
    return [
        *_characters(text),
        *_around(spelled, shape),
        *_around(tags, shape),
        [a + b for a, b in zip(shape, tags, strict=True)],
        *_shifted_pairs(known),
        *_shifted_pairs(declared),
        [a + "|" + b for a, b in zip(known, declared, strict=True)],
        [a + "|" + b for a, b in zip(known, tags, strict=True)],
        _types(text),
    ]


def _characters(text: str) -> list[Column]:
    padded = _EDGE * 3 + text + _EDGE * 3
    size = len(text)
    ones = [list(padded[3 + k : 3 + k + size]) for k in (-2, -1, 0, 1, 2)]
    pairs = [
        [a + b for a, b in zip(padded[k:], padded[k + 1 : k + 1 + size], strict=False)][:size]
        for k in (1, 2, 3, 4)
    ]
    triples = [
        [
            a + b + c
            for a, b, c in zip(
                padded[k:], padded[k + 1 :], padded[k + 2 : k + 2 + size], strict=False
            )
        ][:size]
        for k in (1, 2, 3)
    ]
    return [*ones, *pairs, *triples]


def _words(words: Iterable[Word], size: int) -> tuple[list[str], list[str], list[str]]:
    # For each character: its place in its word, and the word's tag and spelling.
    shape, tags, spelled = [""] * size, [""] * size, [""] * size
    for start, end, word, tag in words:
        length = end - start
        shape[start:end] = "S" if length == 1 else "B" + "M" * (length - 2) + "E"
        tags[start:end] = [tag] * length
        spelled[start:end] = [word] * length
    return shape, tags, spelled


def _around(keys: Sequence[str], shape: Sequence[str]) -> list[Column]:
    # The key of this word, the one before, the one after, and pairs of neighbours.
    before: list[str] = []
    last, current = _EDGE, _EDGE
    for key, place in zip(keys, shape, strict=True):
        if place in "BS":
            last, current = current, key
        before.append(last)
    after: list[str] = []
    last, current = _EDGE, _EDGE
    for key, place in zip(reversed(keys), reversed(shape), strict=True):
        if place in "ES":
            last, current = current, key
        after.append(last)
    after.reverse()
    here = [a + b for a, b in zip(shape, keys, strict=True)]
    return [
        here,
        [a + b for a, b in zip(shape, before, strict=True)],
        [a + b for a, b in zip(shape, after, strict=True)],
        [a + "/" + b for a, b in zip(before, here, strict=True)],
        [a + "/" + b for a, b in zip(here, after, strict=True)],
    ]


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


def _shifted_pairs(marks: Sequence[str]) -> list[Column]:
    before = [_EDGE, *marks[:-1]] if marks else []
    after = [*marks[1:], _EDGE] if marks else []
    return [
        marks,
        [a + "<" + b for a, b in zip(before, marks, strict=True)],
        [a + ">" + b for a, b in zip(marks, after, strict=True)],
    ]


def _types(text: str) -> Column:
    kinds = [_type(character) for character in text]
    padded = [_EDGE, *kinds, _EDGE]
    return [a + b + c for a, b, c in zip(padded, kinds, padded[2:], strict=False)]


def _type(character: str) -> str:
    if character.isdigit():
        return "9"
    if "a" <= character.lower() <= "z":
        return "a"
    return "h" if character.isalpha() else character

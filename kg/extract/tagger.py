"""The trained sequence tagger: proposes names that no lexicon knows.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over characters,
trained by `kg.train`. Its weights are integers, so that the best path is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError
from kg.extract.keys import Hashed, Places
from kg.extract.proposals import Proposal
from kg.extract.weights import (
    SCALE,
    Table,
    load_arrays,
    pack_strings,
    pack_table,
    save_arrays,
    unpack_strings,
    unpack_table,
)
from kg.model import IRI, Span

_FORBIDDEN = -(10**7)


@dataclass(frozen=True)
class Tagger:
    """Weights of the field: for each feature a table from keys to rows of label weights."""

    labels: tuple[str, ...]
    """``O``, and ``B-`` and ``I-`` (begin, inside) with the class's evaluated name."""
    tables: tuple[Table, ...]
    transitions: NDArray[np.int32]
    """Shape (labels, labels): from row to column; forbidden pairs are far below zero."""

    def propose(
        self, columns: Iterable[Hashed], sentences: Sequence[Span], kinds: Mapping[str, IRI]
    ) -> Iterator[Proposal]:
        """Yield the names on the best path through each sentence, in text order.

        ``columns`` are those of `kg.extract.features.columns` over the whole text; sentences are
        spans of the same text. Confidence is the least marginal probability of its characters.
        """
        if not sentences:
            return
        lines = _lines(sentences)
        steps = _Steps(self.labels, self.transitions)
        path, sure = _decode(self._emissions(columns)[lines.characters], lines, steps)
        for start, end in _names(self.labels, path, lines.starts):
            yield Proposal(
                int(lines.characters[start]),
                int(lines.characters[end - 1]) + 1,
                kinds[self.labels[path[start]][2:]],
                "tagger",
                confidence=round(min(sure[start:end]), 4),
            )

    def _emissions(self, columns: Iterable[Hashed]) -> NDArray[np.int32]:
        total: NDArray[np.int32] | None = None
        for column, table in zip(columns, self.tables, strict=True):
            found = table.find(column)
            total = found if total is None else np.add(total, found, out=total)
        if total is None:
            raise ModelError("a tagger without columns; train it again")
        return total


def load_tagger(path: Path) -> Tagger:
    """Read a model written by `save_tagger`; raise ModelError if it is missing or damaged."""
    arrays = load_arrays(path)
    try:
        labels = tuple(unpack_strings(arrays["labels"]))
        tables = tuple(
            unpack_table(arrays, str(index), len(labels)) for index in range(int(arrays["columns"]))
        )
        transitions = arrays["transitions"].astype(np.int32)
    except KeyError as error:
        raise ModelError(f"{path}: is no tagger, {error}; train it again") from error
    return Tagger(labels, tables, transitions)


def save_tagger(
    path: Path,
    labels: Sequence[str],
    weights: Sequence[Mapping[str, Mapping[str, float]]],
    transitions: Mapping[tuple[str, str], float],
) -> None:
    """Write a model: for each feature column its keys, and their weight for each label, in nats."""
    order = {label: index for index, label in enumerate(labels)}
    arrays: dict[str, NDArray[np.generic]] = {
        "labels": pack_strings(labels),
        "columns": np.array(len(weights)),
        "transitions": _transitions(order, transitions),
    }
    for index, column in enumerate(weights):
        arrays |= pack_table(str(index), column, order)
    save_arrays(path, arrays)


def _transitions(
    order: Mapping[str, int], transitions: Mapping[tuple[str, str], float]
) -> NDArray[np.int32]:
    matrix = np.zeros((len(order), len(order)), dtype=np.int32)
    for (source, target), value in transitions.items():
        matrix[order[source], order[target]] = round(value * SCALE)
    for source in order:
        for target in order:
            if not _may_follow(source, target):
                matrix[order[source], order[target]] = _FORBIDDEN
    return matrix


def _may_follow(source: str, target: str) -> bool:
    # A name goes on only with itself; it may end anywhere.
    return not target.startswith("I-") or source[2:] == target[2:]


class _Lines(NamedTuple):
    """All sentences in text order, one after the other."""

    starts: Places
    """Of each sentence, its first row."""
    lengths: Places
    characters: Places
    """Of each row, the character of the text."""


def _lines(sentences: Sequence[Span]) -> _Lines:
    ordered = sorted(sentences)
    begins = np.array([span.start for span in ordered], dtype=np.intp)
    lengths = np.array([len(span) for span in ordered], dtype=np.intp)
    starts = np.cumsum(lengths) - lengths
    characters = np.repeat(begins - starts, lengths) + np.arange(lengths.sum())
    return _Lines(starts, lengths, characters)


class _Steps:
    """What may follow what, laid out for the best path.

    Scores are multiplied by `_ROOM` to hold, below their value, the label that they come from:
    one maximum then gives both, and the first label where two are equal.
    """

    def __init__(self, labels: Sequence[str], transitions: NDArray[np.int32]) -> None:
        if len(labels) > _ROOM:
            raise ModelError(f"a tagger has at most {_ROOM} labels, this one {len(labels)}")
        self.transitions = transitions
        place = {label: number for number, label in enumerate(labels)}
        inner = [n for n, label in enumerate(labels) if label[:2] == "I-"]
        outer = [n for n, label in enumerate(labels) if label[:2] != "I-"]
        # Only two labels lead to an I: its B and itself.
        begins = [place.get(f"B-{labels[n][2:]}", n) for n in inner]
        self.inner, self.outer, self.begins = map(_stretch, (inner, outer, begins))
        wide = transitions * np.int32(_ROOM)
        wide += (_ROOM - 1 - np.arange(len(labels), dtype=np.int32))[:, None]
        self.into = wide[:, outer, None]
        self.begun = wide[begins, inner, None]
        self.goes_on = wide[inner, inner, None]

    def best(self, scores: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return for each label the best score that leads to it, and in it the label before.

        Arrays have a row for each label and a column for each sentence.
        """
        found = np.empty_like(scores)
        found[self.outer] = (scores[:, None] + self.into).max(axis=0)
        found[self.inner] = np.maximum(
            scores[self.begins] + self.begun, scores[self.inner] + self.goes_on
        )
        return found


def _stretch(places: list[int]) -> Places | slice:
    """Return the places as a slice if they are next to each other: nothing is copied then."""
    first, last = min(places, default=0), max(places, default=-1)
    together = places == list(range(first, last + 1))
    return slice(first, last + 1) if together else np.array(places, dtype=np.intp)


_ROOM = 64
"""Labels at most; a power of two."""

BATCH = 256
"""Sentences decoded side by side: enough to share the cost of a step, few enough for memory."""


def _decode(
    emissions: NDArray[np.int32], lines: _Lines, steps: _Steps
) -> tuple[Places, list[float]]:
    """Return the best path through each sentence, and each step's marginal probability on it."""
    path = np.zeros(len(emissions), dtype=np.intp)
    sure = np.zeros(len(emissions))
    by_length = np.argsort(-lines.lengths, kind="stable")
    for first in range(0, len(by_length), BATCH):
        batch = by_length[first : first + BATCH]
        packed = _pack(lines.starts[batch], lines.lengths[batch])
        local = np.ascontiguousarray(emissions[packed.rows].T)
        found = _viterbi(local, packed, steps)
        path[packed.rows] = found
        sure[packed.rows] = _marginals(local, packed, steps.transitions, found)
    return path, sure.tolist()


class _Packed(NamedTuple):
    """Sentences side by side, longest first: first the first step of each, then the second."""

    rows: Places
    """Of each cell, the row among all lines."""
    cells: list[slice]
    """Of each step, its cells: one for each sentence that is long enough."""


def _pack(starts: Places, lengths: Places) -> _Packed:
    step = np.arange(lengths[0])
    alive = np.searchsorted(-lengths, -step)
    ends = np.cumsum(alive)
    firsts = ends - alive
    sentence = np.arange(ends[-1]) - np.repeat(firsts, alive)
    rows = starts[sentence] + np.repeat(step, alive)
    bounds = zip(firsts.tolist(), ends.tolist(), strict=True)
    return _Packed(rows, [slice(first, end) for first, end in bounds])


def _viterbi(local: NDArray[np.int32], packed: _Packed, steps: _Steps) -> Places:
    """Return the label of each cell on the best path; ``local`` has a row for each label."""
    wide = local * np.int32(_ROOM)
    back = np.zeros(local.shape, dtype=np.uint8)
    # Label 0 is O: a sentence begins as if after O.
    last = wide[:, packed.cells[0]].copy()
    last[steps.transitions[0] <= _FORBIDDEN] += _FORBIDDEN * _ROOM
    for cells in packed.cells[1:]:
        going_on = last[:, : cells.stop - cells.start]
        # Only differences count: the best score is kept at zero, so that sums stay small.
        going_on -= going_on.max(axis=0)
        found = steps.best(going_on)
        back[:, cells] = _ROOM - 1 - (found & (_ROOM - 1))
        np.add(found & -_ROOM, wide[:, cells], out=going_on)
    path = np.zeros(local.shape[1], dtype=np.intp)
    # From the end: a sentence that ends at this step begins its way back with its best label.
    label = last.argmax(axis=0)
    for cells in reversed(packed.cells):
        here = label[: cells.stop - cells.start]
        path[cells] = here
        label[: len(here)] = back[here, np.arange(cells.start, cells.stop)]
    return path


def _marginals(
    emissions: NDArray[np.int32],
    packed: _Packed,
    transitions: NDArray[np.int32],
    path: Places,
) -> NDArray[np.float64]:
    # Forward and backward, each step scaled to sum to one; a row for each label.
    steps = np.exp(np.maximum(transitions, -30 * SCALE) / SCALE)
    local = np.exp((emissions - emissions.max(axis=0)) / SCALE)
    forward, backward = np.empty_like(local), np.ones_like(local)
    first = local[:, packed.cells[0]] * (transitions[0] > _FORBIDDEN)[:, None]
    forward[:, packed.cells[0]] = first / first.sum(axis=0)
    for before, cells in pairwise(packed.cells):
        kept = slice(before.start, before.start + cells.stop - cells.start)
        reached = (steps.T @ forward[:, kept]) * local[:, cells]
        np.divide(reached, reached.sum(axis=0), out=forward[:, cells])
    for cells, before in pairwise(reversed(packed.cells)):
        kept = slice(before.start, before.start + cells.stop - cells.start)
        reached = steps @ (backward[:, cells] * local[:, cells])
        np.divide(reached, reached.sum(axis=0), out=backward[:, kept])
    product = forward * backward
    sure: NDArray[np.float64] = product[path, np.arange(len(path))]
    sure /= np.maximum(product.sum(axis=0), 1e-300)
    return sure


def _names(labels: Sequence[str], path: Places, starts: Places) -> Iterator[tuple[int, int]]:
    # A name begins at a B and goes on to the next label that is no I, or to the next sentence.
    stop = np.array([label[:2] != "I-" for label in labels])[path]
    stop[starts] = True
    stops = np.append(np.flatnonzero(stop), len(path))
    begins = np.flatnonzero(np.array([label[:2] == "B-" for label in labels])[path])
    ends = stops[np.searchsorted(stops, begins, side="right")]
    yield from zip(begins.tolist(), ends.tolist(), strict=True)

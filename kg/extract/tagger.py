"""The trained sequence tagger: proposes names that no lexicon knows.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over characters,
trained by `kg.train`. Its weights are integers, so that the best path is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError
from kg.extract.features import Column
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
        self, columns: Sequence[Column], sentences: Sequence[Span], kinds: Mapping[str, IRI]
    ) -> Iterator[Proposal]:
        """Yield the names on the best path through each sentence, in text order.

        ``columns`` are those of `kg.extract.features.columns` over the whole text; sentences are
        spans of the same text. Confidence is the least marginal probability of its characters.
        """
        if not sentences:
            return
        emissions = self._emissions(columns)
        for span, path, marginal in _decode_all(emissions, sentences, self.transitions):
            for start, end, label in _names([self.labels[tag] for tag in path]):
                yield Proposal(
                    span.start + start,
                    span.start + end,
                    kinds[label],
                    "tagger",
                    confidence=round(float(marginal[start:end].min()), 4),
                )

    def _emissions(self, columns: Sequence[Column]) -> NDArray[np.int32]:
        size = len(columns[0])
        total = np.zeros((size, len(self.labels)), dtype=np.int32)
        for column, (rows, weights) in zip(columns, self.tables, strict=True):
            get = rows.get
            total += weights[[get(key, 0) for key in column]]
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


BATCH = 128
"""Sentences decoded side by side: enough to share the cost of a step, few enough to pad little."""


def _decode_all(
    emissions: NDArray[np.int32], sentences: Sequence[Span], transitions: NDArray[np.int32]
) -> list[tuple[Span, NDArray[np.intp], NDArray[np.float64]]]:
    ordered = sorted(sentences, key=lambda span: (-len(span), span.start))
    found: list[tuple[Span, NDArray[np.intp], NDArray[np.float64]]] = []
    for first in range(0, len(ordered), BATCH):
        batch = ordered[first : first + BATCH]
        pieces = [emissions[span.start : span.end] for span in batch]
        found += zip(batch, *_decode(pieces, transitions), strict=True)
    return sorted(found, key=lambda row: row[0])


def _decode(
    pieces: Sequence[NDArray[np.int32]], transitions: NDArray[np.int32]
) -> tuple[list[NDArray[np.intp]], list[NDArray[np.float64]]]:
    """Return the best path of each piece and the marginal probability of each step on it.

    All pieces run side by side: step *t* of every piece that is long enough is one operation.
    """
    order = sorted(range(len(pieces)), key=lambda i: -len(pieces[i]))
    lengths = np.array([len(pieces[i]) for i in order])
    longest, labels = int(lengths[0]), transitions.shape[0]
    padded = np.zeros((longest, len(order), labels), dtype=np.int32)
    for column, i in enumerate(order):
        padded[: len(pieces[i]), column] = pieces[i]
    alive = [int((lengths > step).sum()) for step in range(longest)]
    paths = _viterbi(padded, lengths, alive, transitions)
    marginals = _marginals(padded, alive, transitions)
    found = np.take_along_axis(marginals, paths[:, :, None], axis=2)[:, :, 0]
    best: list[NDArray[np.intp]] = [paths[:0, 0]] * len(pieces)
    sure: list[NDArray[np.float64]] = [found[:0, 0]] * len(pieces)
    for column, i in enumerate(order):
        best[i] = paths[: len(pieces[i]), column]
        sure[i] = found[: len(pieces[i]), column]
    return best, sure


def _viterbi(
    padded: NDArray[np.int32],
    lengths: NDArray[np.intp],
    alive: Sequence[int],
    transitions: NDArray[np.int32],
) -> NDArray[np.intp]:
    # Label 0 is O: a piece begins as if after O.
    scores = padded[0] + np.minimum(transitions[0], 0) * (transitions[0] <= _FORBIDDEN)
    back = np.zeros(padded.shape, dtype=np.intp)
    last = scores.copy()
    for step in range(1, len(padded)):
        count = alive[step]
        reached = last[:count, :, None] + transitions
        back[step, :count] = reached.argmax(axis=1)
        last[:count] = reached.max(axis=1) + padded[step, :count]
    paths = np.zeros(padded.shape[:2], dtype=np.intp)
    rows = np.arange(padded.shape[1])
    paths[lengths - 1, rows] = last.argmax(axis=1)
    for step in range(len(padded) - 1, 0, -1):
        count = alive[step]
        paths[step - 1, :count] = back[step, rows[:count], paths[step, :count]]
    return paths


def _marginals(
    padded: NDArray[np.int32],
    alive: Sequence[int],
    transitions: NDArray[np.int32],
) -> NDArray[np.float64]:
    # Forward and backward, each step scaled to sum to one.
    steps = np.exp(np.maximum(transitions, -30 * SCALE) / SCALE)
    local = np.exp((padded - padded.max(axis=2, keepdims=True)) / SCALE)
    forward, backward = local.copy(), np.ones(local.shape)
    forward[0] *= transitions[0] > _FORBIDDEN
    forward[0] /= forward[0].sum(axis=1, keepdims=True)
    for step in range(1, len(padded)):
        count = alive[step]
        reached = (forward[step - 1, :count] @ steps) * local[step, :count]
        forward[step, :count] = reached / reached.sum(axis=1, keepdims=True)
    for step in range(len(padded) - 2, -1, -1):
        count = alive[step + 1]
        reached = (backward[step + 1, :count] * local[step + 1, :count]) @ steps.T
        backward[step, :count] = reached / reached.sum(axis=1, keepdims=True)
    product = forward * backward
    total: NDArray[np.float64] = product / np.maximum(product.sum(axis=2, keepdims=True), 1e-300)
    return total


def _names(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    start, name = 0, ""
    for position, label in enumerate([*labels, "O"]):
        if name and label != f"I-{name}":
            yield start, position, name
            name = ""
        if label.startswith("B-"):
            start, name = position, label[2:]

"""The trained linker: which relation, if any, holds between two names of a sentence.

A multinomial logistic regression over the keys of `kg.extract.pairs`; its probability is the
confidence of an assertion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError
from kg.extract.keys import Hashed
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

NONE = "none"
"""The label of two names that the text does not relate."""


@dataclass(frozen=True)
class Linker:
    """Weights of the regression: a table from keys to one weight for each relation."""

    labels: tuple[str, ...]
    """Local names of relations, and `NONE`."""
    table: Table

    def probabilities(self, columns: Iterable[Hashed], count: int) -> NDArray[np.float64]:
        """Return one row of label probabilities for each of ``count`` pairs.

        ``columns`` are those of `kg.extract.pairs.features`: a key for each pair.
        """
        weighed = np.zeros((count, len(self.labels)), dtype=np.int32)
        for column in columns:
            weighed += self.table.find(column)
        scores = weighed.astype(np.float64)
        scores = np.exp((scores - scores.max(axis=1, keepdims=True)) / SCALE)
        total: NDArray[np.float64] = scores / scores.sum(axis=1, keepdims=True)
        return total


def load_linker(path: Path) -> Linker:
    """Read a model written by `save_linker`; raise ModelError if it is missing or damaged."""
    arrays = load_arrays(path)
    try:
        labels = tuple(unpack_strings(arrays["labels"]))
        return Linker(labels, unpack_table(arrays, "pairs", len(labels)))
    except KeyError as error:
        raise ModelError(f"{path}: is no linker, {error}; train it again") from error


def save_linker(
    path: Path, labels: Sequence[str], weights: Mapping[str, Mapping[str, float]]
) -> None:
    """Write a model: for each key its weight for each label, in nats."""
    order = {label: index for index, label in enumerate(labels)}
    save_arrays(path, {"labels": pack_strings(labels), **pack_table("pairs", weights, order)})

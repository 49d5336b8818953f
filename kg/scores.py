"""Precision, recall and F1 of pooled counts, each with a bootstrap 95 % interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES, SEED = 1000, 7
INTERVAL = (2.5, 97.5)
"""Percentiles between which 95 % of the resamples lie."""

Range = tuple[float, float]


@dataclass(frozen=True)
class Counts:
    """How much was predicted and how much is gold, and how much of each has its match."""

    predicted: int = 0
    correct: int = 0
    """Predicted, and gold has its match."""
    gold: int = 0
    found: int = 0
    """Gold, and its match was predicted. Where a match need not be equal the two may differ."""


@dataclass(frozen=True)
class Score:
    """Counts with what they come to, and where that may lie in other samples of passages."""

    counts: Counts
    precision: float
    recall: float
    f1: float
    precision_range: Range
    recall_range: Range
    f1_range: Range

    def as_json(self) -> dict[str, object]:
        """Return the score as JSON can hold it, rounded to four digits."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "predicted": self.counts.predicted,
            "correct": self.counts.correct,
            "gold": self.counts.gold,
            "found": self.counts.found,
            "interval": {
                "precision": [round(end, 4) for end in self.precision_range],
                "recall": [round(end, 4) for end in self.recall_range],
                "f1": [round(end, 4) for end in self.f1_range],
            },
        }


def score(tallies: Sequence[Mapping[str, Counts]]) -> dict[str, Score]:
    """Pool the counts of each measure over the passages, one mapping a passage.

    The interval comes from drawing as many passages with replacement, a thousand times, always
    the same draws. Precision of nothing predicted is 0, and so is recall of no gold.

    >>> one, other = {"names": Counts(2, 1, 1, 1)}, {"names": Counts(2, 2, 4, 2)}
    >>> names = score([one, other])["names"]
    >>> names.precision, names.recall, round(names.f1, 3), names.precision_range
    (0.75, 0.6, 0.667, (0.5, 1.0))
    """
    measures = sorted({measure for tally in tallies for measure in tally})
    if not measures:
        return {}
    none = Counts()
    table = np.array(
        [
            [
                (counts.predicted, counts.correct, counts.gold, counts.found)
                for counts in (tally.get(measure, none) for measure in measures)
            ]
            for tally in tallies
        ],
        dtype=np.float64,
    ).reshape(len(tallies), len(measures), 4)
    drawn = np.tensordot(_draws(len(tallies)), table, axes=1)
    return {
        measure: _score(table[:, place].sum(axis=0), drawn[:, place])
        for place, measure in enumerate(measures)
    }


def _draws(passages: int) -> NDArray[np.float64]:
    # How often each passage is drawn, a row a resample.
    random = np.random.default_rng(SEED)
    return random.multinomial(passages, np.full(passages, 1 / passages), RESAMPLES).astype(
        np.float64
    )


def _score(total: NDArray[np.float64], drawn: NDArray[np.float64]) -> Score:
    precision, recall, f1 = (float(values[0]) for values in _rates(total[np.newaxis]))
    ranges = [_range(values) for values in _rates(drawn)]
    counts = Counts(*(int(count) for count in total))
    return Score(counts, precision, recall, f1, *ranges)


def _rates(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    predicted, correct, gold, found = table.T
    precision = correct / np.maximum(predicted, 1)
    recall = found / np.maximum(gold, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return precision, recall, f1


def _range(values: NDArray[np.float64]) -> Range:
    low, high = np.percentile(values, INTERVAL)
    return float(low), float(high)

"""Word clusters learnt from unannotated text: words that keep the same company.

Positive pointwise mutual information with the words beside them, reduced by a truncated singular
value decomposition (Levy and Goldberg 2014), grouped by k-means. Seeded: the same texts give the
same clusters on one machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kg.extract.segment import segment
from kg.text.normal import normalize

RAREST = 4
"""Occurrences from which on a word's company says something."""

CONTEXTS = 1500
"""The most frequent words, whose presence beside a word is counted."""

DIMENSIONS, CLUSTERS, ROUNDS, SEED = 48, 120, 25, 7
Matrix = NDArray[np.float64]


def learn_clusters(texts: Iterable[str]) -> Mapping[str, str]:
    """Return the cluster of each word that is frequent enough; clusters are named by number."""
    lines = [[word.text for word in segment(normalize(text).text)] for text in texts]
    counts = Counter(word for line in lines for word in line if word.strip())
    words = sorted((w for w, n in counts.items() if n >= RAREST), key=lambda w: (-counts[w], w))
    if len(words) <= CLUSTERS:
        return {}
    vectors = _vectors(_company(lines, words))
    return {word: str(cluster) for word, cluster in zip(words, _kmeans(vectors), strict=True)}


def _company(lines: Iterable[list[str]], words: list[str]) -> Matrix:
    # Two columns a context word: seen on the left, seen on the right.
    row = {word: place for place, word in enumerate(words)}
    width = min(CONTEXTS, len(words))
    table = np.zeros((len(words), 2 * width))
    for line in lines:
        places = [row.get(word, -1) for word in line]
        for left, right in pairwise(places):
            if left >= 0 and 0 <= right < width:
                table[left, width + right] += 1
            if right >= 0 and 0 <= left < width:
                table[right, left] += 1
    return table


def _vectors(table: Matrix) -> Matrix:
    total = table.sum() or 1.0
    rows, columns = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True) ** 0.75
    columns *= total / (columns.sum() or 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(table * total / (rows * columns))
    information[~np.isfinite(information)] = 0.0
    left, strength, _ = np.linalg.svd(np.maximum(information, 0.0), full_matrices=False)
    reduced = left[:, :DIMENSIONS] * np.sqrt(strength[:DIMENSIONS])
    return np.asarray(reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9))


def _kmeans(vectors: Matrix) -> NDArray[np.intp]:
    # The most frequent words are the first centres: they are spread over the whole language.
    random = np.random.default_rng(SEED)
    start = random.choice(min(len(vectors), 8 * CLUSTERS), CLUSTERS, replace=False)
    centres = vectors[np.sort(start)]
    for _ in range(ROUNDS):
        nearest = (vectors @ centres.T).argmax(axis=1)
        for cluster in range(CLUSTERS):
            members = vectors[nearest == cluster]
            if len(members):
                centres[cluster] = members.mean(axis=0)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    nearest = (vectors @ centres.T).argmax(axis=1)
    return np.asarray(nearest)

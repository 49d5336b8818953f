"""Near-duplicates without comparing all with all: a text's MinHash signature, cut into bands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHINGLE = 8
"""Characters of the stretches whose sets are compared."""
BANDS, ROWS = 16, 4
"""Two texts meet if one band agrees: nearly surely at 0.9 of all stretches, seldom below 0.4."""
_BASE = np.uint64(0x9E3779B97F4A7C15)


def signature(text: str) -> tuple[int, ...]:
    """Return the MinHash signature of a text's stretches of eight characters; blanks do not count.

    The share of places at which two signatures agree estimates how much of the texts is common
    (Jaccard's measure). A text shorter than a stretch is one stretch.

    >>> one, other = "数字政府建设的总体要求和主要任务" * 2, "乡村振兴战略的实施意见与工作安排" * 2
    >>> agreement(signature(one), signature(one + "。")) > 0.8
    True
    >>> agreement(signature(one), signature(other)) < 0.1
    True
    """
    stretches = _stretches("".join(text.split()))
    mixed = stretches[None, :] * _FACTORS[:, None] + _TERMS[:, None]
    mixed ^= mixed >> np.uint64(29)
    least = mixed.min(axis=1)
    # A signed column holds it, whatever reads the table.
    return tuple(int(value) for value in (least >> np.uint64(1)).tolist())


def bands(values: Sequence[int]) -> tuple[str, ...]:
    """Return the keys under which a text with this signature is looked for, one a band.

    >>> len(bands(signature("数字政府建设的总体要求")))
    16
    """
    return tuple(
        f"{band}-"
        + hashlib.sha256(str(tuple(values[band * ROWS : (band + 1) * ROWS])).encode()).hexdigest()[
            :16
        ]
        for band in range(BANDS)
    )


def agreement(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the share of places at which two signatures agree, from 0 to 1."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def _stretches(text: str) -> NDArray[np.uint64]:
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    width = min(SHINGLE, len(codes))
    hashes = np.zeros(max(1, len(codes) - width + 1), dtype=np.uint64)
    for place in range(width):
        hashes = (hashes ^ codes[place : place + len(hashes)]) * _BASE
        hashes ^= hashes >> np.uint64(32)
    return np.unique(hashes)


def _constants(purpose: str) -> NDArray[np.uint64]:
    # From a hash, not from a generator: the same in every version of numpy.
    drawn = (hashlib.sha256(f"{purpose}-{i}".encode()).digest() for i in range(BANDS * ROWS))
    return np.array([int.from_bytes(value[:8], "big") | 1 for value in drawn], dtype=np.uint64)


_FACTORS, _TERMS = _constants("factor"), _constants("term")

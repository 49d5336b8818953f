"""Near-duplicates without comparing all with all: signatures as numbers, cut into bands."""

from __future__ import annotations

import hashlib
from base64 import b64decode

ROWS = 4
"""Numbers of a band: documents that are nearly the same agree in one of the bands."""


def numbers(signature: str | None) -> tuple[int, ...]:
    """Return the numbers of a signature (see `kg.graph.likeness`); none where there is none.

    >>> numbers("AQAAAP////8="), numbers(None)
    ((1, 4294967295), ())
    """
    packed = b64decode(signature or "")
    return tuple(int.from_bytes(packed[i : i + 4], "little") for i in range(0, len(packed), 4))


def bands(values: tuple[int, ...]) -> tuple[str, ...]:
    """Return the keys under which a document with this signature is looked for, one a band.

    >>> bands((1, 2, 3, 4, 5, 6, 7, 8))
    ('0-d22b0938cbab1cb3', '4-84af5c4408690091')
    """
    return tuple(
        f"{start}-{hashlib.sha256(str(values[start : start + ROWS]).encode()).hexdigest()[:16]}"
        for start in range(0, len(values), ROWS)
    )

"""Columns of keys: what the models are asked about, many at once.

A key is a short string that tells of one thing seen: ``here/next``. Reading needs millions of them,
and only to look them up, so it knows each by a hash that can be computed from the hashes of its
parts: joining two columns is arithmetic on arrays, and no string is made. Whoever wants to read
keys takes `Spelled` instead of `Hashed`; everything else stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
"""An odd number and its inverse: arithmetic is modulo 2**64, as arrays of integers have it."""


class Keys(Protocol):
    """A column of keys that can be joined with another, key by key."""

    @classmethod
    def of(cls, strings: Sequence[str]) -> Self:
        """Return a column of these keys."""
        ...

    @classmethod
    def cut(cls, text: str, starts: Places, ends: Places) -> Self:
        """Return the stretches ``text[start:end]``."""
        ...

    @classmethod
    def letters(cls, text: str) -> Self:
        """Return a column of the text's characters."""
        ...

    def __add__(self, other: Self) -> Self: ...

    def __getitem__(self, places: slice | Places) -> Self: ...

    def __len__(self) -> int: ...

    def extended(self, other: Self) -> Self:
        """Return this column and the other below it."""
        ...

    def only(self, where: Mask) -> Self:
        """Return the keys there, and empty keys elsewhere: an empty key is no key."""
        ...


K = TypeVar("K", bound=Keys)


@dataclass(frozen=True)
class Spelled:
    """Keys as strings.

    >>> [*(Spelled.of(["a", "b"]) + Spelled.of(["/"])).strings]
    ['a/', 'b/']
    """

    strings: NDArray[np.object_]

    @classmethod
    def of(cls, strings: Sequence[str]) -> Self:
        """Return a column of these keys."""
        column = np.empty(len(strings), dtype=object)
        column[:] = strings
        return cls(column)

    @classmethod
    def cut(cls, text: str, starts: Places, ends: Places) -> Self:
        """Return the stretches ``text[start:end]``."""
        pairs = zip(starts.tolist(), ends.tolist(), strict=True)
        return cls.of([text[start:end] for start, end in pairs])

    @classmethod
    def letters(cls, text: str) -> Self:
        """Return a column of the text's characters."""
        return cls.of(list(text))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.strings + other.strings)

    def __getitem__(self, places: slice | Places) -> Self:
        return type(self)(self.strings[places])

    def __len__(self) -> int:
        return len(self.strings)

    def extended(self, other: Self) -> Self:
        """Return this column and the other below it."""
        return type(self)(np.concatenate([self.strings, other.strings]))

    def only(self, where: Mask) -> Self:
        """Return the keys there, and empty keys elsewhere."""
        return type(self)(np.where(where, self.strings, ""))


@dataclass(frozen=True)
class Hashed:
    """Keys by their hashes: the sum of code(c) * BASE**place over the characters of a key.

    The hash of two keys joined is the first one's, and BASE**length of it times the other's.

    >>> whole, parts = Hashed.of(["数字政府"]), Hashed.of(["数字"]) + Hashed.of(["政府"])
    >>> bool((whole.hashes == parts.hashes).all())
    True
    """

    hashes: Hashes
    powers: Hashes
    """BASE**length of each key; one for all if all are of one length."""

    @classmethod
    def of(cls, strings: Sequence[str]) -> Self:
        """Return a column of these keys."""
        distinct = list(dict.fromkeys(strings))
        row = {string: place for place, string in enumerate(distinct)}
        ends = np.cumsum(np.fromiter(map(len, distinct), np.intp, len(distinct)))
        starts = np.append(0, ends[:-1]) if len(ends) else ends
        rows = np.fromiter(map(row.__getitem__, strings), np.intp, len(strings))
        return cls.cut("".join(distinct), starts, ends)[rows]

    @classmethod
    def cut(cls, text: str, starts: Places, ends: Places) -> Self:
        """Return the stretches ``text[start:end]``."""
        powers = _powers(_BASE, len(text))
        sums = np.zeros(len(text) + 1, dtype=np.uint64)
        np.cumsum(scattered(characters(text)) * powers[:-1], out=sums[1:])
        # What stands before a stretch is taken off, and the stretch moved to the front.
        moved = (sums[ends] - sums[starts]) * _powers(_INVERSE, len(text))[starts]
        return cls(moved, powers[ends - starts])

    @classmethod
    def letters(cls, text: str) -> Self:
        """Return a column of the text's characters."""
        return cls(scattered(characters(text)), _powers(_BASE, 1)[1:])

    def __add__(self, other: Self) -> Self:
        return type(self)(self.hashes + self.powers * other.hashes, self.powers * other.powers)

    def __getitem__(self, places: slice | Places) -> Self:
        powers = self.powers
        return type(self)(self.hashes[places], powers[places] if len(powers) > 1 else powers)

    def __len__(self) -> int:
        return len(self.hashes)

    def extended(self, other: Self) -> Self:
        """Return this column and the other below it."""
        hashes = np.concatenate([self.hashes, other.hashes])
        powers = (np.broadcast_to(keys.powers, keys.hashes.shape) for keys in (self, other))
        return type(self)(hashes, np.concatenate([*powers]))

    def only(self, where: Mask) -> Self:
        """Return the keys there, and empty keys elsewhere."""
        return type(self)(np.where(where, self.hashes, 0), np.where(where, self.powers, 1))


def _powers(base: int, size: int) -> Hashes:
    """Return base**0 … base**size."""
    factors = np.full(size + 1, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


def characters(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text."""
    # Half a surrogate pair may stand in a text.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def scattered(codes: NDArray[np.uint32]) -> Hashes:
    """Return a number for each character, evenly over 64 bits (Steele, Lea and Flood 2014)."""
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(_BASE)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    numbers: Hashes = mixed ^ (mixed >> np.uint64(31))
    return numbers


def beginnings(codes: NDArray[np.uint32], starts: Places, lengths: Places) -> Iterator[Hashes]:
    """Yield the hashes of the first character of many stretches, of the first two, and so on.

    A stretch that is not longer keeps its hash. It is one array that grows: copy what you keep.
    """
    hashes, powers = (
        np.zeros(len(starts), dtype=np.uint64),
        _powers(_BASE, int(lengths.max(initial=0))),
    )
    for place in range(int(lengths.max(initial=0))):
        some = np.flatnonzero(lengths > place)
        hashes[some] += scattered(codes[starts[some] + place]) * powers[place]
        yield hashes


@dataclass(frozen=True)
class Index:
    """Finds many hashes at once in a sorted array of them."""

    hashes: Hashes
    """Sorted and distinct, one more at the end that is none of them."""
    starts: NDArray[np.int32]
    """For each bucket, all hashes with the same leading bits, its first place; and the end."""
    shift: np.uint64
    """Bits of a hash that do not tell the bucket."""

    @classmethod
    def over(cls, hashes: Hashes) -> Self:
        """Return the index over sorted and distinct hashes."""
        bits = max(len(hashes).bit_length() + 1, 4)  # two to four buckets a hash
        shift = np.uint64(64 - bits)
        counts = np.bincount((hashes >> shift).view(np.int64), minlength=1 << bits)
        starts = np.zeros((1 << bits) + 1, dtype=np.int32)
        np.cumsum(counts, out=starts[1:])
        return cls(np.append(hashes, np.uint64(0xFFFFFFFFFFFFFFFF)), starts, shift)

    def rows(self, hashes: Hashes) -> Places:
        """Return one more than the place of each hash, and 0 where it is not among ours."""
        bucket = (hashes >> self.shift).view(np.int64)
        place, end = self.starts[bucket], self.starts[bucket + 1]
        found = (self.hashes[place] == hashes) & (place < end)
        rows = np.where(found, place + 1, 0)
        left = np.flatnonzero(~found & (place + 1 < end))
        while len(left):  # in buckets that hold more than one
            place[left] += 1
            hit = self.hashes[place[left]] == hashes[left]
            rows[left[hit]] = place[left[hit]] + 1
            left = left[~hit & (place[left] + 1 < end[left])]
        return rows

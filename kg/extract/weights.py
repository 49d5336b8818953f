"""Weights of a trained model: tables from feature keys to integer weights a label.

On disk an .npz archive of plain arrays: no pickle, and the same weights give the same bytes. The
keys are there as hashes, which are read in no time and looked up many at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError
from kg.extract.keys import Hashed, Index

SCALE = 256
"""Weights are stored as integers in units of 1/256 nat, so that sums are exact everywhere."""

Arrays = Mapping[str, NDArray[np.generic]]
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Table:
    """From keys to rows of weights, one a label."""

    index: Index
    weights: NDArray[np.int32]
    """Row 0 is the unknown key's, all zero; so is the last, which no key has."""

    def find(self, keys: Hashed) -> NDArray[np.int32]:
        """Return the row of each key."""
        return self.weights.take(self.index.rows(keys.hashes), axis=0)


def pack_strings(strings: Sequence[str]) -> NDArray[np.uint8]:
    """Return strings as an array of bytes; none of them may hold U+001F."""
    return np.frombuffer(_SEPARATOR.join(strings).encode("utf-8"), dtype=np.uint8)


def unpack_strings(array: NDArray[np.generic]) -> list[str]:
    """Return the strings of `pack_strings`."""
    joined = array.tobytes().decode("utf-8")
    return joined.split(_SEPARATOR) if joined else []


def pack_table(
    name: str, table: Mapping[str, Mapping[str, float]], order: Mapping[str, int]
) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of one table: for each key its weight for each label, in nats.

    Raise ModelError where two keys have the same hash.
    """
    keys = sorted(table)
    hashes, places = np.unique(Hashed.of(keys).hashes, return_index=True)
    if len(hashes) < len(keys):
        raise ModelError(f"two keys of the table {name} have one hash; change the base in keys.py")
    cells = [
        (row, order[label], round(value * SCALE))
        for row, place in enumerate(places.tolist())
        for label, value in sorted(table[keys[place]].items())
        if round(value * SCALE)
    ]
    rows, tags, values = zip(*cells, strict=True) if cells else ((), (), ())
    return {
        f"{name}_hashes": hashes,
        f"{name}_rows": np.array(rows, dtype=np.uint32),
        f"{name}_tags": np.array(tags, dtype=np.uint8),
        f"{name}_values": np.array(values, dtype=np.int16),
    }


def unpack_table(arrays: Arrays, name: str, labels: int) -> Table:
    """Return the table that `pack_table` packed."""
    hashes = arrays[f"{name}_hashes"].astype(np.uint64)
    weights = np.zeros((len(hashes) + 2, labels), dtype=np.int32)
    rows = arrays[f"{name}_rows"].astype(np.int64) + 1
    weights[rows, arrays[f"{name}_tags"].astype(np.int64)] = arrays[f"{name}_values"]
    return Table(Index.over(hashes), weights)


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write the arrays of a model, compressed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def load_arrays(path: Path) -> Arrays:
    """Read the arrays of a model; raise ModelError if it is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except FileNotFoundError as error:
        raise ModelError(f"{path}: no model here; train one with `kg train GOLD.jsonl`") from error
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise ModelError(f"{path}: damaged model ({error}); train it again") from error

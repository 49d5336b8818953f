"""The linker's probabilities from small weights made by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.errors import ModelError
from kg.extract.keys import Hashed
from kg.extract.linker import NONE, Linker, load_linker, save_linker
from kg.extract.weights import SCALE

LABELS = (NONE, "implements", "proposes")
WEIGHTS = {
    "b": {NONE: 1.0},
    "v提出": {"proposes": 3.0, "implements": -1.0},
    "v推进": {"implements": 2.5},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "new" / "linker.npz"
    save_linker(file, LABELS, WEIGHTS)
    return file


@pytest.fixture
def linker(path: Path) -> Linker:
    return load_linker(path)


def probabilities(linker: Linker, *pairs: Sequence[str]) -> NDArray[np.float64]:
    """Ask about pairs given by their keys, column by column: the first key of each, the second."""
    columns = [Hashed.of(column) for column in itertools.zip_longest(*pairs, fillvalue="")]
    return linker.probabilities(columns, len(pairs))


@pytest.mark.parametrize(
    ("keys", "label"),
    [
        (["b"], NONE),
        (["b", "v提出"], "proposes"),
        (["b", "v推进"], "implements"),
        (["b", "v提出", "v推进"], "proposes"),
        (["b", "v推进", "v推进"], "implements"),
    ],
)
def test_the_heaviest_label_is_the_likeliest(keys: list[str], label: str, linker: Linker) -> None:
    [row] = probabilities(linker, keys)
    assert linker.labels[int(row.argmax())] == label


@pytest.mark.parametrize("keys", [[], ["b"], ["b", "v提出"], ["v推进", "v提出", "unknown"]])
def test_probabilities_are_the_softmax_of_the_summed_weights(
    keys: list[str], linker: Linker
) -> None:
    scores = [sum(WEIGHTS.get(key, {}).get(label, 0.0) for key in keys) for label in LABELS]
    total = sum(map(math.exp, scores))
    [row] = probabilities(linker, keys)
    assert row.tolist() == pytest.approx([math.exp(score) / total for score in scores])


def test_an_unknown_key_weighs_nothing(linker: Linker) -> None:
    plain, with_unknown = probabilities(linker, ["b"], ["b", "v未知"])
    assert plain.tolist() == with_unknown.tolist()


def test_each_list_of_keys_has_a_row_that_sums_to_one(linker: Linker) -> None:
    rows = probabilities(linker, ["b"], [], ["v提出"])
    assert rows.shape == (3, len(LABELS))
    assert rows.sum(axis=1).tolist() == pytest.approx([1, 1, 1])


def test_no_pairs_give_no_rows(linker: Linker) -> None:
    assert probabilities(linker).shape == (0, len(LABELS))


def test_great_weights_do_not_overflow(tmp_path: Path) -> None:
    save_linker(tmp_path / "x.npz", LABELS, {"b": {"proposes": 127.0, NONE: -127.0}})
    [row] = probabilities(load_linker(tmp_path / "x.npz"), ["b"] * 50)
    assert row.tolist() == [0.0, 0.0, 1.0]


def test_the_order_of_the_keys_does_not_matter(linker: Linker) -> None:
    one, other = probabilities(linker, ["b", "v提出", "v推进"], ["v推进", "v提出", "b"])
    assert one.tolist() == other.tolist()


def test_what_is_saved_is_loaded(linker: Linker) -> None:
    assert linker.labels == LABELS
    rows = linker.table.find(Hashed.of([*WEIGHTS, "unknown"])).tolist()
    for row, found in zip(rows, WEIGHTS.values(), strict=False):
        assert row == [round(found.get(label, 0.0) * SCALE) for label in LABELS]
    assert not any(rows[-1])


def test_the_same_weights_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    turned = {key: dict(reversed(found.items())) for key, found in reversed(WEIGHTS.items())}
    save_linker(tmp_path / "again.npz", LABELS, turned)
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        load_linker(tmp_path / "none.npz")
    assert str(caught.value) == (
        f"{tmp_path / 'none.npz'}: no model here; train one with `kg train GOLD.jsonl`"
    )


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"PK\x03\x04 half of it"])
def test_a_damaged_model_says_what_to_do(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ModelError, match=r"x\.npz: damaged model \(.*\); train it again"):
        load_linker(tmp_path / "x.npz")


def test_a_file_that_holds_something_else_is_no_linker(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", other=np.zeros(1))
    with pytest.raises(ModelError, match=r"x\.npz: is no linker, .*; train it again"):
        load_linker(tmp_path / "x.npz")

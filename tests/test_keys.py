"""Hashed keys stand for spelled ones: joined, cut and looked up alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.keys import Hashed, Index, Spelled

TEXTS = st.text(alphabet="数字政府ab/^ \x00\n𠀀\ud800", max_size=12)


def alike(hashed: Hashed, spelled: Spelled) -> bool:
    """Tell whether these are the hashes of these strings, and may be joined as such."""
    expected = Hashed.of([*spelled.strings])
    return bool(
        (hashed.hashes == expected.hashes).all() and (hashed.powers == expected.powers).all()
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6))
def test_the_hash_of_joined_keys_follows_from_its_parts(pairs: list[tuple[str, str]]) -> None:
    one, other = ([pair[side] for pair in pairs] for side in (0, 1))
    assert alike(Hashed.of(one) + Hashed.of(other), Spelled.of(one) + Spelled.of(other))
    assert alike(Hashed.of(["n"]) + Hashed.of(one), Spelled.of(["n"]) + Spelled.of(one))
    where = np.array([len(key) % 2 == 0 for key in one], dtype=np.bool_)
    assert alike(Hashed.of(one).only(where), Spelled.of(one).only(where))
    assert alike(Hashed.of(one).extended(Hashed.of(other)), Spelled.of([*one, *other]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS, st.data())
def test_a_stretch_of_a_text_is_hashed_like_its_words(text: str, data: st.DataObject) -> None:
    place = st.integers(0, len(text))
    bounds = [sorted(pair) for pair in data.draw(st.lists(st.tuples(place, place), max_size=5))]
    starts, ends = (np.array([b[side] for b in bounds], dtype=np.intp) for side in (0, 1))
    assert alike(Hashed.cut(text, starts, ends), Spelled.cut(text, starts, ends))
    assert alike(Hashed.letters(text), Spelled.letters(text))


def test_different_keys_have_different_hashes() -> None:
    keys = ["", "\x00", "\x00\x00", "a", "b", "ab", "ba", "aa", "aaa", "数", "数字", "字数"]
    assert len(set(Hashed.of(keys).hashes.tolist())) == len(keys)


@pytest.mark.parametrize("size", [0, 1, 2, 7, 100, 5000])
def test_the_index_finds_what_is_there_and_nothing_else(size: int) -> None:
    chance = np.random.default_rng(size)
    numbers = chance.integers(0, 1 << 64, 2 * size, dtype=np.uint64, endpoint=False)
    # Half of them differ in the last bits only: they share a bucket.
    numbers[: size // 2] = numbers[0] + np.arange(size // 2, dtype=np.uint64) if size > 1 else 7
    kept = np.unique(numbers[:size])
    ends = np.array([0, (1 << 64) - 1], dtype=np.uint64)
    asked = chance.permutation(np.concatenate([numbers, ends]))
    row = {value: place + 1 for place, value in enumerate(kept.tolist())}
    assert Index.over(kept).rows(asked).tolist() == [row.get(a, 0) for a in asked.tolist()]


def test_the_ends_of_the_range_can_be_found() -> None:
    ends = np.array([0, (1 << 64) - 1], dtype=np.uint64)
    assert Index.over(ends).rows(ends[::-1]).tolist() == [2, 1]

"""The tagger's best path and how sure it is, from small weights made by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from extract_samples import kind

from kg.errors import ModelError
from kg.extract.keys import Hashed
from kg.extract.proposals import Proposal
from kg.extract.tagger import BATCH, Tagger, load_tagger, save_tagger
from kg.extract.weights import SCALE
from kg.model import Span

LABELS = ("O", "B-Concept", "I-Concept", "B-Region", "I-Region")
KINDS = {"Concept": kind("Concept"), "Region": kind("Region")}
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "数": {"B-Concept": 4.0},
    "字": {"I-Concept": 4.0},
    "浙": {"B-Region": 4.0},
    "江": {"I-Region": 4.0},
    "在": {"O": 4.0},
}


def tagger(
    folder: Path,
    weights: Sequence[Mapping[str, Mapping[str, float]]] = (WEIGHTS,),
    transitions: Mapping[tuple[str, str], float] | None = None,
) -> Tagger:
    save_tagger(folder / "tagger.npz", LABELS, weights, transitions or {})
    return load_tagger(folder / "tagger.npz")


def proposed(model: Tagger, text: str, lines: Sequence[Span] = ()) -> list[Proposal]:
    columns = [Hashed.of(list(text))] * len(model.tables)
    return list(model.propose(columns, lines or [Span(0, len(text))], KINDS))


def names(model: Tagger, text: str, lines: Sequence[Span] = ()) -> list[tuple[str, str]]:
    return [
        (text[p.start : p.end], p.kind.rpartition("#")[2]) for p in proposed(model, text, lines)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江在数字", [("浙江", "Region"), ("数字", "Concept")]),
        ("浙江数字", [("浙江", "Region"), ("数字", "Concept")]),  # side by side
        ("数字数字", [("数字", "Concept"), ("数字", "Concept")]),
        ("数在", [("数", "Concept")]),  # a name of one character
        ("在在", []),
        ("未知", []),  # no weights: O, the first label
        ("数字字字", [("数字字字", "Concept")]),  # to the sentence's end
    ],
)
def test_names_are_where_the_weights_say(
    text: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert names(tagger(tmp_path), text) == expected


def test_a_name_does_not_begin_inside(tmp_path: Path) -> None:
    # 江 alone would be I-Region, which nothing may open.
    assert names(tagger(tmp_path), "江") == []
    assert names(tagger(tmp_path), "在江") == []


def test_a_name_does_not_go_on_as_another_class(tmp_path: Path) -> None:
    weights = ({"数": {"B-Concept": 5.0}, "江": {"I-Region": 4.0}},)
    assert names(tagger(tmp_path, weights), "数江") == [("数", "Concept")]


def test_a_forbidden_transition_stays_forbidden_whatever_its_weight(tmp_path: Path) -> None:
    lured = {("O", "I-Region"): 100.0, ("B-Concept", "I-Region"): 100.0}
    assert names(tagger(tmp_path, transitions=lured), "在江") == []


def test_transitions_decide_where_emissions_do_not(tmp_path: Path) -> None:
    weights = ({"数": {"B-Concept": 4.0}, "甲": {"O": 1.0}},)
    drawn = {("B-Concept", "I-Concept"): 2.0}
    assert names(tagger(tmp_path, weights), "数甲") == [("数", "Concept")]
    assert names(tagger(tmp_path, weights, drawn), "数甲") == [("数甲", "Concept")]


def test_the_columns_add_up(tmp_path: Path) -> None:
    half = {"数": {"B-Concept": 0.6}}
    against = {"数": {"O": 1.0}}
    assert names(tagger(tmp_path, (half, against)), "数") == []
    assert names(tagger(tmp_path, (half, against, half)), "数") == [("数", "Concept")]


def test_a_name_does_not_cross_from_one_sentence_to_the_next(tmp_path: Path) -> None:
    text = "数字字"
    assert names(tagger(tmp_path), text, [Span(0, 2), Span(2, 3)]) == [("数字", "Concept")]


def test_what_lies_between_the_sentences_is_not_read(tmp_path: Path) -> None:
    assert names(tagger(tmp_path), "数字在浙江", [Span(3, 5)]) == [("浙江", "Region")]


def test_without_sentences_nothing_is_proposed(tmp_path: Path) -> None:
    assert list(tagger(tmp_path).propose([Hashed.of(list("数字"))], [], KINDS)) == []


# ------------------------------------------------------------------ against all paths, one by one


def random_model(seed: int, folder: Path) -> Tagger:
    chance = np.random.default_rng(seed)

    def weight() -> float:
        return float(chance.integers(-2 * SCALE, 2 * SCALE)) / SCALE

    weights = {character: {label: weight() for label in LABELS} for character in "甲乙丙"}
    transitions = {pair: weight() for pair in itertools.product(LABELS, repeat=2)}
    return tagger(folder, (weights,), transitions)


def may_follow(source: str, target: str) -> bool:
    return not target.startswith("I-") or source[2:] == target[2:]


def all_paths(model: Tagger, text: str) -> dict[tuple[str, ...], float]:
    """Return the score of each path that is not forbidden, in nats."""
    emissions = model.tables[0].find(Hashed.of(list(text))).tolist()
    scores = {}
    for path in itertools.product(LABELS, repeat=len(text)):
        if not all(map(may_follow, ("O", *path), path)):
            continue
        places = [LABELS.index(label) for label in path]
        score = sum(row[place] for row, place in zip(emissions, places, strict=True))
        score += sum(int(model.transitions[a, b]) for a, b in itertools.pairwise(places))
        scores[path] = score / SCALE
    return scores


def spans(path: Sequence[str]) -> list[tuple[int, int, str]]:
    found, start = [], None
    for place, label in enumerate([*path, "O"]):
        if start is not None and not label.startswith("I-"):
            found.append((start, place, path[start][2:]))
            start = None
        if label.startswith("B-"):
            start = place
    return found


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("text", ["甲", "甲乙", "乙丙甲", "甲甲乙丙", "丙乙甲乙甲"])
def test_the_path_is_the_best_of_all(seed: int, text: str, tmp_path: Path) -> None:
    model = random_model(seed, tmp_path)
    scores = all_paths(model, text)
    best = max(scores.values())
    # Integer weights can tie: any of the best paths will do.
    allowed = [spans(path) for path, score in scores.items() if score == best]
    found = [(p.start, p.end, p.kind.rpartition("#")[2]) for p in proposed(model, text)]
    assert found in allowed


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("text", ["甲", "乙丙甲", "丙乙甲乙甲"])
def test_confidence_is_the_least_marginal_of_the_characters(
    seed: int, text: str, tmp_path: Path
) -> None:
    model = random_model(seed, tmp_path)
    scores = all_paths(model, text)
    total = sum(map(math.exp, scores.values()))
    path = max(scores, key=scores.__getitem__)
    marginal = [
        sum(math.exp(score) for other, score in scores.items() if other[place] == path[place])
        / total
        for place in range(len(text))
    ]
    for proposal in proposed(model, text):
        expected = min(marginal[proposal.start : proposal.end])
        assert proposal.confidence == pytest.approx(expected, abs=1e-4)


# ------------------------------------------------------------------ many sentences at once


def test_a_sentence_reads_the_same_alone_and_among_others(tmp_path: Path) -> None:
    model = random_model(1, tmp_path)
    chance = np.random.default_rng(0)
    sizes = [int(size) for size in chance.integers(1, 30, BATCH + 40)]
    text = "".join(chance.choice(list("甲乙丙"), sum(sizes)))
    ends = list(itertools.accumulate(sizes))
    lines = [Span(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    alone = [p for line in lines for p in proposed(model, text, [line])]
    assert proposed(model, text, lines) == alone
    assert proposed(model, text, lines[::-1]) == alone


def test_a_long_sentence_keeps_its_marginals_within_one(tmp_path: Path) -> None:
    model = random_model(2, tmp_path)
    found = proposed(model, "甲乙丙乙" * 500)
    assert found
    assert all(0 < p.confidence <= 1 for p in found)


# ------------------------------------------------------------------ on disk


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    model = tagger(tmp_path, (WEIGHTS, {"x": {"O": -0.5}}), {("O", "B-Region"): 1.5})
    first, second = model.tables
    assert model.labels == LABELS
    assert first.find(Hashed.of(["数", "x"])).tolist() == [[0, 4 * SCALE, 0, 0, 0], [0] * 5]
    assert second.find(Hashed.of(["数", "x"])).tolist() == [[0] * 5, [-SCALE // 2, 0, 0, 0, 0]]
    assert model.transitions[0, 3] == 1.5 * SCALE


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    turned = {key: dict(reversed(found.items())) for key, found in reversed(WEIGHTS.items())}
    save_tagger(tmp_path / "one.npz", LABELS, [WEIGHTS], {})
    save_tagger(tmp_path / "two.npz", LABELS, [turned], {})
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.npz: no model here; train one with `kg train"):
        load_tagger(tmp_path / "none.npz")


def test_a_file_that_holds_something_else_is_no_tagger(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", other=np.zeros(1))
    with pytest.raises(ModelError, match=r"x\.npz: is no tagger, .*; train it again"):
        load_tagger(tmp_path / "x.npz")

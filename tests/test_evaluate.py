"""Scores say what they claim: each measure on a case worked out by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.errors import GoldError
from kg.evaluate import evaluate, learnt_from, summarize
from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.folds import cross_validate, split
from kg.gold import Name, Passage, Tie, read_gold
from kg.judging import Called, Judged, Related, Said, alike, gold_of, mistakes, prediction_of, tally
from kg.model import IRI, Assertion, Evidence, Extraction, Mention, Span, Status
from kg.ontology import Ontology
from kg.scores import Counts, score
from kg.text.read import read_passage
from kg.vocabulary import KG, NAMESPACE

ROOT = Path(__file__).parent.parent
TEXT = "浙江省推出最多跑一次改革，浙江省应对信息孤岛。"
ZJ, RUN, ISLAND = (
    Called("浙江省", "Region"),
    Called("最多跑一次", "Initiative"),
    Called("信息孤岛", "Concept"),
)


def passage(*names: Called, ties: Iterable[tuple[int, str, int]] = (), text: str = TEXT) -> Passage:
    found = [
        Name(text.index(name.quote), text.index(name.quote) + len(name.quote), name.label)
        for name in names
    ]
    return Passage("p", "case:1", text, tuple(found), tuple(Tie(*tie) for tie in ties))


def said(*names: Called, relations: Mapping[Related, float] | None = None) -> Said:
    made = gold_of(passage(*names))
    return Said(made.places, made.names, relations or {})


def judged(gold: Passage, predicted: Said) -> Judged:
    return Judged(gold, gold_of(gold), predicted)


# ------------------------------------------------------------------ counts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Called("数字政府", "Concept"), Called("数字政府建设", "Concept"), True),
        (Called("数字", "Concept"), Called("数字政府", "Concept"), True),  # exactly half
        (Called("数字", "Concept"), Called("数字政府建", "Concept"), False),  # less than half
        (Called("数字政府", "Concept"), Called("数字政府", "Policy"), False),  # another class
        (Called("数字政府", "Concept"), Called("政府数字", "Concept"), False),  # neither holds
    ],
)
def test_names_are_alike_where_one_holds_the_other_and_half_of_it(
    one: Called, other: Called, same: bool
) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same


def test_a_name_counts_once_and_each_of_its_places_as_a_mention() -> None:
    counts = tally(judged(passage(ZJ, RUN), said(ZJ)))
    assert counts["names/strict"] == Counts(1, 1, 2, 1)
    assert counts["mentions"] == Counts(2, 2, 3, 2)


def test_strict_relaxed_and_any_type_differ() -> None:
    reform, policy = Called("最多跑一次改革", "Initiative"), Called("信息孤岛", "Policy")
    counts = tally(judged(passage(ZJ, RUN, ISLAND), said(ZJ, reform, policy)))
    assert counts["names/strict"] == Counts(3, 1, 3, 1)
    assert counts["names/relaxed"] == Counts(3, 2, 3, 2)
    assert counts["names/any_type"] == Counts(3, 2, 3, 2)
    assert counts["type/Initiative/strict"] == Counts(1, 0, 1, 0)
    assert counts["type/Initiative/relaxed"] == Counts(1, 1, 1, 1)
    assert counts["type/Policy/strict"] == Counts(1, 0, 0, 0)


def test_relations_match_with_alike_ends_and_pairs_whatever_the_relation() -> None:
    reform = Called("最多跑一次改革", "Initiative")
    gold = passage(ZJ, RUN, ISLAND, ties=[(0, "proposes", 1), (0, "addresses", 2)])
    ours = {Related(ZJ, "proposes", reform): 0.9, Related(ZJ, "promotes", ISLAND): 0.5}
    counts = tally(judged(gold, said(ZJ, reform, ISLAND, relations=ours)))
    assert counts["relations/relaxed"] == Counts(2, 1, 2, 1)
    assert counts["relations/pairs"] == Counts(2, 2, 2, 2)
    assert counts["relation/proposes/relaxed"] == Counts(1, 1, 1, 1)
    assert counts["relation/promotes/relaxed"] == Counts(1, 0, 0, 0)


def test_a_turned_relation_is_wrong() -> None:
    gold = passage(ZJ, RUN, ties=[(0, "proposes", 1)])
    ours = {Related(RUN, "proposes", ZJ): 0.9}
    counts = tally(judged(gold, said(ZJ, RUN, relations=ours)))
    assert counts["relations/relaxed"].correct == counts["relations/pairs"].correct == 0


def extraction(*assertions: tuple[Status, float]) -> Extraction:
    document = read_passage(TEXT, "p")
    spans = [(Span(0, 3), KG.Region), (Span(5, 10), IRI(NAMESPACE + "Strategy"))]
    mentions = tuple(Mention(span, span.of(TEXT), kind) for span, kind in spans)
    evidence = Evidence(Span(0, 13), Span(0, 10), TEXT[:10], Span(0, 3), Span(5, 10))
    return Extraction(
        document,
        mentions,
        (IRI("id:a"), IRI("id:b")),
        (),
        tuple(
            Assertion(
                IRI("id:a"), IRI(NAMESPACE + "proposes"), IRI("id:b"), evidence, sure, "x", status
            )
            for status, sure in assertions
        ),
    )


def test_subclasses_count_as_the_class_that_is_evaluated(ontology: Ontology) -> None:
    ours = prediction_of(extraction(), ontology)
    assert ours.names == {ZJ, Called("最多跑一次", "Policy")}


def test_what_is_denied_or_asked_is_no_prediction(ontology: Ontology) -> None:
    denied = extraction((Status.NEGATED, 0.9), (Status.QUESTIONED, 0.9))
    assert not prediction_of(denied, ontology).relations
    said_twice = extraction((Status.REPORTED, 0.4), (Status.PLANNED, 0.7))
    assert list(prediction_of(said_twice, ontology).relations.values()) == [0.7]


# ------------------------------------------------------------------ scores


def test_precision_recall_and_f1_come_from_the_pooled_counts() -> None:
    result = score([{"m": Counts(4, 2, 2, 1)}, {"m": Counts(0, 0, 2, 0)}])["m"]
    assert (result.precision, result.recall) == (0.5, 0.25)
    assert result.f1 == pytest.approx(1 / 3)


def test_intervals_hold_the_score_and_narrow_with_more_passages() -> None:
    few = [{"m": Counts(4, good, 4, good)} for good in (1, 2, 3, 4)]
    one, many = score(few)["m"], score(few * 25)["m"]
    for result in (one, many):
        assert result.f1_range[0] <= result.f1 <= result.f1_range[1]
    width = [end - start for start, end in (one.f1_range, many.f1_range)]
    assert width[1] < width[0] / 3
    assert score(few)["m"] == one


def test_nothing_at_all_scores_zero() -> None:
    assert summarize([]).scores == {}
    empty = score([{"m": Counts()}])["m"]
    assert (empty.precision, empty.recall, empty.f1) == (0.0, 0.0, 0.0)


def test_the_json_has_the_shape_of_the_guidelines() -> None:
    gold = passage(ZJ, RUN, ties=[(0, "proposes", 1)])
    ours = said(ZJ, RUN, relations={Related(ZJ, "proposes", RUN): 0.85})
    shape = summarize([judged(gold, ours)]).as_json()
    assert json.loads(json.dumps(shape)) == shape
    assert set(shape) >= {"names", "mentions", "relations", "by_type", "by_relation", "by_source"}
    names = shape["names"]
    assert isinstance(names, dict)
    assert set(names) == {"strict", "relaxed", "any_type"}
    assert set(names["strict"]) >= {"precision", "recall", "f1", "interval"}
    relations = shape["relations"]
    assert isinstance(relations, dict)
    assert set(relations) == {"relaxed", "pairs"}
    assert list(shape["by_source"]) == ["case"]  # type: ignore[call-overload]


def test_the_reliability_table_sets_confidence_beside_precision() -> None:
    gold = passage(ZJ, RUN, ISLAND, ties=[(0, "proposes", 1)])
    ours = {Related(ZJ, "proposes", RUN): 0.95, Related(ZJ, "addresses", ISLAND): 0.45}
    low, high = summarize([judged(gold, said(ZJ, RUN, ISLAND, relations=ours))]).reliability
    assert (low.start, low.confidence, low.counts.precision, low.from_here.precision) == (
        0.4,
        0.45,
        0.0,
        0.5,
    )
    assert (high.start, high.end, high.counts.precision) == (0.9, 1.0, 1.0)


# ------------------------------------------------------------------ mistakes


def test_mistakes_are_told_by_sentence_and_kind() -> None:
    gold = passage(ZJ, RUN, ISLAND, ties=[(0, "proposes", 1), (0, "addresses", 2)])
    reform, policy = Called("最多跑一次改革", "Initiative"), Called("信息孤岛", "Policy")
    ours = {Related(ZJ, "promotes", reform): 0.5}
    told = list(
        mistakes(judged(gold, said(ZJ, reform, policy, Called("应对", "Concept"), relations=ours)))
    )
    assert told == [
        "p  case:1",
        f"  {TEXT}",
        "    misbounded  最多跑一次改革 (Initiative), gold says 最多跑一次 (Initiative)",
        "    misrelated  浙江省 promotes 最多跑一次改革 (0.50), gold says proposes",
        "    invented    应对 (Concept)",
        "    missed      浙江省 addresses 信息孤岛 (without 信息孤岛)",
        "    mistyped    信息孤岛 (Policy), gold says Concept",
        "",
    ]


def test_a_passage_without_mistakes_is_passed_over() -> None:
    assert not list(mistakes(judged(passage(ZJ, RUN), said(ZJ, RUN))))


# ------------------------------------------------------------------ evaluation


@pytest.fixture(scope="module")
def bare(ontology: Ontology) -> Reader:
    return Reader(equip(ontology, None))


def test_a_class_that_is_not_declared_is_named(bare: Reader) -> None:
    with pytest.raises(GoldError, match="passage p: Place is no class or relation"):
        evaluate([passage(Called("浙江省", "Place"))], bare)


def test_cards_tell_what_the_models_learnt_from(tmp_path: Path) -> None:
    assert learnt_from(tmp_path) is None
    for model, sha256 in (("tagger", "aa"), ("linker", "bb")):
        card = json.dumps({"trained_on": {"gold.jsonl": sha256}})
        (tmp_path / f"{model}.json").write_text(card, encoding="utf-8")
    assert learnt_from(tmp_path) == {"aa", "bb"}


# ------------------------------------------------------------------ folds


def test_folds_part_the_sources_and_spread_each_kind() -> None:
    gold = [Passage("", f"{kind}:{n}", "") for kind in ("gov", "report") for n in range(10)] * 2
    folds = split(gold, 5)
    assert sorted(source for fold in folds for source in fold) == sorted({p.source for p in gold})
    for fold in folds:
        kinds = [source.split(":")[0] for source in fold]
        assert kinds.count("gov") == kinds.count("report") == 2
    assert split(reversed(gold), 5) == folds


def test_more_folds_than_sources_are_refused() -> None:
    with pytest.raises(GoldError, match="1 sources cannot be split into 2 folds"):
        split([Passage("", "a", "")], 2)


def test_cross_validation_scores_each_passage_once_with_models_of_other_sources(
    tmp_path: Path, ontology: Ontology
) -> None:
    passages = read_gold(ROOT / "data" / "gold" / "passages.jsonl")[:8]
    gold = [Passage(p.id, f"case:{n % 2}", p.text, p.names, p.ties) for n, p in enumerate(passages)]
    told: list[str] = []
    first = cross_validate(gold[:6], gold[6:], ontology, folds=2, models=tmp_path, tell=told.append)
    assert sorted(one.passage.id for one in first.judged) == sorted(p.id for p in gold[:6])
    # Three of the other source, and one extra: the other extra is of the source held back.
    assert told[0] == "fold 1 of 2: learning from 4 passages"
    assert len(list(tmp_path.iterdir())) == 2
    assert first.seen == 0
    written = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.npz")}
    second = cross_validate(
        gold[:6], gold[6:], ontology, folds=2, models=tmp_path, tell=told.append
    )
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.npz")} == written
    assert second.as_json() == first.as_json()


# ------------------------------------------------------------------ the command


def kg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    lines = (ROOT / "data" / "gold" / "passages.jsonl").read_text(encoding="utf-8").split("\n")
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(lines[:4]), encoding="utf-8")
    return file


def test_evaluate_prints_tables_and_writes_what_is_wrong(gold_file: Path) -> None:
    errors = gold_file.with_name("errors.txt")
    tables = [f"--by={part}" for part in ("type", "relation", "source", "confidence")]
    result = kg("evaluate", gold_file, "--errors", errors, *tables)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("4 passages\n")
    for words in ("names strict", "relations pairs", "Concept", "hasValue", "written", "from here"):
        assert words in result.stdout
    assert "missed" in errors.read_text(encoding="utf-8")


def test_evaluate_tells_what_the_models_learnt_from(gold_file: Path) -> None:
    models = gold_file.with_name("models")
    models.mkdir()
    assert "scores flatter" in kg("evaluate", gold_file, "--models", models).stdout
    for sha256, told in (
        (hashlib.sha256(gold_file.read_bytes()).hexdigest(), "learnt from 4 of them"),
        ("", "learnt from none of these files"),
    ):
        for model in ("tagger", "linker"):
            card = json.dumps({"trained_on": {"gold.jsonl": sha256}})
            (models / f"{model}.json").write_text(card, encoding="utf-8")
        assert told in kg("evaluate", gold_file, "--models", models).stdout


def test_evaluate_prints_json(gold_file: Path) -> None:
    result = kg("evaluate", gold_file, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["names"]["strict"]["gold"] > 0


def test_evaluate_without_gold_says_what_is_missing(tmp_path: Path) -> None:
    assert "Missing argument 'GOLD...'" in kg("evaluate").output
    assert "--extra is for" in kg("evaluate", "a.jsonl", "--extra", "b.jsonl").output
    result = kg("evaluate", tmp_path / "none.jsonl")
    assert result.exit_code == 1
    assert "none.jsonl: cannot be read" in result.output

"""The scripts of bench/ run, and score what they say, on inputs of a few sentences."""

from __future__ import annotations

import argparse
import doctest
import importlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # bench/ is no installed package
    sys.path.insert(0, str(ROOT))

from bench import ablation, baselines, extract, held_out, jieba_only, variants  # noqa: E402
from kg.errors import GoldError  # noqa: E402
from kg.extract.equipment import Equipment, equip  # noqa: E402
from kg.extract.keys import Hashed  # noqa: E402
from kg.extract.pipeline import Reader  # noqa: E402
from kg.extract.tagger import load_tagger  # noqa: E402
from kg.folds import cross_validate  # noqa: E402
from kg.gold import read_gold  # noqa: E402
from kg.ontology import Ontology, load_ontology  # noqa: E402
from kg.text.read import read_passage  # noqa: E402
from kg.train import Lesson, train  # noqa: E402

TEXT = "上海市推出一网通办，2025年数字经济增加值达到3万亿元。"
OFFSETS = [
    (0, 3, "Region"),
    (5, 9, "Initiative"),
    (10, 15, "Time"),
    (15, 22, "Indicator"),
    (24, 28, "Quantity"),
]


def line(number: int) -> str:
    entities = [
        {"id": place, "label": label, "start_offset": start, "end_offset": end}
        for place, (start, end, label) in enumerate(OFFSETS)
    ]
    relations = [
        {"id": 0, "type": "implements", "from_id": 0, "to_id": 1},
        {"id": 1, "type": "hasValue", "from_id": 3, "to_id": 4},
    ]
    source = f"report:{number}"
    return json.dumps(
        {
            "id": str(number),
            "source": source,
            "text": TEXT * 2,
            "entities": entities,
            "relations": relations,
        },
        ensure_ascii=False,
    )


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "gold.jsonl"
    path.write_text("\n".join(map(line, range(8))) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="module")
def equipment(ontology: Ontology) -> Equipment:
    return equip(ontology)


@pytest.fixture(scope="module")
def models(gold: Path, ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models of two folds, kept as `kg evaluate --cross-validate 2` keeps them."""
    folder = tmp_path_factory.mktemp("folds")
    cross_validate(read_gold(gold), (), ontology, folds=2, models=folder)
    return folder


def asked(gold: Path, *options: str) -> held_out.Question:
    return held_out.question(held_out.parser(held_out.__doc__).parse_args([str(gold), *options]))


def rows(lines: list[str]) -> dict[str, list[str]]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line]
    assert len({len(row) for row in cells}) == 1, "a table whose rows differ in length"
    return {row[0]: row[1:] for row in cells[2:]}


@pytest.mark.parametrize("script", ["ablation", "extract", "held_out", "jieba_only"])
def test_the_examples_hold(script: str) -> None:
    assert doctest.testmod(importlib.import_module(f"bench.{script}")).failed == 0


# ------------------------------------------------------------------ held-out passages


def test_the_folds_are_those_of_cross_validation(gold: Path, models: Path) -> None:
    question = asked(gold, "--cross-validate", "2", "--models", str(models))
    for fold in held_out.folds(question):
        assert held_out.models_of(fold, question) == models / fold.name
        assert not {p.source for p in fold.tested} & {p.source for p in fold.known}


def test_missing_models_say_how_to_get_them(gold: Path, tmp_path: Path) -> None:
    question = asked(gold, "--cross-validate", "2", "--models", str(tmp_path))
    with pytest.raises(GoldError, match="kg evaluate GOLD --cross-validate N"):
        held_out.trained(question)


def test_stale_models_do_only_where_asked_for(gold: Path, models: Path, tmp_path: Path) -> None:
    for folder in models.iterdir():
        stale = tmp_path / (folder.name.rpartition("-")[0] + "-000000000000")
        stale.symlink_to(folder)
    options = ("--cross-validate", "2", "--models", str(tmp_path))
    with pytest.raises(GoldError, match="--stale"):
        held_out.trained(asked(gold, *options))
    assert len(held_out.trained(asked(gold, *options, "--stale"))) == 2


def test_the_full_system_scores_as_kg_evaluate_does(
    gold: Path, models: Path, ontology: Ontology
) -> None:
    question = asked(gold, "--cross-validate", "2", "--models", str(models))
    ours = held_out.evaluate(variants.Variant(), held_out.trained(question))
    theirs = cross_validate(question.passages, (), ontology, folds=2, models=models)
    assert ours.scores == theirs.scores


# ------------------------------------------------------------------ systems


def test_every_baseline_has_its_row(gold: Path) -> None:
    found = rows(list(baselines.table(asked(gold))))
    assert list(found) == list(baselines.SYSTEMS)


def test_jieba_finds_names_by_their_tags(equipment: Equipment) -> None:
    found = jieba_only.jieba_names(equipment)(read_passage(TEXT, "x"))
    named = {(m.quote, equipment.names[m.kind]) for m in found.mentions}
    assert ("上海市", "Region") in named
    assert {label for _, label in named} <= {*jieba_only.NAME_TAGS.values(), "Quantity"}


def test_jieba_relates_the_nouns_around_a_verb(equipment: Equipment) -> None:
    found = jieba_only.jieba_triples(equipment)(read_passage("上海市推动经济发展", "x"))
    [said] = found.assertions
    assert said.evidence.quote == "上海市推动经济"
    assert {said.subject, said.object} == set(found.references)


def test_a_variant_lacks_its_part_only_while_it_reads(equipment: Equipment) -> None:
    document = read_passage(TEXT, "x")
    before = Reader(equipment).extract(document)
    bare = variants.Variant(variants.PROPOSALS, tagger=False)
    assert bare(equipment)(document).mentions == ()
    assert Reader(equipment).extract(document) == before


def test_substitutes_stand_in_for_functions_that_there_are() -> None:
    for system in (*ablation.SYSTEMS.values(), *baselines.SYSTEMS.values()):
        if isinstance(system, variants.Variant):
            with system.in_place():
                pass


# ------------------------------------------------------------------ ablation


def test_every_part_has_its_row_in_the_ablation(gold: Path, models: Path) -> None:
    question = asked(gold, "--cross-validate", "2", "--models", str(models))
    found = rows(list(ablation.tables(question)))
    assert list(found) == ["the full system", *ablation.SYSTEMS]


def test_rows_that_need_training_are_trained_once(gold: Path, models: Path) -> None:
    question = asked(gold, "--cross-validate", "2", "--models", str(models))
    only = ["without lexicon features"]
    first = list(ablation.tables(question, only, retrain=True))
    kept = {p: p.stat().st_mtime_ns for p in (models / "ablation").rglob("tagger.npz")}
    assert len(kept) == 2
    assert list(ablation.tables(question, only, retrain=True)) == first
    assert {p: p.stat().st_mtime_ns for p in kept} == kept


def test_what_is_learnt_without_the_lexicon_knows_no_mark_of_it(gold: Path, tmp_path: Path) -> None:
    ontology, lesson = load_ontology(), Lesson(read_gold(gold), {})
    train(lesson, ontology, tmp_path / "with")
    with ablation.COURSES["without lexicon features"].variant.in_place():
        train(lesson, ontology, tmp_path / "without")

    def knows(folder: str) -> bool:
        tables = load_tagger(tmp_path / folder / "tagger.npz").tables
        return any(table.index.rows(Hashed.of(["BRegion"]).hashes).any() for table in tables)

    assert knows("with")
    assert not knows("without")


def test_the_learning_curve_learns_more_and_more(gold: Path, models: Path) -> None:
    question = asked(gold, "--cross-validate", "2", "--models", str(models))
    lines = list(ablation.tables(question, ["no such row"], curve=True))
    found = rows(lines[lines.index("") + 1 :])
    assert [cells[-1] for cells in found.values()] == ["1", "2", "3", "4"]


def test_training_needs_folds(gold: Path) -> None:
    with pytest.raises(SystemExit, match="give --cross-validate N"):
        ablation.main([str(gold), "--retrain"])


# ------------------------------------------------------------------ speed


def test_speed_is_a_ratio_to_a_named_peer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    extract.main([str(tmp_path), "--characters", "10", "--pairs", "1"])
    printed = capsys.readouterr().out
    for peer in extract.PEERS:
        assert peer in printed
    assert "times as fast" in printed
    assert "MB of memory at most" in printed


def test_every_stage_takes_its_time(equipment: Equipment) -> None:
    spent = extract.stage_seconds(Reader(equipment), [read_passage(TEXT * 20, "x")])
    assert list(spent) == [*extract.STAGES, extract.REST]
    assert all(seconds > 0 for seconds in spent.values())


def test_without_the_folder_the_article_is_read(tmp_path: Path) -> None:
    one, *_ = extract.documents(tmp_path / "none", 10)
    assert one.name.endswith("article.txt")


def test_options_have_their_help(capsys: pytest.CaptureFixture[str]) -> None:
    for script in (ablation, baselines, extract):
        with pytest.raises(SystemExit) as left:
            script.main(["--help"])
        assert left.value.code == 0
    assert "--cross-validate" in capsys.readouterr().out
    assert isinstance(held_out.parser("A line."), argparse.ArgumentParser)

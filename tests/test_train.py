"""Training: the same passages give the same models, and the models say what they learnt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import ModelError
from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.extract.tagger import load_tagger
from kg.ontology import load_ontology
from kg.text.read import read_passage
from kg.train import read_lesson, train

GOLD = Path(__file__).parent.parent / "data" / "gold" / "passages.jsonl"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gold file of the first twelve passages."""
    path = tmp_path_factory.mktemp("gold") / "few.jsonl"
    lines = GOLD.read_text(encoding="utf-8").splitlines()[:12]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def models(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    train(read_lesson([few], None), load_ontology(), out)
    return out


def test_the_same_passages_give_the_same_models(few: Path, models: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["train", str(few), "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    for name in ("tagger.npz", "linker.npz"):
        assert (tmp_path / name).read_bytes() == (models / name).read_bytes()


def test_a_card_says_what_the_model_learnt(few: Path, models: Path) -> None:
    card = json.loads((models / "tagger.json").read_text(encoding="utf-8"))
    assert card["passages"] == 12
    assert list(card["trained_on"]) == [few.name]
    assert card["bytes"] == (models / "tagger.npz").stat().st_size


def test_what_was_learnt_is_found_again(few: Path, models: Path) -> None:
    reader = Reader(equip(load_ontology(), models))
    [passage, *_] = read_lesson([few], None).passages
    found = {mention.quote for mention in reader.extract(read_passage(passage.text, "x")).mentions}
    known = {passage.quote(name) for name in passage.names}
    assert len(found & known) > len(known) / 2


def test_a_missing_model_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"train one with `kg train GOLD\.jsonl`"):
        load_tagger(tmp_path / "tagger.npz")


def test_a_damaged_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "tagger.npz").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ModelError, match=r"damaged model"):
        load_tagger(tmp_path / "tagger.npz")

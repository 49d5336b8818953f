"""Gold is read with every offset where the annotator put it, or the wrong line is named."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest

from kg.errors import GoldError
from kg.gold import Name, Passage, Tie, bare_text, read_gold
from kg.ontology import Ontology

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "data" / "gold"
SHARED = Path(os.environ.get("ZHENGTU_SHARED") or ROOT.parent / "shared")
LINE = {
    "id": "p1",
    "source": "gov:a",
    "text": "国务院印发意见",
    "entities": [
        {"id": 7, "label": "Policy", "start_offset": 5, "end_offset": 7},
        {"id": 3, "label": "Organization", "start_offset": 0, "end_offset": 3},
    ],
    "relations": [{"id": 0, "type": "proposes", "from_id": 3, "to_id": 7}],
}


def write(folder: Path, *lines: object) -> Path:
    file = folder / "gold.jsonl"
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    file.write_text(text, encoding="utf-8")
    return file


def test_names_come_in_text_order_and_relations_keep_their_ends(tmp_path: Path) -> None:
    [passage] = read_gold(write(tmp_path, LINE))
    assert passage == Passage(
        "p1",
        "gov:a",
        "国务院印发意见",
        (Name(0, 3, "Organization"), Name(5, 7, "Policy")),
        (Tie(0, "proposes", 1),),
    )
    assert [passage.quote(name) for name in passage.names] == ["国务院", "意见"]


def test_a_line_separator_in_a_text_ends_no_line(tmp_path: Path) -> None:
    [passage] = read_gold(write(tmp_path, {**LINE, "text": "国务院印发意见\u2028"}))
    assert passage.text.endswith("\u2028")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"id": 1}, "gold.jsonl:1: is no doccano passage (KeyError: 'file')"),
        (
            {**LINE, "text": "国务"},
            "gold.jsonl:1: is no doccano passage (ValueError: name 0:3 lies",
        ),
        ({**LINE, "entities": [{}]}, "(KeyError: 'start_offset'); export it from doccano"),
        ({**LINE, "entities": []}, "gold.jsonl:1: is no doccano passage (KeyError: 3)"),
        ({"file": "a.txt", "start": 0, "end": 1}, "say where with --corpus DIR"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: object, problem: str) -> None:
    with pytest.raises(GoldError) as caught:
        read_gold(write(tmp_path, line))
    assert problem in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"none\.jsonl: cannot be read"):
        read_gold(tmp_path / "none.jsonl")
    pointing = write(tmp_path, {"file": "a.txt", "start": 0, "end": 1})
    with pytest.raises(GoldError, match=r"a\.txt: cannot be read .*--corpus DIR"):
        read_gold(pointing, tmp_path)


def test_stand_off_offsets_count_neither_markup_nor_white_space(tmp_path: Path) -> None:
    page = "<p>国 务&nbsp;院</p><script>var 印 = 1</script>\n<!-- 发 --><b>意见</b>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert bare_text(tmp_path / "a.html") == "国务院意见"
    line = {"id": "c", "source": "gov:a", "file": "a.html", "start": 0, "end": 3}
    [passage] = read_gold(write(tmp_path, line), tmp_path)
    assert passage.text == "国务院"


# ------------------------------------------------------------------ what is shipped


@pytest.mark.parametrize(("file", "fewest"), [("article", 20), ("passages", 40), ("written", 300)])
def test_shipped_gold_holds_what_it_should(file: str, fewest: int, ontology: Ontology) -> None:
    labels = {kind.evaluated for kind in ontology.kinds.values()}
    allows = {relation.name: relation.allows for relation in ontology.relations}
    kinds = {kind.name: iri for iri, kind in ontology.kinds.items()}
    passages = read_gold(GOLD / f"{file}.jsonl")
    assert len(passages) >= fewest
    assert len({passage.id for passage in passages}) == len(passages)
    for passage in passages:
        assert {name.label for name in passage.names} <= labels
        spans = sorted((name.start, name.end) for name in passage.names)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        for tie in passage.ties:
            ends = [kinds[passage.names[end].label] for end in (tie.subject, tie.object)]
            assert allows[tie.relation](*ends), (passage.id, tie)


def test_no_text_of_the_corpus_is_copied() -> None:
    lines = (GOLD / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 800
    assert not [line for line in lines if "text" in json.loads(line)]


def test_what_is_trained_on_is_not_what_is_tested_on() -> None:
    tested = {passage.text for passage in read_gold(GOLD / "passages.jsonl")}
    assert tested.isdisjoint(passage.text for passage in read_gold(GOLD / "written.jsonl"))


@pytest.mark.skipif(
    not SHARED.is_dir() and not os.environ.get("CI"), reason="no shared folder beside the checkout"
)
def test_stand_off_gold_reads_from_the_corpus() -> None:
    passages = read_gold(GOLD / "corpus.jsonl", SHARED / "corpus")
    assert all(passage.text and "\n" not in passage.text for passage in passages)
    assert {passage.text for passage in read_gold(SHARED / "gold" / "passages.jsonl")}.isdisjoint(
        passage.text for passage in passages
    )

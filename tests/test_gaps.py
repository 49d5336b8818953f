"""What was not understood is told with Turtle that teaches it."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result

from kg.builder import BuildReport
from kg.cli import main
from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.gap_report import gap_lines
from kg.gaps import find_gaps
from kg.model import Extraction
from kg.ontology import Ontology, load_ontology
from kg.template import copy_ontology
from kg.text.read import read_passage

TEXT = (
    "浙江省牵头数字政府。江苏省牵头电子政务。"  # a verb that states nothing
    "浙江省、江苏省与数字政府。"  # names, and no verb
    "阳台花草有待提高。阳台花草十分重要。"  # a phrase that nobody knows
    "浙江省提出数字政府。"  # understood
)


def extract(text: str, ontology: Ontology) -> Extraction:
    return Reader(equip(ontology, None)).extract(read_passage(text, "a.txt"))


@pytest.fixture(scope="module")
def found(ontology: Ontology) -> Extraction:
    return extract(TEXT, ontology)


def test_sentences_with_names_and_no_assertion_are_told(
    found: Extraction, ontology: Ontology
) -> None:
    silent = find_gaps([found], ontology).sentences
    assert [(s.place.sentence, s.names) for s in silent] == [
        ("浙江省牵头数字政府。", ("浙江省", "数字政府")),
        ("江苏省牵头电子政务。", ("江苏省", "电子政务")),
        ("浙江省、江苏省与数字政府。", ("浙江省", "江苏省", "数字政府")),
    ]
    assert [s.trigger for s in silent] == ["牵头", "牵头", None]


def test_phrases_that_recur_and_nobody_knows_are_told(
    found: Extraction, ontology: Ontology
) -> None:
    phrases = {phrase.words: phrase for phrase in find_gaps([found], ontology).phrases}
    assert phrases["阳台花草"].count == 2
    assert ontology.kind(phrases["阳台花草"].kind).evaluated == "Concept"
    assert "数字政府" not in phrases


def test_verbs_that_state_no_relation_are_told_with_one_that_fits(
    found: Extraction, ontology: Ontology
) -> None:
    [verb] = find_gaps([found], ontology).verbs
    assert (verb.word, verb.count) == ("牵头", 2)
    ends = [{m.quote: m.kind for m in found.mentions}[name] for name in ("浙江省", "数字政府")]
    assert verb.relation.allows(*ends)


def test_what_is_printed_is_turtle_that_teaches(
    found: Extraction, ontology: Ontology, tmp_path: Path
) -> None:
    lines = list(gap_lines(find_gaps([found], ontology), ontology))
    turtle = "\n".join(lines)
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) >= 3
    copy_ontology(tmp_path / "mine")
    (tmp_path / "mine" / "taught.ttl").write_text(turtle, encoding="utf-8")
    taught = extract(TEXT, load_ontology(tmp_path / "mine"))
    said = [assertion.evidence.quote for assertion in taught.assertions]
    assert "浙江省牵头数字政府" in said
    assert not find_gaps([taught], load_ontology(tmp_path / "mine")).phrases
    assert "阳台花草" in [mention.quote for mention in taught.mentions]
    assert not find_gaps([taught], load_ontology(tmp_path / "mine")).verbs


def test_no_more_is_told_than_asked_for(found: Extraction, ontology: Ontology) -> None:
    lines = list(gap_lines(find_gaps([found], ontology), ontology, top=1))
    assert sum(line.startswith("kg:") for line in lines) == 2
    assert any(line.endswith("no assertion: 3, the first 1") for line in lines)


def test_nothing_read_leaves_nothing_to_tell(ontology: Ontology) -> None:
    gaps = find_gaps([], ontology)
    assert (gaps.sentences, gaps.phrases, gaps.verbs) == ((), (), ())
    assert find_gaps([extract("", ontology)], ontology) == gaps


# ------------------------------------------------------------------ the command


def kg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_gaps_reads_the_files_of_the_graph(
    article: BuildReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    result = kg("gaps", "--out", article.folder, "--top", "3")
    assert result.exit_code == 0, result.output
    assert "# data/article.txt:" in result.stdout
    rdflib.Graph().parse(data=result.stdout, format="turtle")


def test_gaps_reads_paths_and_names_those_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    result = kg("gaps", tmp_path / "a.txt", tmp_path / "none.txt")
    assert result.exit_code == 1
    assert result.stdout.startswith("@prefix kg:")
    assert "none.txt: there is no such file" in result.stderr


def test_gaps_without_a_graph_says_what_to_do(tmp_path: Path) -> None:
    result = kg("gaps", "--out", tmp_path / "none")
    assert result.exit_code == 1
    assert "no graph here; run `kg build` first" in result.output

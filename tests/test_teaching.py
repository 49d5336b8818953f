"""A user teaches by writing into a copy of `ontology/`, and into nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import kg
from kg.cli import main

HEAD = """
@prefix kg: <https://w3id.org/zhengtu/ontology#> .
@prefix id: <https://w3id.org/zhengtu/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def typed(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the ontology in an empty folder, the one the commands run in."""
    monkeypatch.chdir(tmp_path)
    typed("new-ontology", "own")
    return tmp_path / "own"


def teach(file: Path, lines: str) -> None:
    with file.open("a", encoding="utf-8") as ontology:
        ontology.write(lines)


def answers(text: str, sparql: str, *, ontology: str = "own") -> set[tuple[object, ...]]:
    """Build the graph of a text with an ontology, and ask it."""
    Path("text.txt").write_text(text, encoding="utf-8")
    typed("build", "text.txt", "--ontology", ontology)
    with kg.open("out") as graph:
        return set(graph.rows(sparql))


def test_a_word(own: Path) -> None:
    text = "浙江省推出“星河通办”等举措。"
    sparql = """SELECT ?name ?start {
        ?span kg:refersTo id:xinghe ; oa:start ?start . id:xinghe rdfs:label ?name
        FILTER (LANG(?name) = "en") }"""
    assert not answers(text, sparql)
    teach(
        own / "concepts" / "own.ttl",
        HEAD + 'id:xinghe a kg:Initiative ; skos:prefLabel "星河通办"@zh , "Xinghe Services"@en .',
    )
    assert answers(text, sparql) == {("Xinghe Services", 6)}


def test_a_class_with_a_pattern_of_its_names(own: Path) -> None:
    text = "去年，该市的三个项目获得中国质量奖和中国专利奖。"
    sparql = "SELECT ?name { ?thing a kg:Award ; rdfs:label ?name }"
    assert not answers(text, sparql)
    teach(
        own / "policy.ttl",
        'kg:Award a owl:Class ; rdfs:subClassOf kg:Entity ; rdfs:label "奖项"@zh , "Award"@en .\n',
    )
    teach(
        own / "grammar.ttl",
        'kg:awards a kg:Pattern ; kg:kind kg:Award ; kg:rank 88 ; kg:regex "中国[一-龥]{2}奖" .',
    )
    assert answers(text, sparql) == {("中国质量奖",), ("中国专利奖",)}
    assert "Award  奖项" in typed("build", "text.txt", "--ontology", "own", "--out", "again")


def test_a_relation_with_triggers(own: Path) -> None:
    text = "浙江省人民政府废止《浙江省公共数据管理办法》。"
    sparql = """SELECT ?body ?document ?cue {
        ?said rdf:predicate kg:repeals ; rdf:subject/rdfs:label ?body ;
              rdf:object/rdfs:label ?document ; kg:cueSpan/oa:exact ?cue }"""
    assert not answers(text, sparql)
    teach(
        own / "policy.ttl",
        'kg:repeals a owl:ObjectProperty ; rdfs:label "废止"@zh , "repeals"@en ; '
        'rdfs:domain kg:Organization ; rdfs:range kg:Policy ; kg:trigger "废止" .\n',
    )
    assert answers(text, sparql) == {("浙江省人民政府", "浙江省公共数据管理办法", "废止")}
    assert answers(text, "SELECT ?s ?o { ?s kg:repeals ?o }")


def test_a_trigger_of_a_relation_that_is_there(own: Path) -> None:
    text = "浙江省人民政府签批《浙江省公共数据管理办法》。"
    sparql = "SELECT ?cue { ?said rdf:predicate kg:proposes ; kg:cueSpan/oa:exact ?cue }"
    assert not answers(text, sparql)
    teach(own / "policy.ttl", 'kg:proposes kg:trigger "签批" .\n')
    assert answers(text, sparql) == {("签批",)}


def test_a_rule(own: Path) -> None:
    text = "治理模式从末端治理转向源头治理。如今，治理模式又从源头治理转向精准治理。"
    sparql = """SELECT ?graph { GRAPH ?graph {
        id:end-of-pipe-governance kg:becomes id:precision-governance } }"""
    assert not answers(text, sparql)
    teach(
        own / "rules" / "onwards.rq",
        "CONSTRUCT { ?a kg:becomes ?c } WHERE { ?a kg:becomes ?b . ?b kg:becomes ?c }",
    )
    assert answers(text, sparql) == {("https://w3id.org/zhengtu/id/rule-onwards",)}


def test_a_question(own: Path) -> None:
    teach(
        own / "queries" / "turns.rq",
        "# 什么转向了什么？\n# What turns into what?\n"
        "SELECT ?before ?after { ?old kg:becomes ?new ; rdfs:label ?before . ?new rdfs:label ?after"
        ' FILTER (LANG(?before) = "zh" && LANG(?after) = "zh") }',
    )
    assert "turns" not in typed("queries")
    assert "What turns into what?" in typed("queries", "--ontology", "own")
    Path("text.txt").write_text("治理模式从末端治理转向源头治理。", encoding="utf-8")
    typed("build", "text.txt", "--ontology", "own")
    assert "末端治理,源头治理" in typed("query", "turns", "--format", "csv")

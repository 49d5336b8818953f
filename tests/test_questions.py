"""The shipped questions answer what a reader would, from the store and from Turtle alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import rdflib

from kg.builder import BuildReport
from kg.graph.rows import Rows
from kg.ontology import SHIPPED_ONTOLOGY
from kg.opening import OpenGraph
from kg.questions import find_question, load_questions

CASES = Path(__file__).parent / "cases" / "article"
ANSWERS: dict[str, Any] = json.loads((CASES / "answers.json").read_text(encoding="utf-8"))
THINGS: dict[str, list[str]] = json.loads((CASES / "things.json").read_text(encoding="utf-8"))
CHROME = ("原网站入口", "OA系统", "浏览", "Baidu", "map")

Row = tuple[str, ...]


def plain(value: object) -> str:
    """Return a value as the cases write it: a name with one kind of blank, a number bare."""
    return " ".join(str("" if value is None else value).split())


def chosen(rows: Iterable[Iterable[object]], variables: list[str], columns: list[str]) -> set[Row]:
    places = [variables.index(column) for column in columns]
    return {tuple(plain(list(row)[place]) for place in places) for row in rows}


def check(name: str, found: set[Row]) -> None:
    case = ANSWERS[name]
    expected = {tuple(row) for row in case["rows"]}
    assert expected <= found, f"missing: {sorted(expected - found)}"
    if case.get("complete"):
        assert found == expected, f"too much: {sorted(found - expected)}"


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_store_answers(name: str, graph: OpenGraph) -> None:
    answer = graph.query(find_question(name, SHIPPED_ONTOLOGY).sparql)
    assert isinstance(answer, Rows)
    check(name, chosen(answer, list(answer.variables), ANSWERS[name]["columns"]))


@pytest.fixture(scope="session")
def turtle(article: BuildReport) -> rdflib.Graph:
    """What any other tool sees: the Turtle file alone."""
    return rdflib.Graph().parse(article.folder / "graph.ttl")


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_turtle_file_alone_answers_in_rdflib(name: str, turtle: rdflib.Graph) -> None:
    namespaces = dict(turtle.namespaces())
    sparql = find_question(name, SHIPPED_ONTOLOGY).sparql
    answer = turtle.query(sparql, initNs=namespaces)
    variables = [str(variable) for variable in answer.vars or ()]
    check(name, chosen(answer, variables, ANSWERS[name]["columns"]))  # type: ignore[arg-type]


def test_every_question_says_what_it_answers_and_is_tested() -> None:
    questions = load_questions(SHIPPED_ONTOLOGY)
    assert {question.name for question in questions} == set(ANSWERS)
    for question in questions:
        assert question.sentence.endswith("？")
        assert question.english.endswith("?")


def test_evidence_is_reached_in_six_lines() -> None:
    lines = find_question("evidence", SHIPPED_ONTOLOGY).sparql.splitlines()
    first = next(i for i, line in enumerate(lines) if line.endswith("{"))
    last = next(i for i, line in enumerate(lines) if line.startswith("}"))
    assert last - first - 1 <= 6


@pytest.mark.parametrize(
    ("kind", "label"), [(kind, label) for kind, labels in THINGS.items() for label in labels]
)
def test_every_named_thing_stands_once_with_its_class(
    kind: str, label: str, graph: OpenGraph
) -> None:
    rows = graph.query(
        "SELECT DISTINCT ?thing ?class ?name { ?thing a ?class ; rdfs:label|skos:altLabel ?name ."
        " FILTER EXISTS { ?span kg:refersTo/skos:broader? ?thing }"
        " FILTER (?class != skos:Concept) }"
    )
    assert isinstance(rows, Rows)
    bearing = {row[0]: str(row[1]).split("#")[-1] for row in rows if plain(row[2]) == label}
    assert list(bearing.values()) == [kind]


def test_no_chrome_of_the_page_is_in_the_graph(article: BuildReport) -> None:
    text = (article.folder / "graph.ttl").read_text(encoding="utf-8")
    for word in CHROME:
        assert f'"{word}' not in text


def test_every_quotation_stands_where_the_graph_says(graph: OpenGraph) -> None:
    text = Path(__file__).parent.parent.joinpath("data/article.txt").read_bytes().decode()
    rows = graph.query(
        "SELECT ?start ?end ?words { ?s oa:start ?start ; oa:end ?end ; oa:exact ?words }"
    )
    assert isinstance(rows, Rows)
    assert len(rows) > 100
    for start, end, words in rows:
        assert text[int(str(start)) : int(str(end))] == words


def test_the_graph_conforms_to_its_shapes(article: BuildReport) -> None:
    assert article.conforms

"""Asking from Python and a terminal: data frames, values for variables, parts of the network."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner

from kg.builder import BuildReport
from kg.cli import main
from kg.errors import MissingExtra, QueryError
from kg.graph.prepared import bind, term_of
from kg.opening import OpenGraph
from kg.terminal import width

COUNTRIES = 'SELECT ?s ?name { ?s a kg:Country ; rdfs:label ?name FILTER (LANG(?name) = "zh") }'
ROOT = Path(__file__).parent.parent


# ------------------------------------------------------------------ data frames


def test_rows_become_a_data_frame(graph: OpenGraph) -> None:
    rows = graph.rows("SELECT ?a ?c ?none { ?a kg:confidence ?c } ORDER BY ?a LIMIT 3")
    frame = rows.to_dataframe()
    assert list(frame.columns) == ["a", "c", "none"]
    assert list(frame["a"]) == [row[0] for row in rows]
    assert all(isinstance(value, Decimal) for value in frame["c"])
    assert frame["none"].isna().all()
    assert len(graph.rows("SELECT ?s { ?s kg:none ?o }").to_dataframe()) == 0


def test_without_pandas_the_line_to_install_it_is_told(
    graph: OpenGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pip install 'zhengtu\[tables\]'"):
        graph.rows(COUNTRIES).to_dataframe()


# ------------------------------------------------------------------ prepared queries


def test_a_prepared_query_is_asked_again_and_again(graph: OpenGraph) -> None:
    ask = graph.prepare("SELECT ?s { ?s rdfs:label ?name ; a kg:Country }")
    singapore = "https://w3id.org/zhengtu/id/country-SG"
    for name in (("新加坡", "zh"), ("Singapore", "en"), rdflib.Literal("新加坡", lang="zh")):
        assert list(ask(name=name)) == [(singapore,)]
    assert list(ask(name="新加坡")) == []  # a text without a language is another one
    label = graph.prepare("SELECT ?s ?name { ?s rdfs:label ?name }")
    for node in (ox.NamedNode(singapore), rdflib.URIRef(singapore)):
        assert (singapore, "新加坡") in list(label(s=node))
    assert graph.prepare("ASK { ?s kg:confidence ?c FILTER (?c > ?least) }")(least=Decimal("0.1"))


HOSTILE = [
    '" } ; DROP ALL #',
    "' OR 1=1",
    "\\",
    '\\"',
    "a\nb\tc",
    "?s",
    "{ ?s ?p ?o }",
    "'''",
    "<x>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_is_a_value_whatever_it_holds(graph: OpenGraph, text: str) -> None:
    ask = graph.prepare("SELECT ?x ?same { BIND (?x = ?given AS ?same) } VALUES ?x { 1 }")
    assert len(list(ask(given=text))) == 1
    given = graph.prepare("SELECT ?given { }")
    assert list(given(given=text)) == [(text,)]
    assert list(given(given=(text, "zh"))) == [(text,)]


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("a", '"a"'),
        (("a", "zh"), '"a"@zh'),
        (True, '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        (3, '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Decimal("1E+2"), '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (date(2022, 6, 15), '"2022-06-15"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (rdflib.URIRef("urn:a"), "<urn:a>"),
        (rdflib.Literal(3), '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ],
)
def test_python_values_as_terms(value: object, term: str) -> None:
    assert str(term_of(value)) == term


@pytest.mark.parametrize(
    ("sparql", "values", "problem"),
    [
        ("SELECT ?x { ?x ?p ?o }", {"y": 1}, "the query has no variable ?y"),
        ('SELECT ?x { ?x ?p "?y" }', {"y": 1}, "the query has no variable ?y"),
        ("SELECT ?x { BIND (1 AS ?x) }", {"x": 1}, "?x: cannot be given a value where"),
        ("SELECT ?x { ?x ?p ?o }", {"o": None}, "None is no value for a variable"),
        ("SELECT ?x { ?x ?p ?o }", {"o": rdflib.BNode()}, "is a blank node"),
    ],
)
def test_what_cannot_be_bound_is_told(
    graph: OpenGraph, sparql: str, values: dict[str, object], problem: str
) -> None:
    with pytest.raises(QueryError, match=re.escape(problem)):
        graph.prepare(sparql)(**values)


def test_a_bad_query_is_told_when_it_is_prepared(graph: OpenGraph) -> None:
    with pytest.raises(QueryError, match="line 1, column"):
        graph.prepare("SELECT ?x { ?x ?p }")
    with pytest.raises(QueryError, match="SERVICE"):
        graph.prepare("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


def test_words_to_be_found_can_be_bound(graph: OpenGraph) -> None:
    assert bind("ASK { ?x kg:matches ?w }", {"w": "数字"}) == 'ASK { ?x kg:matches "数字" }'
    found = graph.prepare("SELECT ?x { ?x kg:matches ?words }")(words="数字政府")
    assert len(list(found)) == len({hit.node for hit in graph.search("数字政府", limit=10_000)})


# ------------------------------------------------------------------ the network


def test_the_network_of_some_classes(graph: OpenGraph) -> None:
    part = graph.network(["Country", "Policy"])
    kinds = {kind for _, kind in part.nodes(data="kind")}
    assert {"Country", "Strategy"} <= kinds  # a strategy is a policy
    whole = graph.network()
    assert set(part.edges(keys=True)) < set(whole.edges(keys=True))
    assert isinstance(part, nx.MultiDiGraph)
    assert all(degree == part.nodes[iri]["degree"] for iri, degree in part.degree())
    assert set(graph.network("Country").nodes) < set(part.nodes)
    with pytest.raises(QueryError, match="Nonsense: there is no such class; use one of"):
        graph.network("Nonsense")


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?a kg:proposes ?b } { ?a a kg:Country ; kg:proposes ?b }",
        "SELECT ?a ?p ?b { VALUES ?p { kg:proposes } ?a a kg:Country ; ?p ?b }",
    ],
)
def test_the_network_of_a_query(graph: OpenGraph, query: str) -> None:
    part = graph.network(query)
    assert part.number_of_edges() >= 3
    whole = graph.network()
    for subject, object_, key, edge in part.edges(keys=True, data=True):
        assert edge["label"] == "提出" and edge["weight"] >= 1
        if known := whole.get_edge_data(subject, object_, key=key):
            assert edge == known
    assert "新加坡" in {label for _, label in part.nodes(data="label")}


def test_a_network_of_what_nobody_states(graph: OpenGraph) -> None:
    part = graph.network(
        "CONSTRUCT { ?a <urn:sameCountry> ?b } { ?c a kg:Country ; kg:proposes ?a, ?b }"
    )
    assert {key for _, _, key in part.edges(keys=True)} == {"urn:sameCountry"}
    for query in ("ASK { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o }"):
        with pytest.raises(QueryError, match="a network needs triples"):
            graph.network(query)


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # of rdflib's own
@pytest.mark.filterwarnings("ignore:Dataset.contexts:DeprecationWarning")
def test_the_dataset_is_a_working_rdflib_dataset(graph: OpenGraph) -> None:
    dataset = graph.dataset
    found = {(str(s), str(name)) for s, name in dataset.query(COUNTRIES)}
    assert found == set(graph.rows(COUNTRIES))
    document = rdflib.URIRef(graph.documents()[0].iri)
    assert len(list(dataset.graph(document).triples((None, None, None)))) > 100
    assert dataset.qname("https://w3id.org/zhengtu/ontology#proposes") == "kg:proposes"


# ------------------------------------------------------------------ the terminal


def test_time_tells_how_long_each_step_took(article: BuildReport) -> None:
    done = CliRunner().invoke(
        main, ["query", "countries-strategies", "--time", "--out", str(article.folder)]
    )
    assert re.fullmatch(
        r"opening [\d.]+ ms, answering [\d.]+ ms, printing [\d.]+ ms\n", done.stderr
    )
    assert "ms" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
@pytest.mark.parametrize(("lines", "paged"), [(10, True), (200, False)])
def test_a_long_table_is_paged_and_fits_the_terminal(
    article: BuildReport, tmp_path: Path, lines: int, paged: bool
) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged; cat\n")
    pager.chmod(0o755)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kg", "query", "q.rq", "--out", str(article.folder)]
    (tmp_path / "q.rq").write_text(
        "SELECT ?q ?c { ?a kg:confidence ?c ; kg:sentence/oa:exact ?q } ORDER BY ?q LIMIT 30"
    )
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "PAGER": str(pager), "TERM": "xterm",
        "COLUMNS": "60", "LINES": str(lines), "PYTHONUTF8": "1",
    }  # fmt: skip
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, env=environment, cwd=tmp_path):
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    printed = shown.decode().splitlines()
    assert (printed[0] == "paged") is paged
    assert len(printed) >= 32
    assert all(width(line) <= 60 for line in printed)

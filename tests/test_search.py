"""Words are found by their parts, in any script, in their place; from Python, SPARQL, a shell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.builder import BuildReport
from kg.cli import main
from kg.errors import QueryError
from kg.graph import search, terms
from kg.graph.matching import MATCHES, expand
from kg.graph.search import Index
from kg.graph.store import Graph
from kg.opening import OpenGraph, open_graph
from kg.text.normal import normalize
from kg.vocabulary import NAMESPACE

ROOT = Path(__file__).parent.parent
ARTICLE = (ROOT / "data" / "article.txt").read_bytes().decode()

# Parts of words as people type them: whole names, halves, single characters, words across the
# borders of what a segmenter would cut, other scripts and widths, letters and numbers.
QUERIES = [
    "数字", "政府", "数字政府", "字政", "治理", "末端治理", "源头", "经验", "整体政府", "碎片",
    "化治", "电子政务", "子政", "战略", "数字化", "新加坡", "智慧国家", "一网通办", "网通", "通办",
    "联合国", "公众", "互动", "人工智能", "大数据", "云计算", "数位", "平台", "十四五", "国家",
]  # fmt: skip


def texts(graph: OpenGraph) -> dict[tuple[str, str], str]:
    """Every text that can be found, read from the store by other means than the index."""
    found = {}
    classes = " ".join(f"<{kind}>" for kind in graph.ontology.kinds)
    for node, text in graph.rows(
        f"SELECT ?s ?t {{ VALUES ?c {{ {classes} }} ?s a ?c ; rdfs:label|skos:altLabel ?t }}"
    ):
        found[node, text] = text
    for node, text in graph.rows(
        "SELECT ?s ?t { { ?a kg:sentence ?s . ?s oa:exact ?t } UNION { ?s dcterms:title ?t } }"
    ):
        found[node, text] = text
    return found


def test_everything_that_holds_the_words_is_found_and_nothing_else(graph: OpenGraph) -> None:
    assert len(set(QUERIES)) == 30
    known = texts(graph)
    nothing = 0
    for query in QUERIES:
        expected = {key for key, text in known.items() if query in normalize(text).text}
        found = {(hit.node, hit.text) for hit in graph.search(query, limit=10_000)}
        assert found == expected, query
        nothing += not expected
    assert nothing < 10  # of the shorter ones, every one is there


@pytest.mark.parametrize(
    ("typed", "as_well"),
    [
        ("數字政府", "数字政府"),  # traditional
        ("新加坡", "新 加 坡".replace(" ", "")),
        ("ｓｉｎｇａｐｏｒｅ", "Singapore"),  # full width, and in capitals or not
        ("singapore", "SINGAPORE"),
        ("  治理  模式 ", "模式 治理"),  # the order of the words does not matter
    ],
)
def test_spellings_of_one_word_find_the_same(graph: OpenGraph, typed: str, as_well: str) -> None:
    found = graph.search(typed, limit=100)
    assert found and found == tuple(
        sorted(graph.search(as_well, limit=100), key=lambda hit: found.index(hit))
    )


def test_names_come_before_sentences_and_the_closest_first(graph: OpenGraph) -> None:
    hits = graph.search("数字政府", limit=100)
    assert (hits[0].role, hits[0].text) == ("label", "数字政府")
    roles = [hit.role for hit in hits]
    assert roles == sorted(roles, key=("label", "alias", "title", "sentence").index)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] < scores[0] <= 1


def test_the_place_is_the_words_in_the_text(graph: OpenGraph) -> None:
    for query in QUERIES:
        for hit in graph.search(query, limit=100):
            assert all(query in normalize(hit.text).text[m.start : m.end] for m in hit.marks)
            if hit.role == "sentence":
                assert hit.place and hit.file == "data/article.txt"
                assert normalize(ARTICLE[hit.place.start : hit.place.end]).text == query
            elif hit.role == "label" and hit.place:
                assert ARTICLE[hit.place.start : hit.place.end]


def test_a_letter_word_is_found_by_its_beginning(graph: OpenGraph) -> None:
    assert any(hit.text == "Singapore" for hit in graph.search("Singap"))
    assert not [hit for hit in graph.search("ingapore") if hit.text == "Singapore"]


@pytest.mark.parametrize("words", ["", "  ", "，。", '"', '" OR "', "* NEAR(", "AND", "(", "'; --"])
def test_strange_words_find_nothing_and_do_no_harm(graph: OpenGraph, words: str) -> None:
    wanted = re.findall(r"\w+", words.lower())
    for hit in graph.search(words):
        assert wanted and all(word in hit.text.lower() for word in wanted)


def test_hits_come_in_pages(graph: OpenGraph) -> None:
    whole = graph.search("政府", limit=30)
    pages = [graph.search("政府", limit=10, offset=offset) for offset in (0, 10, 20)]
    assert len(whole) == 30
    assert whole == pages[0] + pages[1] + pages[2]


# ------------------------------------------------------------------ the index


def test_the_build_writes_the_index_and_the_same_one_each_time(
    article: BuildReport, graph: OpenGraph, tmp_path: Path
) -> None:
    written = (article.folder / search.FILE).read_bytes()
    search.write_index(graph.store, graph.ontology, tmp_path / "again.sqlite")
    assert written == (tmp_path / "again.sqlite").read_bytes()
    assert Index.read(written).mark == search.mark_of(graph.store)


def test_an_index_out_of_step_is_not_used(graph: OpenGraph, tmp_path: Path) -> None:
    for content in (
        b"",
        b"no index",
        Index.of(Graph.memory(graph.ontology).store, graph.ontology).content,
    ):
        file = tmp_path / search.FILE
        file.write_bytes(content)
        index = search.open_index(graph.store, graph.ontology, file)
        assert index.search("数字政府") == graph.search("数字政府")


def test_a_graph_that_changes_is_searched_as_it_is(graph: OpenGraph) -> None:
    from graph_samples import Name, extraction

    changing = Graph.memory(graph.ontology)
    assert not changing.search("云川")
    said = extraction(
        "a.txt",
        "云川省推出云上通办。",
        [Name("云川省", "Region"), Name("云上通办", "Initiative")],
        [],
    )
    changing.replace(said)
    assert changing.search("云川")[0].text == "云川省"
    changing.remove(changing.documents()[0].iri)
    assert not changing.search("云川")


# ------------------------------------------------------------------ in SPARQL


@pytest.mark.parametrize(
    "pattern",
    [
        '?x kg:matches "智慧国" . ?x rdfs:label ?name',
        '?x rdfs:label ?name . ?x kg:matches "智慧国"',
        '?x kg:matches "智慧国" ; rdfs:label ?name .',
        '?x rdfs:label ?name ; kg:matches "智慧国"',
        '?x rdfs:label ?name ; kg:matches "智慧国" ; a ?class .',
        '?x kg:matches "智慧国" ; .  ?x rdfs:label ?name',
        "?x kg:matches '''智慧国'''@zh . ?x rdfs:label ?name",
        '?x kg:matches "智慧国"^^xsd:string . ?x rdfs:label ?name',
        '?x kg:matches "\\u667a\\u6167国" . ?x rdfs:label ?name',
        f'?x <{MATCHES}> "智慧国" . ?x rdfs:label ?name',
        '(?x ?score) kg:matches "智慧国" . ?x rdfs:label ?name FILTER (?score > 0.5)',
        '?y kg:proposes ?x . FILTER (?x != ?y) ?x kg:matches "智慧国" . ?x rdfs:label ?name',
        '{ SELECT ?x { ?x kg:matches "智慧国" } } ?x rdfs:label ?name',
        '?x rdfs:label ?name . FILTER EXISTS { ?x kg:matches "智慧国" }',
        '?x rdfs:label ?name . GRAPH ?g { ?x kg:matches "智慧国" ; a ?class }',
        '?x rdfs:label ?name , ?other ; a [] ; kg:matches "智慧国" # kg:matches "x"',
        'OPTIONAL { ?x kg:matches "zzz" } ?x kg:matches "智慧国" ; rdfs:label ?name',
    ],
)  # fmt: skip
def test_a_search_joins_with_the_rest_of_a_query(graph: OpenGraph, pattern: str) -> None:
    names = {name for (name,) in graph.rows(f"SELECT DISTINCT ?name {{ {pattern}\n }}")}
    known = graph.rows(
        'SELECT ?name { ?x rdfs:label ?name, ?n FILTER (CONTAINS(?n, "智慧国")) ?x a ?c }'
    )
    assert names and names <= {name for (name,) in known}
    assert any("智慧国" in name for name in names)


def test_a_search_finds_evidence_to_join(graph: OpenGraph) -> None:
    rows = graph.rows(
        """SELECT ?sentence ?subject { ?span kg:matches "末端治理" ; oa:exact ?sentence .
             ?assertion kg:sentence ?span ; rdf:subject/rdfs:label ?subject }"""
    )
    assert len(rows) and all("末端治理" in sentence for sentence, _ in rows)


def test_scores_order_what_is_found(graph: OpenGraph) -> None:
    rows = list(
        graph.rows(
            """SELECT ?thing ?score { (?thing ?score) kg:matches "数字政府" }
               ORDER BY DESC(?score) LIMIT 1"""
        )
    )
    [first] = graph.search("数字政府", limit=1)
    assert [(node, float(score)) for node, score in rows] == [(first.node, first.score)]


def test_nothing_found_gives_no_row(graph: OpenGraph) -> None:
    assert not len(graph.rows('SELECT * { ?x kg:matches "没有这样的词语" ; ?p ?o }'))


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT * {\n ?x kg:matches ?words }", "line 2, column 5: kg:matches has words in"),
        ('SELECT * { ?x kg:matches "a" , "b" }', "line 1, column 15: kg:matches takes one text"),
        ('SELECT * { kg:x kg:matches "a" }', "has ?variable or (?variable ?score) before it"),
        ('SELECT * { [] kg:matches "a" }', "has ?variable or (?variable ?score) before it"),
        ('SELECT * { ?x ^kg:matches "a" }', "has ?variable or (?variable ?score) before it"),
        ('SELECT * { ?x rdfs:label/kg:matches "a" }', "has ?variable or (?variable ?score) before"),
        ('SELECT * { ?x kg:matches+ "a" }', "has words in quotation marks behind it"),
        ('ASK { ?x kg:matches "a" SERVICE <http://127.0.0.1:9/> {} }', "SERVICE asks another"),
        ('SELECT * { ?x kg:matches "a" ; ?p }', "line 1, column 36"),  # of the query as it was
    ],
)
def test_a_search_in_the_wrong_place_is_told(graph: OpenGraph, query: str, problem: str) -> None:
    with pytest.raises(QueryError, match=re.escape(problem)):
        graph.query(query)


def test_what_only_looks_like_a_search_is_left_alone() -> None:
    for query in (
        'SELECT * { ?x rdfs:label "kg:matches" }',
        'SELECT * { ?x <urn:matches> "a" } # kg:matches "b"',
        'PREFIX kg: <urn:> SELECT * { ?x kg:matches "a" }',
        'SELECT * { ?matches ?p "a" }',
    ):
        assert expand(query, {"kg": NAMESPACE}, lambda _: [("urn:found", 1.0)]) == query


# ------------------------------------------------------------------ in a terminal


def test_kg_search_prints_what_where(article: BuildReport) -> None:
    run = CliRunner().invoke
    shown = run(main, ["search", "末端", "治理", "--out", str(article.folder)])
    assert shown.exit_code == 0
    first, _, *lines = shown.output.splitlines()
    assert first.split() == ["what", "text", "where"]
    assert lines[0].split()[:2] == ["label", "末端治理"]
    place = re.search(r"data/article\.txt:(\d+)-(\d+)$", lines[0])
    assert place and ARTICLE[int(place[1]) : int(place[2])] == "末端治理"
    told = run(main, ["search", "末端治理", "--format", "json", "--out", str(article.folder)])
    assert json.loads(told.output.splitlines()[0])["text"] == "末端治理"
    nothing = run(main, ["search", "没有这样的词语", "--out", str(article.folder)])
    assert (nothing.exit_code, nothing.output) == (0, "nothing holds these words\n")


def test_the_graph_is_opened_with_its_index(article: BuildReport) -> None:
    with open_graph(article.folder) as graph:
        assert graph.index.mark == search.mark_of(graph.store)
        found = graph.store.quads_for_pattern(None, terms.SHA256, None, None)
        assert len(list(found)) == 2  # in its graph, and in the union

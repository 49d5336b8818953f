from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_samples import ID, SINGAPORE, SMART_STATE, Said, article, extraction, notice, ontology
from graph_samples import sample as sample_graph

from kg.errors import GraphError, OntologyError, QueryError
from kg.graph import terms
from kg.graph.answers import Triples, Truth
from kg.graph.explain import explain
from kg.graph.quads import document_quads
from kg.graph.rows import Rows
from kg.graph.store import Graph
from kg.model import Extraction, Status
from kg.ontology import load_ontology
from kg.version import software_version

LABELS = "SELECT ?label WHERE { ?thing a kg:Concept ; rdfs:label ?label } ORDER BY ?label"


@pytest.fixture(scope="module")
def sample() -> Graph:
    """The article and the notice; only for tests that change nothing."""
    return sample_graph()


def empty() -> Graph:
    return Graph.memory(ontology())


def rewritten(found: Extraction, old: str, new: str) -> Extraction:
    """The same file with other words of the same length, read again."""
    text = found.document.text.replace(old, new)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return replace(found, document=replace(found.document, text=text, sha256=sha256))


def contents(graph: Graph) -> set[ox.Quad]:
    return set(graph.store.quads_for_pattern(None, None, None, None))


def union_is_the_set_of_all_graphs(graph: Graph) -> bool:
    named = {quad.triple for quad in contents(graph) if quad.graph_name != ox.DefaultGraph()}
    bookkeeping = graph.store.quads_for_pattern(None, None, None, graph.names.inference)
    union = graph.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {quad.triple for quad in union} == named - {quad.triple for quad in bookkeeping}


# ------------------------------------------------------------------ writing


def test_what_two_documents_say_is_one_fact_with_two_assertions(sample: Graph) -> None:
    facts = sample.rows("SELECT ?o WHERE { id:country-SG kg:proposes ?o }")
    assert list(facts) == [(SMART_STATE.entity.iri,)]
    said = sample.rows(
        "SELECT ?a WHERE { ?a rdf:subject id:country-SG ; rdf:predicate kg:proposes }"
    )
    assert len(said) == 2
    [(count,)] = sample.rows("SELECT (COUNT(*) AS ?n) WHERE { id:country-SG rdfs:label ?label }")
    assert count == 2


def test_reading_a_document_again_changes_nothing() -> None:
    graph = sample_graph()
    before = contents(graph)
    graph.replace(notice(), article())
    graph.infer()
    assert contents(graph) == before


def test_a_changed_file_replaces_what_it_said_before() -> None:
    graph = empty()
    graph.replace(article(), notice())
    graph.replace(rewritten(article(), "构想", "方案"))
    graph.infer()
    assert [record.file for record in graph.documents()] == ["data/article.txt", "data/notice.txt"]
    assert not graph.query('ASK { ?span oa:exact ?words FILTER CONTAINS(?words, "构想") }')
    assert union_is_the_set_of_all_graphs(graph)


def test_a_graph_does_not_depend_on_the_order_of_its_documents() -> None:
    one, other = empty(), empty()
    one.replace(article())
    one.infer()
    one.replace(notice())
    one.infer()
    other.replace(notice(), article())
    other.infer()
    assert contents(one) == contents(other)


def test_removing_a_document_leaves_what_others_say() -> None:
    graph = sample_graph()
    graph.remove(graph.names.document(article().document).value)
    graph.infer()
    assert [record.file for record in graph.documents()] == ["data/notice.txt"]
    assert [label for (label,) in graph.rows(LABELS)] == ["智慧国家"]
    assert graph.query("ASK { id:country-SG kg:proposes ?o }")
    assert union_is_the_set_of_all_graphs(graph)
    only = empty()
    only.replace(notice())
    only.infer()
    assert contents(graph) == contents(only)


def test_of_two_copies_and_two_versions_the_last_one_stays() -> None:
    copy = replace(notice(), document=replace(notice().document, name="data/copy.txt"))
    newer = rewritten(article(), "构想", "方案")
    graph = empty()
    graph.replace(notice(), article(), copy, newer)
    assert [(record.file, record.iri) for record in graph.documents()] == [
        ("data/article.txt", graph.names.document(newer.document).value),
        ("data/copy.txt", graph.names.document(notice().document).value),
    ]
    assert union_is_the_set_of_all_graphs(graph)


def test_removing_what_is_not_there_is_no_error() -> None:
    graph = empty()
    graph.remove(f"{ID}document-000000000000")
    assert graph.documents() == ()


def test_a_document_that_was_written_in_part_has_no_hash() -> None:
    graph = empty()
    *rest, _ = document_quads(article(), ontology(), version="0")
    graph.store.extend(rest + [ox.Quad(*quad.triple) for quad in rest])
    [record] = graph.documents()
    assert record.sha256 is None
    graph.replace(article())
    [record] = graph.documents()
    assert record.sha256 == article().document.sha256


def test_documents_are_listed_with_what_they_hold(sample: Graph) -> None:
    first, second = sample.documents()
    assert (first.file, first.title, first.entities, first.assertions) == (
        "data/article.txt",
        "国际前沿趋势",
        11,
        7,
    )
    assert first.iri == sample.names.document(article().document).value
    assert first.fingerprint == ontology().fingerprint
    assert (second.title, second.entities, second.assertions) == (None, 4, 2)


def test_only_what_documents_name_is_counted(sample: Graph) -> None:
    counts = sample.read().counts()
    assert counts.entities["Country"] == 1
    assert sample.query("ASK { id:country-CN a kg:Country }")
    assert counts.assertions["proposes"] == 3


def test_the_union_holds_each_triple_of_the_graphs_once(sample: Graph) -> None:
    assert union_is_the_set_of_all_graphs(sample)


def test_nothing_is_inferred_twice() -> None:
    graph = sample_graph()
    seal = list(graph.store.quads_for_pattern(None, None, None, graph.names.inference))
    graph.store.remove_graph(graph.names.rule("inverse"))
    graph.infer()
    assert not graph.store.contains_named_graph(graph.names.rule("inverse"))
    graph.replace(notice())
    graph.infer()
    assert graph.store.contains_named_graph(graph.names.rule("inverse"))
    assert seal == list(graph.store.quads_for_pattern(None, None, None, graph.names.inference))


def test_the_ontology_is_in_the_graph_without_what_teaches_extraction(sample: Graph) -> None:
    assert sample.query(
        """ASK { GRAPH <https://w3id.org/zhengtu/ontology> {
             kg:proposes owl:inverseOf kg:proposedBy } }"""
    )
    assert not sample.query("ASK { ?list a kg:WordList }")
    assert not sample.query("ASK { ?pattern kg:regex ?regex }")


def test_a_changed_ontology_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = shutil.copytree(ontology().folder, tmp_path / "ontology")
    with Graph.open(tmp_path / "graph", load_ontology(folder)) as graph:
        assert not graph.query('ASK { ?s rdfs:label "新类"@zh }')
    with (folder / "policy.ttl").open("a", encoding="utf-8") as file:
        file.write("\nkg:Novelty a owl:Class ; rdfs:subClassOf kg:Entity ;")
        file.write(' rdfs:label "新类"@zh , "Novelty"@en .\n')
    with Graph.open(tmp_path / "graph", load_ontology(folder)) as graph:
        assert graph.query('ASK { kg:Novelty rdfs:label "新类"@zh }')
        assert union_is_the_set_of_all_graphs(graph)


# ------------------------------------------------------------------ on disk


def test_a_graph_on_disk_is_there_again(tmp_path: Path) -> None:
    with Graph.open(tmp_path / "new" / "graph", ontology()) as graph:
        graph.replace(article(), notice())
        graph.infer()
        before = contents(graph)
    assert contents(Graph.read_only(tmp_path / "new" / "graph", ontology())) == before
    assert before == contents(sample_graph())


def test_reading_changes_nothing_on_disk(tmp_path: Path) -> None:
    with Graph.open(tmp_path, ontology()) as graph:
        graph.replace(article())
        graph.infer()
    before = {
        file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in tmp_path.iterdir()
    }
    with Graph.read_only(tmp_path, ontology()) as graph:
        assert len(graph.rows(LABELS)) == 2
        assert len(graph.dataset) > 0
        assert graph.network().number_of_nodes() == 10
    after = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in tmp_path.iterdir()}
    assert after == before


def test_a_missing_graph_says_what_to_do(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(GraphError) as caught:
            Graph.read_only(place, ontology())
        assert str(caught.value) == f"{place}: no graph here; run `kg build` first"
    assert not (tmp_path / "none").exists()


def test_a_process_killed_while_it_makes_a_store_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.graph.writing import create;"
        "print('making', flush=True); create(Path(sys.argv[1])); print('made', flush=True)"
    )
    unfinished = 0
    for moment in range(20):
        folder = tmp_path / str(moment)
        with subprocess.Popen(
            [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
        ) as maker:
            assert maker.stdout and maker.stdout.readline() == "making\n"
            time.sleep(0.0015 * moment)
            maker.kill()
        if folder.exists():
            with Graph.read_only(folder, ontology()) as graph:
                assert not contents(graph)
        unfinished += folder.with_name(f"{moment}.unfinished").exists()
        with Graph.open(folder, ontology()) as graph:
            assert graph.documents() == ()
        assert not folder.with_name(f"{moment}.unfinished").exists()
    assert unfinished


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(GraphError) as caught:
        Graph.open(tmp_path, ontology())
    assert (
        str(caught.value) == f"{tmp_path}: holds something else; give an empty folder for the graph"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.docx"]


def test_two_writers_do_not_share_a_graph(tmp_path: Path) -> None:
    with Graph.open(tmp_path, ontology()), pytest.raises(GraphError) as caught:
        Graph.open(tmp_path, ontology())
    assert str(caught.value) == (
        f"{tmp_path}: another process is writing this graph; wait until it is done"
    )
    Graph.open(tmp_path, ontology()).close()


def test_a_file_in_the_place_of_the_graph_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("not a folder")
    with pytest.raises(GraphError, match=r"graph: cannot be opened as a graph: "):
        Graph.open(tmp_path / "graph", ontology())


RESTLESS = """
import sys
from pathlib import Path
from graph_samples import article, notice, ontology
from test_store import rewritten
from kg.graph.rows import Rows
from kg.graph.store import Graph
from kg.version import software_version
graph = Graph.open(Path(sys.argv[1]), ontology())
other = rewritten(article(), "构想", "方案")
while True:
    graph.replace(article(), notice())
    print("written", flush=True)
    graph.replace(other)
    graph.remove(graph.names.document(other.document).value)
    graph.infer()
"""


def test_a_writer_that_is_killed_leaves_whole_documents_and_their_union(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}
    wholes = [
        set(document_quads(found, ontology(), version=software_version()))
        for found in (article(), notice(), rewritten(article(), "构想", "方案"))
    ]
    chance = random.Random(4)
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", RESTLESS, str(tmp_path / "graph")],
            stdout=subprocess.PIPE,
            env=environment,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"written\n"
            time.sleep(chance.random() / 20)
            writer.kill()
        with Graph.open(tmp_path / "graph", ontology()) as graph:
            assert union_is_the_set_of_all_graphs(graph)
            for whole in wholes:
                name = next(iter(whole)).graph_name
                assert set(graph.store.quads_for_pattern(None, None, None, name)) in (set(), whole)


# ------------------------------------------------------------------ asking


def test_rows_are_python_values(sample: Graph) -> None:
    [row] = sample.rows(
        """SELECT ?country ?day ?confidence ?start ?none ?yes ?year WHERE {
             ?a rdf:subject ?country ; rdf:predicate kg:proposes ; kg:confidence ?confidence ;
                kg:context ?context ; prov:wasDerivedFrom/oa:start ?start .
             ?document dcterms:issued ?day
             BIND(true AS ?yes) BIND("2022"^^xsd:gYear AS ?year) OPTIONAL { ?a kg:value ?none }
           }"""
    )
    assert row == (f"{ID}country-SG", date(2022, 6, 15), Decimal("0.9"), 11, None, True, "2022")


def test_the_evidence_is_six_lines_of_sparql_away(sample: Graph) -> None:
    rows = sample.rows(
        """SELECT ?sentence ?quote ?start ?end ?confidence ?by WHERE {
             ?a rdf:subject/rdfs:label "新加坡"@zh ; rdf:predicate kg:proposes ;
                kg:confidence ?confidence ; kg:sentence/oa:exact ?sentence ;
                prov:wasAttributedTo/rdfs:label ?by ;
                prov:wasDerivedFrom [ oa:exact ?quote ; oa:start ?start ; oa:end ?end ] .
           } ORDER BY DESC(?confidence)"""
    )
    text = article().document.text
    sentence, quote, start, end, confidence, by = next(iter(rows))
    assert (text[start:end], confidence, by) == (quote, Decimal("0.9"), "triggers")
    assert quote in sentence


def test_an_answer_has_the_form_of_its_question(sample: Graph) -> None:
    assert isinstance(sample.query(LABELS), Rows)
    assert isinstance(sample.query("ASK { ?s a kg:Country }"), Truth)
    triples = sample.query("CONSTRUCT { ?s a kg:Country } WHERE { ?s a kg:Country }")
    assert isinstance(triples, Triples)
    assert [triple.subject.value for triple in triples] == [f"{ID}country-CN", f"{ID}country-SG"]  # type: ignore[union-attr]
    assert isinstance(sample.query("DESCRIBE id:country-SG"), Triples)
    with pytest.raises(QueryError, match="the query asks for no rows; use SELECT"):
        sample.rows("ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", "label\r\n智慧国家\r\n碎片化\r\n"),
        ("tsv", '?label\n"智慧国家"@zh\n"碎片化"@zh\n'),
    ],
)
def test_rows_are_written_as_the_standard_says(sample: Graph, form: str, expected: str) -> None:
    written = sample.rows(LABELS).serialize(form)
    assert written.replace("\r\n", "\n") == expected.replace("\r\n", "\n")


def test_rows_can_be_read_and_written_more_than_once(sample: Graph) -> None:
    rows = sample.rows(LABELS)
    assert list(rows) == list(rows)
    assert rows.serialize("json") == rows.serialize("json")
    assert '"智慧国家"' in rows.serialize("json")
    assert '<literal xml:lang="zh">智慧国家</literal>' in rows.serialize("xml")


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_awkward_values_survive_every_form(form: str) -> None:
    awkward = 'a\tb\n"c"\\ <d> & ,'
    graph = empty()
    graph.store.add(ox.Quad(ox.BlankNode("b"), terms.FILE, ox.Literal(awkward)))
    written = graph.rows("SELECT ?none ?file ?node WHERE { ?node kg:file ?file }").serialize(form)
    formats = {
        "csv": ox.QueryResultsFormat.CSV,
        "tsv": ox.QueryResultsFormat.TSV,
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
    }
    if form == "csv":  # a form for other programs: it says nothing of types
        assert '"a\tb\n""c""\\ <d> & ,"' in written
        return
    back = ox.parse_query_results(written.encode(), format=formats[form])
    assert isinstance(back, ox.QuerySolutions)
    [row] = back
    assert (row[0], row["file"]) == (None, ox.Literal(awkward))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", "true\n"),
        ("json", '{"head":{},"boolean":true}'),
        ("xml", "<boolean>true</boolean>"),
    ],
)
def test_a_truth_value_is_written_too(sample: Graph, form: str, expected: str) -> None:
    assert expected in sample.query("ASK { id:country-SG a kg:Country }").serialize(form)


def test_triples_are_written_with_known_prefixes(sample: Graph) -> None:
    written = sample.query("CONSTRUCT WHERE { id:country-SG rdfs:label ?label }").serialize()
    assert written.endswith('id:country-SG rdfs:label "Singapore"@en , "新加坡"@zh .\n')
    prefixes = [line for line in written.splitlines() if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)


def test_a_form_that_an_answer_does_not_have_is_named(sample: Graph) -> None:
    with pytest.raises(QueryError) as caught:
        sample.query("ASK { ?s ?p ?o }").serialize("turtle")
    assert str(caught.value) == ("no format 'turtle' for this answer; use csv, json, tsv, xml")


@pytest.mark.parametrize(
    ("sparql", "problem"),
    [
        (
            'SELECT ?s WHERE {\n  ?s rdfs:label "新加坡"@zh\n  ?s ?p }',
            'line 3, column 10: something is missing or too much near "?p }"',
        ),
        (
            "SELECT * WHERE { ?s foo:bar ?o }",
            "line 1, column 28: the prefix foo: is not known; declare it with PREFIX foo: <…>",
        ),
        ("SELECT *\nWHERE {", 'line 2, column 8: something is missing or too much near "WHERE {"'),
        ("", "line 1, column 1: no query"),
        (
            "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }",
            "line 1, column 41: SELECT contains a variable that is unbound",
        ),
        (
            "PREFIX x: <http://x/>\nDELETE WHERE { ?s ?p ?o }",
            "line 2, column 1: DELETE would change the graph; a query only reads it",
        ),
    ],
)
def test_what_is_not_sparql_is_shown_by_line_and_column(
    sample: Graph, sparql: str, problem: str
) -> None:
    with pytest.raises(QueryError) as caught:
        sample.query(sparql)
    assert str(caught.value) == f"the query is not SPARQL: {problem}"
    assert "\n" not in str(caught.value)


def test_a_question_that_cannot_be_answered_is_an_error_in_one_line(sample: Graph) -> None:
    with pytest.raises(QueryError) as caught:
        sample.query("SELECT ?x { BIND(<http://example.org/f>(1) AS ?x) }")
    assert str(caught.value) == (
        "the query cannot be answered: The custom function <http://example.org/f> is not supported"
    )


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * WHERE { SERVICE <http://localhost:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { service silent <http://localhost:9/> { ?s ?p ?o } }",
        "ASK { SERVICESILENT <http://localhost:9/> {} }",
        "ASK { SERVICEid:a {} }",
        "ASK { ?s ?p trueSERVICE <http://localhost:9/> {} }",
        "ASK { ?s ?p 1.SERVICE <http://localhost:9/> {} }",
        "ASK { FILTER EXISTS { SERVICE ?s { } } }",
        "ASK { kg:a\\' ?p 'x' . SERVICE <http://localhost:9/> {} #'\n}",
        "ASK { ?s ?p '''SERVICE' ''' . SERVICE <http://localhost:9/> {} }",
        "ASK { \\u0053ERVICE <http://localhost:9/> {} }",
    ],
)
def test_no_other_server_is_asked(sample: Graph, sparql: str) -> None:
    with pytest.raises(QueryError, match=r"^line \d, column \d+: SERVICE asks another server; "):
        sample.query(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        'ASK { ?s rdfs:label "SERVICE <http://localhost:9/>" }',
        "ASK { ?service a kg:Service } # SERVICE",
        "ASK { <http://example.org/SERVICE> ?p ?o }",
        "ASK { kg:SERVICE ?p ?o }",
        "ASK { ?s ?p '''\nSERVICE' ''' }",
    ],
)
def test_the_word_may_stand_where_it_is_no_keyword(sample: Graph, sparql: str) -> None:
    assert not sample.query(sparql)


def test_a_query_may_name_its_graphs(sample: Graph) -> None:
    document = sample.names.document(notice().document).value
    rows = sample.rows(f"SELECT DISTINCT ?s WHERE {{ GRAPH <{document}> {{ ?s a kg:Country }} }}")
    assert list(rows) == [(f"{ID}country-SG",)]
    [(count,)] = sample.rows(
        f"SELECT (COUNT(*) AS ?n) FROM <{document}> WHERE {{ ?a a kg:Assertion }}"
    )
    assert count == 2


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_rdflib_sees_the_same_data_under_the_same_prefixes(sample: Graph) -> None:
    from rdflib import RDF, URIRef

    dataset = sample.dataset
    country = URIRef("https://w3id.org/zhengtu/ontology#Country")
    found = sorted(str(s) for s in dataset.default_graph.subjects(RDF.type, country))
    assert found == [f"{ID}country-CN", f"{ID}country-SG"]
    labels = [str(row[0]) for row in dataset.query(LABELS)]  # type: ignore[index]
    assert labels == [label for (label,) in sample.rows(LABELS)]
    assert dict(dataset.namespaces())["id"] == URIRef(ID)
    assert len(dataset.default_graph) == len(
        list(sample.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    )


# ------------------------------------------------------------------ explaining


@pytest.mark.parametrize(
    "label", ["新加坡", "Singapore", "singapore ", "SG", "新 加 坡", f"{ID}country-SG"]
)
def test_a_thing_is_found_by_any_of_its_names(sample: Graph, label: str) -> None:
    [knowledge] = explain(sample, label).things
    assert (knowledge.thing.label, knowledge.kind, knowledge.mentions) == ("新加坡", "Country", 3)


def test_a_name_in_context_finds_the_thing(sample: Graph) -> None:
    [knowledge] = explain(sample, "我国").things
    assert knowledge.thing.label == "中国"


def test_nothing_is_known_of_a_name_that_is_not_there(sample: Graph) -> None:
    assert not explain(sample, "火星")
    assert not explain(sample, "——")


def test_what_is_known_of_a_thing_comes_with_its_sentences(sample: Graph) -> None:
    [knowledge] = explain(sample, "最多跑一次").things
    told = [
        (fact.forward, fact.relation, fact.other_label, fact.status, fact.file)
        for fact in knowledge.facts
    ]
    assert told == [
        (False, "proposes", "浙江", Status.PLANNED, "data/article.txt"),
        (True, "addresses", "碎片化", Status.NEGATED, "data/article.txt"),
        (False, "implements", "浙江", Status.QUESTIONED, "data/notice.txt"),
    ]
    for fact, document in zip(knowledge.facts, (article(), article(), notice()), strict=True):
        assert fact.quote == document.document.text[fact.start : fact.end]
        assert fact.mark.of(fact.sentence) == fact.quote
        assert fact.sentence in document.document.text


def test_qualifiers_and_background_are_told_by_their_labels(sample: Graph) -> None:
    [knowledge] = explain(sample, "新加坡").things
    assert [fact.context for fact in knowledge.facts] == ["智慧国2025计划", None]
    [knowledge] = explain(sample, "数字化发展战略").things
    assert [fact.speaker for fact in knowledge.facts] == ["新加坡", None]
    [knowledge] = explain(sample, "浙江").things
    assert knowledge.background == (("位于", "中国"),)


# ------------------------------------------------------------------ rules of the ontology folder


def test_a_rule_that_is_no_sparql_names_its_file_and_infers_nothing(tmp_path: Path) -> None:
    folder = shutil.copytree(ontology().folder, tmp_path / "ontology")
    (folder / "rules" / "broken.rq").write_text("CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p ", "utf-8")
    graph = Graph.memory(load_ontology(folder))
    graph.replace(article())
    with pytest.raises(OntologyError) as caught:
        graph.infer()
    assert str(caught.value).startswith(
        f"{folder / 'rules' / 'broken.rq'}: the query is not SPARQL: line 2, column "
    )
    assert graph.rule_graphs() == ()


def test_a_rule_of_ones_own_gets_a_graph_of_its_own(tmp_path: Path) -> None:
    folder = shutil.copytree(ontology().folder, tmp_path / "ontology")
    (folder / "rules" / "compatriots.rq").write_text(
        "# 同国。\nCONSTRUCT { ?a schema:knowsAbout ?b }\n"
        "WHERE { ?a kg:locatedIn ?country . ?b kg:locatedIn ?country }\n",
        encoding="utf-8",
    )
    graph = Graph.memory(load_ontology(folder))
    graph.replace(article())
    graph.infer()
    rows = graph.rows(
        "SELECT ?a ?b WHERE { GRAPH id:rule-compatriots { ?a schema:knowsAbout ?b } } ORDER BY ?a"
    )
    assert list(rows) == [
        (f"{ID}region-330000", f"{ID}region-330100"),
        (f"{ID}region-330100", f"{ID}region-330000"),
    ]
    (folder / "rules" / "compatriots.rq").unlink()
    graph.infer()
    assert not graph.query("ASK { ?a schema:knowsAbout ?b }")


@pytest.mark.skipif(os.name == "nt", reason="the lock of a folder differs there")
def test_extractions_may_come_one_by_one_or_together(tmp_path: Path) -> None:
    said = [Said("新加坡", "proposes", "智慧国家")]
    many = [
        extraction(f"{n}.txt", f"{n}。新加坡提出智慧国家。", [SINGAPORE, SMART_STATE], said)
        for n in range(5)
    ]
    with Graph.open(tmp_path, ontology()) as graph:
        graph.replace(*many)
        graph.infer()
        together = contents(graph)
    single = empty()
    for one in many:
        single.replace(one)
    single.infer()
    assert contents(single) == together

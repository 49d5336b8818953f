"""What the server answers, line by line: formats, versions, graphs, things, and how it says no."""

from __future__ import annotations

import gzip
import io
import json
import re
import statistics
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest
from server_samples import Running, running

from kg.builder import BuildReport
from kg.opening import OpenGraph
from kg.questions import load_questions

COUNTRIES = 'SELECT ?s ?name { ?s a kg:Country ; rdfs:label ?name FILTER (LANG(?name) = "zh") }'
RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS = {
    "turtle": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}


@pytest.fixture(scope="module")
def server(article: BuildReport) -> Iterator[Running]:
    with running(article.folder, "--limit-rows", "5000") as server:
        yield server


def get(server: Running, path: str, **options: object) -> httpx.Response:
    return httpx.get(server.url(path), timeout=60, **options)  # type: ignore[arg-type]


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_rows_are_the_same_in_every_format(server: Running, graph: OpenGraph, name: str) -> None:
    question = "SELECT * { ?s ?p ?o FILTER (isIRI(?s)) } ORDER BY ?s ?p ?o LIMIT 2000"
    response = server.ask(question, Accept=RESULTS[name])
    assert response.headers["content-type"].split(";")[0] == RESULTS[name]
    if name == "csv":
        assert response.text.splitlines() == graph.rows(question).serialize("csv").splitlines()
        assert response.text.count("\r\n") >= 2000
        return
    format_ = ox.QueryResultsFormat.from_media_type(RESULTS[name])
    assert format_
    found = ox.parse_query_results(response.content, format=format_)
    assert isinstance(found, ox.QuerySolutions)
    rows = [tuple(map(plain, solution)) for solution in found]
    assert rows == [tuple(map(plain, row)) for row in graph.rows(question).terms]


def plain(term: object) -> str:
    return "blank" if isinstance(term, ox.BlankNode) else str(term)


@pytest.mark.parametrize("value", ["true", "false"])
@pytest.mark.parametrize("name", sorted(RESULTS))
def test_truth_is_told_in_every_format(server: Running, name: str, value: str) -> None:
    response = server.ask(f"ASK {{ FILTER ({value}) }}", Accept=RESULTS[name])
    if name == "json":
        assert response.json() == {"head": {}, "boolean": value == "true"}
    elif name == "xml":
        [found] = ET.fromstring(response.text).iter(
            "{http://www.w3.org/2005/sparql-results#}boolean"
        )
        assert found.text == value
    else:
        assert response.text == f"{value}\n"


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_triples_are_the_same_in_every_format(server: Running, graph: OpenGraph, name: str) -> None:
    question = "CONSTRUCT { ?s rdfs:label ?name } { ?s a kg:Country ; rdfs:label ?name }"
    response = server.ask(question, Accept=GRAPHS[name])
    format_ = ox.RdfFormat.from_media_type(GRAPHS[name])
    assert format_
    found = {quad.triple for quad in ox.parse(response.content, format=format_)}
    assert found == set(graph.query(question))  # type: ignore[arg-type]
    assert len(found) > 5


def test_strange_terms_survive(server: Running) -> None:
    words = 'a \\"b\\"\\\\ <c> & \\n\\t \\r 政府，\U0001f600 ]]>'
    question = f'SELECT ?x ?none ?n {{ BIND("{words}"@zh AS ?x) BIND(BNODE() AS ?n) }}'
    for name in ("json", "xml", "tsv"):
        response = server.ask(question, Accept=RESULTS[name])
        format_ = ox.QueryResultsFormat.from_media_type(RESULTS[name])
        assert format_
        found = ox.parse_query_results(response.content, format=format_)
        [row] = list(found)  # type: ignore[arg-type]
        assert row["x"].value == 'a "b"\\ <c> & \n\t \r 政府，\U0001f600 ]]>'  # type: ignore[index]
        assert row["none"] is None and isinstance(row["n"], ox.BlankNode)  # type: ignore[index]
    table = server.ask(question, Accept="text/csv").content.decode()
    assert table.startswith('x,none,n\r\n"a ""b""')


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("text/xml", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        ("text/csv, */*", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
         "application/sparql-results+xml"),
        ("image/png", None),
        ("text/csv;q=0", None),
    ],
)  # fmt: skip
def test_the_format_is_the_one_liked_best(
    server: Running, accept: str, expected: str | None
) -> None:
    response = server.ask(COUNTRIES, Accept=accept)
    assert response.status_code == (200 if expected else 406)
    if expected:
        assert response.headers["content-type"].split(";")[0] == expected
        assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("name", "expected"), [*RESULTS.items(), ("text/csv", "text/csv"), ("JSON", RESULTS["json"])]
)
def test_a_format_can_be_named(server: Running, name: str, expected: str) -> None:
    for key in ("format", "output"):
        response = get(server, "sparql", params={"query": COUNTRIES, key: name})
        assert response.headers["content-type"].split(";")[0] == expected
    posted = httpx.post(server.url("sparql"), data={"query": COUNTRIES, "format": name})
    assert posted.headers["content-type"].split(";")[0] == expected
    assert get(server, "sparql", params={"query": COUNTRIES, "format": "pdf"}).status_code == 406


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_a_format_of_triples_can_be_named(server: Running, name: str) -> None:
    question = "CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT 3"
    response = get(server, "sparql", params={"query": question, "format": name})
    assert response.headers["content-type"].split(";")[0] == GRAPHS[name]


def test_a_description_of_the_service_answers_who_asks_nothing(server: Running) -> None:
    for media_type in GRAPHS.values():
        response = get(server, "sparql", headers={"Accept": media_type})
        format_ = ox.RdfFormat.from_media_type(media_type)
        assert format_
        triples = list(ox.parse(response.content, format=format_))
        said = {(t.predicate.value.rpartition("#")[2], str(t.object)) for t in triples}
        assert ("endpoint", f"<{server.url('sparql')}>") in said
        assert any("SPARQL11Query" in object_ for _, object_ in said)
    assert get(server, "sparql", headers={"Accept": "text/csv"}).status_code == 406


# ------------------------------------------------------------------ the other methods


def test_head_is_get_without_a_body(server: Running) -> None:
    for path in ("sparql?query=ASK%20%7B%7D", "data?default", "health", "", "graph.html"):
        full = get(server, path, headers={"Accept-Encoding": "identity"})
        head = httpx.head(server.url(path), headers={"Accept-Encoding": "identity"})
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "etag"):
            assert head.headers.get(name) == full.headers.get(name)


def test_options_tells_what_may_be_done(server: Running) -> None:
    response = httpx.options(server.url("sparql"))
    assert response.status_code == 204
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert httpx.options(server.url("data?default")).headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_page_from_elsewhere_may_ask(server: Running) -> None:
    origin = {"Origin": "https://example.org"}
    asked = get(server, "sparql", params={"query": "ASK {}"}, headers=origin)
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "etag" in asked.headers["access-control-expose-headers"].lower()
    wrong = get(server, "sparql", params={"query": "ASK"}, headers=origin)
    assert (wrong.status_code, wrong.headers["access-control-allow-origin"]) == (400, "*")
    preflight = httpx.options(
        server.url("sparql"),
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "Authorization, Content-Type",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Authorization" in preflight.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["data?default", "id/country-SG", "health", "catalogue.json"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(server: Running, method: str, path: str) -> None:
    response = httpx.request(method, server.url(path), content=b"<urn:a> <urn:b> 1 .")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


# ------------------------------------------------------------------ saying no


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * WHERE {\n  ?s ?p\n}", "line 3, column 2"),
        ("SELECT * WHERE { ?s nope:p ?o }", "prefix nope: is not known"),
        ("SELECT ?x {\n\n SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "line 3, column 2: SERV"),
        ("SELECT ?x { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", "line 1, column 13"),
        ("", "no query"),
        ("语言", "line 1"),
    ],
)  # fmt: skip
def test_a_bad_query_is_told_where_it_is_bad(server: Running, query: str, place: str) -> None:
    response = server.ask(query)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/plain")
    assert place in response.text
    assert response.text.count("\n") == 1
    assert "etag" not in response.headers


@pytest.mark.parametrize(
    "update",
    ["LOAD <http://127.0.0.1:9/>", "CLEAR ALL", "# harmless\nDELETE WHERE { ?s ?p ?o }"],
)
def test_nothing_is_loaded_or_changed(server: Running, update: str) -> None:
    assert server.ask(update).status_code == 403
    assert httpx.post(server.url("sparql"), data={"update": update}).status_code == 403


def test_what_is_too_large_is_refused(server: Running) -> None:
    query = "ASK {} #" + "x" * (1 << 20)
    headers = {"Content-Type": "application/sparql-query"}
    whole = httpx.post(server.url("sparql"), content=query.encode(), headers=headers)
    assert whole.status_code == 413
    parts = (part.encode() for part in re.findall(".{1,65536}", query))
    assert httpx.post(server.url("sparql"), content=parts, headers=headers).status_code == 413
    almost = "ASK {} #" + "x" * 900_000
    assert httpx.post(server.url("sparql"), content=almost.encode(), headers=headers).json()[
        "boolean"
    ]


def test_too_many_parameters_are_refused(server: Running) -> None:
    many = "&".join(f"default-graph-uri=urn:{n}" for n in range(300))
    assert get(server, f"sparql?query=ASK%7B%7D&{many}").status_code == 400


def test_what_is_not_there_is_404(server: Running) -> None:
    for path in ("nothing", "page/nothing.js", "page/../app.py", "page/%2e%2e/app.py", "id/none"):
        assert get(server, path).status_code == 404


def test_a_small_answer_does_not_wait_for_the_next_packet(server: Running) -> None:
    # Head and body are sent apart: held back until the first is acknowledged, it takes 40 ms more.
    times = []
    with httpx.Client() as client:
        for _ in range(40):
            begun = time.perf_counter()
            client.get(server.url("sparql?query=ASK%20%7B%7D"))
            times.append(time.perf_counter() - begun)
    assert statistics.quantiles(times, n=4)[0] < 0.03


# ------------------------------------------------------------------ versions


def test_the_version_of_the_data_is_the_etag(server: Running) -> None:
    health = get(server, "health").json()
    tag = f'W/"{health["ontology"][:16]}-{health["content"][:16]}"'
    for path in ("sparql?query=ASK%20%7B%7D", "data?default", "id/country-SG"):
        first = get(server, path)
        assert (first.headers["etag"], first.headers["cache-control"]) == (tag, "no-cache")
        for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
            again = get(server, path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert get(server, path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_answers_are_compressed_for_who_takes_it(server: Running) -> None:
    question = {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500"}
    plain = get(server, "sparql", params=question, headers={"Accept-Encoding": "identity"})
    with httpx.stream(
        "GET", server.url("sparql"), params=question, headers={"Accept-Encoding": "gzip;q=0.5"}
    ) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) == len(raw) < len(plain.content) / 5
    assert gzip.decompress(raw).count(b'"type"') == plain.content.count(b'"type"')
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]


# ------------------------------------------------------------------ graphs and things


def test_every_graph_is_had_by_its_iri(server: Running, graph: OpenGraph) -> None:
    for name in graph.fact_graphs():
        expected = len(list(graph.store.quads_for_pattern(None, None, None, name)))
        for response in (
            get(server, "data", params={"graph": name.value}),
            get(server, f"data/{name.value.replace('/', '%2F')}"),
            get(server, f"id/{name.value.removeprefix(graph.ontology.base)}"),
        ):
            assert response.headers["content-type"].startswith("text/turtle")
            found = list(ox.parse(response.content, format=ox.RdfFormat.TURTLE))
            assert len(found) == expected


def test_the_default_graph_is_the_union(server: Running, graph: OpenGraph) -> None:
    expected = len(list(graph.store.quads_for_pattern(None, None, None, ox.DefaultGraph())))
    assert expected > 5000  # the limit of rows is for queries
    for path in ("data?default", "data?graph=default"):
        response = get(server, path, headers={"Accept": "application/n-triples"})
        assert response.text.count(" .\n") == expected


def test_graphs_come_in_the_formats_of_triples(server: Running, graph: OpenGraph) -> None:
    [document] = graph.documents()
    for media_type in GRAPHS.values():
        response = get(
            server, "data", params={"graph": document.iri}, headers={"Accept": media_type}
        )
        format_ = ox.RdfFormat.from_media_type(media_type)
        assert format_
        assert len(list(ox.parse(io.BytesIO(response.content), format=format_))) > 100
    refused = get(server, "data?default", headers={"Accept": "text/csv"})
    assert refused.status_code == 406


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ("", 400),
        ("?graph=http://example.org/none", 404),
        ("?graph=relative", 400),
        ("?graph=default&default", 400),
        ("?graph=urn:a&graph=urn:b", 400),
    ],
)
def test_a_graph_must_be_named_and_be_there(server: Running, parameters: str, status: int) -> None:
    assert get(server, f"data{parameters}").status_code == status


def test_a_thing_is_described_under_its_name(server: Running, graph: OpenGraph) -> None:
    response = get(server, "id/country-SG", headers={"Accept": "application/n-triples"})
    assert '"新加坡"@zh' in response.text
    assert all(
        line.startswith(f"<{graph.ontology.base}country-SG>") for line in response.text.splitlines()
    )


# ------------------------------------------------------------------ what else there is


def test_the_catalogue_tells_prefixes_terms_and_questions(
    server: Running, graph: OpenGraph
) -> None:
    told = get(server, "catalogue.json").json()
    assert told["prefixes"] == dict(graph.prefixes)
    terms = {term["iri"]: term["label"] for term in told["terms"]}
    assert terms["https://w3id.org/zhengtu/ontology#proposes"] == "提出"
    assert [q["name"] for q in told["questions"]] == [
        question.name for question in load_questions(graph.ontology.folder)
    ]


def test_every_shipped_question_is_answered_as_in_process(
    server: Running, graph: OpenGraph
) -> None:
    for question in load_questions(graph.ontology.folder):
        answer = server.ask(question.sparql).json()["results"]["bindings"]
        expected = json.loads(graph.rows(question.sparql).serialize("json"))["results"]["bindings"]
        assert answer == expected


def test_the_page_of_the_graph_is_there(server: Running, article: BuildReport) -> None:
    response = get(server, "graph.html")
    assert response.content == (article.folder / "graph.html").read_bytes()


# ------------------------------------------------------------------ search


def test_search_is_that_of_the_graph(server: Running, graph: OpenGraph) -> None:
    told = get(server, "search", params={"q": "數字 政府", "limit": 5}).json()
    hits = graph.search("数字 政府", limit=5)
    assert [(hit["node"], hit["text"], hit["score"]) for hit in told["hits"]] == [
        (hit.node, hit.text, hit.score) for hit in hits
    ]
    assert told["hits"][0]["marks"] == [[mark.start, mark.end] for mark in hits[0].marks]
    assert told["more"] is True
    second = get(server, "search", params={"q": "数字 政府", "limit": 5, "offset": 5}).json()
    assert not {hit["text"] for hit in second["hits"]} & {hit.text for hit in hits}
    assert get(server, "search", params={"q": "政府"}).headers["etag"]


def test_search_is_reached_in_sparql(server: Running, graph: OpenGraph) -> None:
    question = 'SELECT ?n { ?x kg:matches "末端治理" ; rdfs:label ?n }'
    found = {row["n"]["value"] for row in server.ask(question).json()["results"]["bindings"]}
    assert found == {name for (name,) in graph.rows(question)}
    refused = server.ask("SELECT *\n{ ?x kg:matches ?y }")
    assert (refused.status_code, "line 2, column 6" in refused.text) == (400, True)


@pytest.mark.parametrize("parameters", ["", "?q=", "?q=%20", "?q=a&limit=-1", "?q=a&offset=x"])
def test_a_search_without_words_is_refused(server: Running, parameters: str) -> None:
    assert get(server, f"search{parameters}").status_code == 400

"""The W3C's test cases of the SPARQL 1.1 Protocol, told anew: what a query is, and what is none.

The cases follow the list of https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/, with
data of our own.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from server_samples import Running, running, write_store

DATA = """
PREFIX : <http://example.org/>
PREFIX g: <http://example.org/data/>
:everywhere :p 0 .
g:one { :a :p 1 }
g:two { :b :p 2 . :a :p 1 }
g:three { :c :p 3 }
"""
ONE, TWO, THREE = (f"http://example.org/data/{name}" for name in ("one", "two", "three"))
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
PREFIX = "PREFIX : <http://example.org/> "


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    out = tmp_path_factory.mktemp("w3c") / "out"
    write_store(out, DATA)
    with running(out) as server:
        yield server


def post(server: Running, body: str | bytes, media_type: str | None, **more: object) -> int:
    headers = {"Content-Type": media_type} if media_type else {}
    content = body.encode() if isinstance(body, str) else body
    response = httpx.post(
        server.url("sparql"), content=content, headers=headers, params=more.get("params")
    )
    return response.status_code


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_bad_query_method(server: Running, method: str) -> None:
    response = httpx.request(method, server.url("sparql"), params={"query": "ASK {}"})
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["allow"].split(", "))


def test_bad_multiple_queries(server: Running) -> None:
    two = {"query": ["ASK {}", "SELECT * {}"]}
    assert httpx.get(server.url("sparql"), params=two).status_code == 400
    assert httpx.post(server.url("sparql"), data=two).status_code == 400
    assert post(server, "ASK {}", DIRECT, params={"query": "ASK {}"}) == 400


def test_bad_query_wrong_media_type(server: Running) -> None:
    assert post(server, "ASK {}", "text/plain") == 415


def test_bad_query_missing_form_type(server: Running) -> None:
    assert post(server, "query=ASK%20%7B%7D", None) == 415


def test_bad_query_missing_direct_type(server: Running) -> None:
    assert post(server, "ASK {}", None) == 415


def test_bad_query_non_utf8(server: Running) -> None:
    assert post(server, "ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16") == 415
    assert post(server, "ASK { ?s ?p '\u653f' }".encode("gb18030"), DIRECT) == 400
    assert httpx.get(server.url("sparql?query=ASK%20%7B%7D%20%23%D5%FE")).status_code == 400


def test_bad_query_syntax(server: Running) -> None:
    response = server.ask("ASK {\n  ?s ?p }")
    assert response.status_code == 400
    assert "line 2, column" in response.text


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("update=CLEAR%20ALL", FORM),
        ("CLEAR ALL", "application/sparql-update"),
        ("CLEAR ALL", "application/sparql-update; charset=utf-8"),
        ("update=CLEAR%20ALL&query=ASK%20%7B%7D", FORM),
    ],
)
def test_an_update_is_refused_with_a_sentence(server: Running, body: str, media_type: str) -> None:
    response = httpx.post(server.url("sparql"), content=body, headers={"Content-Type": media_type})
    assert response.status_code == 403
    assert "read-only" in response.text
    assert server.truth(PREFIX + "ASK { :everywhere :p 0 }")


def test_bad_update_forms_are_refused_as_well(server: Running) -> None:
    assert httpx.get(server.url("sparql?update=CLEAR%20ALL")).status_code == 403
    assert server.ask("CLEAR ALL").status_code == 403
    assert server.ask(PREFIX + "\nINSERT DATA { :x :p 1 }").status_code == 403
    assert post(server, "update=CLEAR%20ALL&update=CLEAR%20ALL", FORM) == 403
    assert post(server, "CLEAR ALL", "text/plain") == 415
    assert post(server, "update=CLEAR%20ALL", None) == 415
    assert post(server, "CLEAR ALL".encode("utf-16"), "application/sparql-update") == 403


@pytest.mark.parametrize(
    ("update", "graphs"),
    [
        ("INSERT { :x :p 1 } WHERE { :a :p 1 }", {"using-graph-uri": [ONE]}),
        ("INSERT { :x :p 1 } WHERE { :a :p 1 }", {"using-graph-uri": [ONE, TWO]}),
        ("INSERT { :x :p 1 } WHERE { GRAPH ?g { :a :p 1 } }", {"using-named-graph-uri": [ONE]}),
        (
            "INSERT { :x :p 1 } WHERE { :a :p 1 }",
            {"using-graph-uri": [ONE], "using-named-graph-uri": [TWO]},
        ),
        ("WITH <http://example.org/data/one> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", {}),
        ("INSERT DATA { <relative> :p 1 }", {}),
        ("INSERT DATA { GRAPH <http://example.org/new> { :x :p 1 } } ; CLEAR DEFAULT", {}),
        ("UPDATE IS NO WORD", {}),
    ],
)
def test_every_form_of_update_is_refused(
    server: Running, update: str, graphs: dict[str, list[str]]
) -> None:
    # update_dataset_*, update_post_*, update_base_uri, bad_update_syntax and _dataset_conflict
    text = PREFIX + update
    direct = {"Content-Type": "application/sparql-update"}
    address = server.url("sparql")
    for response in (
        httpx.post(address, data={"update": text, **graphs}),
        httpx.post(address, content=text.encode(), params=graphs, headers=direct),
    ):
        assert response.status_code == 403
        assert "read-only" in response.text
    assert not server.truth(PREFIX + "ASK { { :x ?p ?o } UNION { GRAPH ?g { :x ?p ?o } } }")
    assert server.truth(PREFIX + "ASK { GRAPH ?g { :a :p 1 } }")


# ------------------------------------------------------------------ the query operation


def test_query_get(server: Running) -> None:
    assert server.truth("ASK {}")


def test_query_post_form(server: Running) -> None:
    response = httpx.post(server.url("sparql"), data={"query": "ASK {}"})
    assert (response.status_code, response.json()["boolean"]) == (200, True)


def test_query_post_direct(server: Running) -> None:
    response = httpx.post(
        server.url("sparql"),
        content=b"ASK {}",
        headers={"Content-Type": f"{DIRECT}; charset=utf-8"},
    )
    assert (response.status_code, response.json()["boolean"]) == (200, True)


def test_a_post_without_a_query_is_refused(server: Running) -> None:
    assert post(server, "", FORM) == 400
    assert post(server, "qeury=ASK%20%7B%7D", FORM) == 400
    assert post(server, "", DIRECT) == 400


# ------------------------------------------------------------------ the dataset


def ways(server: Running, query: str, **graphs: list[str]) -> list[bool]:
    """Ask by GET, by a form, and directly; the graphs are parameters each time."""
    address, fields = server.url("sparql"), {"query": query, **graphs}
    direct = {"Content-Type": DIRECT}
    answers = [
        httpx.get(address, params=fields),
        httpx.post(address, data=fields),
        httpx.post(address, content=query.encode(), params=graphs, headers=direct),
    ]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.json()["boolean"] for answer in answers]


COUNT = "{ SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"


@pytest.mark.parametrize(
    ("query", "graphs", "expected"),
    [
        # query_dataset_default_graph
        ("ASK { :a :p 1 }", {DEFAULT: [ONE]}, True),
        ("ASK { :c :p 3 }", {DEFAULT: [ONE]}, False),
        ("ASK { :everywhere :p 0 }", {DEFAULT: [ONE]}, False),
        # query_dataset_default_graphs: their union, a triple of both once
        ("ASK { :a :p 1 . :c :p 3 }", {DEFAULT: [ONE, THREE]}, True),
        (f"ASK {{ {COUNT} FILTER (?n = 2) }}", {DEFAULT: [ONE, TWO]}, True),
        # query_dataset_named_graphs
        ("ASK { GRAPH ?g { :b :p 2 } }", {NAMED: [ONE, TWO]}, True),
        ("ASK { GRAPH ?g { :c :p 3 } }", {NAMED: [ONE, TWO]}, False),
        ("ASK { ?s ?p ?o }", {NAMED: [ONE, TWO]}, False),
        # query_dataset_full
        ("ASK { :c :p 3 . GRAPH ?g { :b :p 2 } }", {DEFAULT: [THREE], NAMED: [ONE, TWO]}, True),
        ("ASK { GRAPH ?g { :c :p 3 } }", {DEFAULT: [ONE, THREE], NAMED: [ONE, TWO]}, False),
        ("ASK { GRAPH ?g { :b :p 2 } }", {DEFAULT: [ONE]}, False),
        # query_multiple_dataset: the request counts before the query
        (f"ASK FROM <{ONE}> {{ :a :p 1 }}", {DEFAULT: [THREE]}, False),
        (f"ASK FROM <{ONE}> {{ :c :p 3 }}", {DEFAULT: [THREE]}, True),
        (f"ASK FROM NAMED <{ONE}> {{ GRAPH ?g {{ :c :p 3 }} }}", {NAMED: [THREE]}, True),
        # and where nobody names one, all are there
        ("ASK { :everywhere :p 0 . GRAPH <data/one> { :a :p 1 } }", {}, False),
        ("ASK { :everywhere :p 0 . GRAPH ?g { :a :p 1 } }", {}, True),
        (f"ASK FROM <{ONE}> {{ :a :p 1 }}", {}, True),
        # a graph that is not there is empty
        ("ASK { ?s ?p ?o }", {DEFAULT: ["http://example.org/none"]}, False),
    ],
)  # fmt: skip
def test_the_dataset_of_a_query(
    server: Running, query: str, graphs: dict[str, list[str]], expected: bool
) -> None:
    if "<data/one>" in query:
        assert server.ask(PREFIX + query).status_code == 400  # there is no base for it
        return
    assert ways(server, PREFIX + query, **graphs) == [expected] * 3


def test_a_graph_that_is_no_iri_is_refused(server: Running) -> None:
    response = httpx.get(server.url("sparql"), params={"query": "ASK {}", DEFAULT: "one"})
    assert response.status_code == 400
    assert "absolute IRI" in response.text


# ------------------------------------------------------------------ the content types


@pytest.mark.parametrize(
    ("query", "types"),
    [
        (
            "SELECT * { ?s ?p ?o }",
            {
                "application/sparql-results+json",
                "application/sparql-results+xml",
                "text/csv",
                "text/tab-separated-values",
            },
        ),
        ("ASK {}", {"application/sparql-results+json", "application/sparql-results+xml"}),
        (
            "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
            {
                "text/turtle",
                "application/n-triples",
                "application/rdf+xml",
                "application/ld+json",
            },
        ),
        (
            "DESCRIBE <http://example.org/a>",
            {
                "text/turtle",
                "application/n-triples",
                "application/rdf+xml",
                "application/ld+json",
            },
        ),
    ],
)
def test_query_content_type(server: Running, query: str, types: set[str]) -> None:
    for media_type in sorted(types):
        response = server.ask(query, Accept=f"{media_type}, image/png;q=0.9")
        assert response.headers["content-type"].split(";")[0] == media_type
    assert server.ask(query).headers["content-type"].split(";")[0] in types
    assert server.ask(query, Accept="image/png").status_code == 406

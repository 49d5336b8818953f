"""Clients that nobody here wrote: rdflib's SPARQLStore, SPARQLWrapper, curl."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Iterator

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from server_samples import Running, running

from kg.builder import BuildReport
from kg.opening import OpenGraph

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import SPARQLWrapper

QUESTION = """SELECT ?s ?name {
  ?s a <https://w3id.org/zhengtu/ontology#Country> ;
     <http://www.w3.org/2000/01/rdf-schema#label> ?name
  FILTER (LANG(?name) = "zh") }"""


@pytest.fixture(scope="module")
def server(article: BuildReport) -> Iterator[Running]:
    with running(article.folder) as server:
        yield server


@pytest.fixture(scope="module")
def expected(graph: OpenGraph) -> set[tuple[str, str]]:
    return set(graph.rows(QUESTION))


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format_", ["xml", "json", "csv", "tsv"])
def test_rdflib_sparql_store(
    server: Running, expected: set[tuple[str, str]], method: str, format_: str
) -> None:
    store = SPARQLStore(server.url("sparql"), method=method, returnFormat=format_)
    found = {(str(s), str(name)) for s, name in store.query(QUESTION)}
    assert found == expected
    if format_ in ("xml", "json"):  # the recommendation has no others for a truth value
        assert store.query("ASK { ?s ?p ?o }").askAnswer is True


def test_rdflib_sparql_store_as_a_graph(server: Running, graph: OpenGraph) -> None:
    document = graph.documents()[0].iri
    remote = rdflib.Graph(SPARQLStore(server.url("sparql")), identifier=rdflib.URIRef(document))
    title = rdflib.URIRef("http://purl.org/dc/terms/title")
    [found] = list(remote.objects(rdflib.URIRef(document), title))
    assert str(found) == graph.documents()[0].title
    described = remote.query(f"CONSTRUCT {{ <{document}> ?p ?o }} {{ <{document}> ?p ?o }}")
    assert len(list(described)) > 5


def test_rdflib_reads_a_graph_from_its_address(server: Running, graph: OpenGraph) -> None:
    document = graph.documents()[0].iri
    address = server.url(f"data?graph={document}")
    read = rdflib.Graph().parse(address)
    name = rdflib.URIRef(document)
    expected = list(graph.store.quads_for_pattern(None, None, None, _node(name)))
    assert len(read) == len(expected)


def _node(name: str) -> object:
    import pyoxigraph as ox

    return ox.NamedNode(str(name))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("format_", [SPARQLWrapper.JSON, SPARQLWrapper.XML])
def test_sparql_wrapper_rows(
    server: Running, expected: set[tuple[str, str]], method: str, direct: bool, format_: str
) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(server.url("sparql"))
    wrapper.setQuery(QUESTION)
    wrapper.setMethod(method)
    if direct and method == "POST":
        wrapper.setRequestMethod(SPARQLWrapper.POSTDIRECTLY)
    wrapper.setReturnFormat(format_)
    found = wrapper.queryAndConvert()
    if format_ == SPARQLWrapper.JSON:
        rows = [(r["s"]["value"], r["name"]["value"]) for r in found["results"]["bindings"]]
        assert set(rows) == expected
    else:
        assert len(found.getElementsByTagName("result")) == len(expected)


@pytest.mark.parametrize(
    "format_",
    [SPARQLWrapper.TURTLE, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD, SPARQLWrapper.N3],
)
def test_sparql_wrapper_triples(server: Running, format_: str) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(server.url("sparql"))
    wrapper.setQuery("CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT 5")
    wrapper.setReturnFormat(format_)
    found = wrapper.queryAndConvert()
    graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found)
    assert 0 < len(graph) <= 5


def test_sparql_wrapper_hears_of_a_bad_query_and_of_an_update(server: Running) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(server.url("sparql"))
    wrapper.setQuery("SELECT * { ?s ?p }")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="line 1, column"):
        wrapper.query()
    wrapper.setMethod("POST")
    wrapper.setQuery("CLEAR ALL")
    with pytest.raises(Exception, match="403"):
        wrapper.query()


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_curl(server: Running, graph: OpenGraph) -> None:
    address = server.url("sparql")
    asked = [address, "--data-urlencode", f"query={QUESTION}", "-H", "Accept: text/csv"]
    table = graph.rows(QUESTION).serialize("csv").splitlines()
    assert sorted(_curl(*asked).splitlines()) == sorted(table)
    assert sorted(_curl("-G", *asked, "--compressed").splitlines()) == sorted(table)
    direct = ["-H", "Content-Type: application/sparql-query", "--data-binary", QUESTION]
    assert '"新加坡"' in _curl(address, *direct)
    assert _curl("-I", f"{address}?query=ASK%20%7B%7D").startswith("HTTP/1.1 200")
    bad = ["-o", "-", "-w", "%{http_code}", "-G", address, "--data-urlencode", "query=ASK {"]
    assert _curl(*bad).endswith("400")


def _curl(*arguments: str) -> str:
    command = ["curl", "-s", "--max-time", "20", *arguments]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode()

"""Other engines: they load a dump, and ask this endpoint by SERVICE in the same query.

rdflib is there always; the others are used where they are installed (`pip install oxigraph`,
`npm install -g @comunica/query-sparql`).
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from server_samples import Running, running

from kg.builder import BuildReport
from kg.opening import OpenGraph

OXIGRAPH = shutil.which("oxigraph") or shutil.which(
    "oxigraph", path=str(Path(sys.executable).parent)
)
COMUNICA = shutil.which("comunica-sparql")
QUERY = """PREFIX kg: <https://w3id.org/zhengtu/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?name ?what {
  ?c a kg:Country ; rdfs:label ?name
  SERVICE <ENDPOINT> { ?c kg:proposes ?p . ?p rdfs:label ?what }
  FILTER (LANG(?name) = "zh" && LANG(?what) = "zh")
} ORDER BY ?name ?what"""


@pytest.fixture(scope="module")
def server(article: BuildReport) -> Iterator[Running]:
    with running(article.folder) as server:
        yield server


@pytest.fixture(scope="module")
def expected(graph: OpenGraph) -> list[list[str]]:
    found = [list(row) for row in graph.rows(QUERY.replace("SERVICE <ENDPOINT>", ""))]
    assert ["新加坡", "智慧国家"] in found
    return found


@pytest.fixture(scope="module")
def dumps(graph: OpenGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dumps")
    for name in ("graph.nt", "graph.nq"):
        graph.export(folder / name)
    return folder


def query(server: Running) -> str:
    return QUERY.replace("ENDPOINT", server.url("sparql"))


def table(*command: str) -> list[list[str]]:
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return list(csv.reader(done.stdout.decode().splitlines()))[1:]


def test_a_dump_is_sorted_one_triple_a_line(graph: OpenGraph, dumps: Path) -> None:
    lines = (dumps / "graph.nt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    parsed = list(ox.parse(path=str(dumps / "graph.nt"), format=ox.RdfFormat.N_TRIPLES))
    assert len(parsed) == len(lines) > 1000
    quads = list(ox.parse(path=str(dumps / "graph.nq"), format=ox.RdfFormat.N_QUADS))
    assert {quad.graph_name for quad in quads} >= set(graph.fact_graphs())


def test_rdflib_joins_a_dump_with_the_endpoint(
    server: Running, dumps: Path, expected: list[list[str]]
) -> None:
    loaded = rdflib.Graph().parse(dumps / "graph.nt")
    assert [list(map(str, row)) for row in loaded.query(query(server))] == expected


@pytest.mark.skipif(not OXIGRAPH, reason="no oxigraph here")
@pytest.mark.parametrize("dump", ["graph.nt", "graph.nq"])
def test_oxigraph_joins_a_dump_with_the_endpoint(
    server: Running, dumps: Path, expected: list[list[str]], tmp_path: Path, dump: str
) -> None:
    place = ("--location", str(tmp_path / "store"))
    loading = [str(OXIGRAPH), "load", *place, "--file", str(dumps / dump)]
    subprocess.run(loading, capture_output=True, check=True, timeout=60)
    asking = (str(OXIGRAPH), "query", *place, "--union-default-graph", "--results-format", "csv")
    assert table(*asking, "--query", query(server)) == expected


@pytest.mark.skipif(not COMUNICA, reason="no comunica-sparql here")
def test_comunica_asks_the_endpoint(server: Running, expected: list[list[str]]) -> None:
    command = (str(COMUNICA), f"sparql@{server.url('sparql')}", "-t", "text/csv")
    assert (
        table(*command, query(server).replace(f"SERVICE <{server.url('sparql')}>", "")) == expected
    )

"""What fourteen shapes of queries cost through `kg`, beside raw pyoxigraph and rdflib.

    python -m bench.sparql --triples 10000 100000 --turns 3

Times are CPU seconds of this process, medians of turns in which the peers alternate; the last line
of a size is the geometric mean of the ratios.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.graph.store import Graph
from kg.graph.terms import node, text, typed
from kg.ontology import load_ontology

ID = "https://w3id.org/zhengtu/id/"
WORDS = [
    "数字",
    "政府",
    "治理",
    "平台",
    "数据",
    "战略",
    "服务",
    "公众",
    "协同",
    "转型",
    "智慧",
    "城市",
    "国家",
    "规划",
]
SHAPES: Mapping[str, str] = {
    "star": "SELECT ?c ?l ?n { ?c a kg:Country ; rdfs:label ?l ; skos:notation ?n }",
    "one thing": f"SELECT ?p ?o {{ <{ID}thing-7> ?p ?o }}",
    "path of 3": "SELECT ?d { ?a kg:proposes ?b . ?b kg:uses ?c . ?c kg:promotes ?d } LIMIT 1000",
    "path +": f"SELECT ?x {{ <{ID}thing-7> kg:partOf+ ?x }}",
    "path *": f"SELECT ?x {{ ?x kg:partOf* <{ID}thing-3> }}",
    "optional": "SELECT ?c ?n { ?c a kg:Policy OPTIONAL { ?c skos:notation ?n } } LIMIT 2000",
    "contains": 'SELECT ?s { ?s rdfs:label ?l FILTER (CONTAINS(?l, "数字政府")) }',
    "regex": 'SELECT ?s { ?s rdfs:label ?l FILTER (REGEX(?l, "智慧.*城市")) }',
    "group by": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "order by limit": "SELECT ?a ?c { ?a kg:confidence ?c } ORDER BY DESC(?c) ?a LIMIT 20",
    "not exists": "SELECT ?s { ?s a kg:Policy FILTER NOT EXISTS { ?s kg:uses ?t } }",
    "evidence": f"SELECT ?q ?i {{ ?a rdf:subject <{ID}thing-7> ; prov:wasDerivedFrom ?x ."
    " ?x oa:exact ?q ; oa:start ?i }",
    "co-mention": f"SELECT DISTINCT ?b {{ ?x kg:refersTo <{ID}thing-7> ; oa:hasSource ?d ."
    " ?y oa:hasSource ?d ; kg:refersTo ?b }",
    "distinct": "SELECT DISTINCT ?r { ?a rdf:predicate ?r }",
}


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    for size in options.triples:
        _measure(size, options.turns)


def quads(triples: int) -> Iterator[ox.Quad]:
    """Yield about so many triples of this project's shape, in graphs of documents."""
    chance, written, number = random.Random(7), 0, 0
    kinds = ("Country", "Policy", "Technology", "Initiative")
    while written < triples:
        graph = ox.NamedNode(f"{ID}document-{number // 40}")
        thing, other = _id("thing", number), _id("thing", chance.randrange(max(number, 1)))
        span, said = _id("span", number), _id("assertion", number)
        kind, relation = chance.choice(kinds), chance.choice(("proposes", "uses", "promotes"))
        label = "".join(chance.choices(WORDS, k=4))
        for subject, predicate, object_ in (
            (thing, "rdf:type", node(f"kg:{kind}")),
            (thing, "rdfs:label", text(label)),
            (thing, "skos:notation", ox.Literal(f"N{number}")),
            (thing, f"kg:{relation}", other),
            (thing, "kg:partOf", _id("thing", number // 3)),
            (said, "rdf:type", node("kg:Assertion")),
            (said, "rdf:subject", thing),
            (said, "rdf:predicate", node(f"kg:{relation}")),
            (said, "rdf:object", other),
            (said, "kg:confidence", typed(f"0.{chance.randrange(10, 99)}", "decimal")),
            (said, "prov:wasDerivedFrom", span),
            (span, "oa:exact", text(label + "。" + label)),
            (span, "oa:start", typed(str(number), "nonNegativeInteger")),
            (span, "oa:hasSource", graph),
            (span, "kg:refersTo", thing),
        ):
            yield ox.Quad(subject, node(predicate), object_, graph)
            written += 1
        number += 1


def _id(kind: str, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{ID}{kind}-{number}")


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _measure(size: int, turns: int) -> None:
    graph = Graph.memory(load_ontology())
    data = list(quads(size))
    print(f"\n{size} triples", flush=True)
    _loading(data)
    graph._add(data)
    peer = rdflib.Graph()
    triples = ox.serialize((quad.triple for quad in data), format=ox.RdfFormat.N_TRIPLES) or b""
    print(f"loading into rdflib {_timed(lambda: peer.parse(data=triples, format='nt')):.2f} s")
    for prefix, iri in graph.prefixes.items():
        peer.bind(prefix, iri, replace=True)
    print(f"writing Turtle: pyoxigraph {_timed(lambda: _turtle(graph)):.2f} s, ", end="")
    print(f"rdflib {_timed(lambda: peer.serialize(format='turtle')):.2f} s")
    ratios: dict[str, list[float]] = {"raw": [], "rdflib": []}
    print(f"{'shape':16}{'rows':>7}{'kg s':>10}{'kg/raw':>9}{'rdflib/kg':>11}")
    for name, sparql in SHAPES.items():
        peers: dict[str, Callable[[], object]] = {
            "kg": lambda q=sparql: list(graph.rows(q)),
            "raw": lambda q=sparql: [tuple(row) for row in _raw(graph, q)],
            "rdflib": lambda q=sparql: list(peer.query(q)),
        }
        rows = len(graph.rows(sparql))
        times = {
            key: statistics.median(_timed(w) for _ in range(turns)) for key, w in peers.items()
        }
        ours = max(times["kg"], 1e-5)
        ratios["raw"].append(ours / max(times["raw"], 1e-5))
        ratios["rdflib"].append(max(times["rdflib"], 1e-5) / ours)
        line = f"{ours:10.5f}{ratios['raw'][-1]:9.2f}{ratios['rdflib'][-1]:11.1f}"
        print(f"{name:16}{rows:7}{line}", flush=True)
    means = [statistics.geometric_mean(ratios[key]) for key in ("raw", "rdflib")]
    print(f"{'geometric mean':33}{means[0]:9.2f}{means[1]:11.1f}")


def _raw(graph: Graph, sparql: str) -> ox.QuerySolutions:
    found = graph.store.query(sparql, prefixes=dict(graph.prefixes))
    assert isinstance(found, ox.QuerySolutions)
    return found


def _turtle(graph: Graph) -> bytes:
    written = io.BytesIO()
    graph.store.dump(written, ox.RdfFormat.TURTLE, from_graph=ox.DefaultGraph())
    return written.getvalue()


def _loading(data: list[ox.Quad]) -> None:
    print(f"loading into memory {_timed(lambda: ox.Store().bulk_extend(data)):.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        seconds = _timed(lambda: ox.Store(str(Path(folder) / "s")).bulk_extend(data))
    print(f"loading to disk {seconds:.2f} s")


if __name__ == "__main__":
    main()

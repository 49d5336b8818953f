"""What fourteen shapes of queries cost through `kg`, beside raw pyoxigraph and rdflib.

    python -m bench.sparql --triples 10000 100000 1000000

The same graphs are asked in memory and on the disk, where `kg load` put them in bulk. Times of
queries, loading and writing are CPU seconds of this process; of queries medians of turns in which
the peers alternate, in either order. A turn lasts at least 20 ms, after a call that does not count.
Raw pyoxigraph gives its terms, and is handed the prefixes that the query needs, found before the
clock runs; `kg` finds them for each query, and gives Python values. Neither remembers a query, so
each call costs what the first one does. A shape that takes rdflib more than --limit seconds is left
out of its mean. Over HTTP, answers of up to 100 rows are timed by the clock, beside the same answer
written as JSON in this process. `kg` holds each triple twice, in its graph and in the union of all.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import rdflib

from bench.served import served
from kg.graph.store import Graph
from kg.graph.terms import node, text, typed
from kg.loading import load
from kg.ontology import Ontology, load_ontology
from kg.opening import STORE, write_product
from kg.serving import _in_memory

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
LEAST = 0.02
"""Seconds that a turn lasts at least; a quick query is asked so often."""
SMALL = 100
"""Rows of an answer that counts as small."""


@dataclass(frozen=True)
class Options:
    """How it is measured."""

    turns: int
    limit: float
    """Seconds that rdflib may take for a query."""


def main() -> None:
    """Print the tables of each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=6)
    parser.add_argument("--limit", type=float, default=60)
    given = parser.parse_args()
    for size in given.triples:
        with tempfile.TemporaryDirectory() as folder:
            _measure(size, Path(folder), Options(given.turns, given.limit))


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


def _measure(size: int, folder: Path, options: Options) -> None:
    ontology = load_ontology()
    data = list(quads(size))
    print(f"\n{size} triples (load of the machine {os.getloadavg()[0]:.1f})\n", flush=True)
    memory, peer = _load(data, folder, ontology)
    _write(memory, peer, folder)
    gc.collect()
    gc.freeze()  # what was loaded is nothing that the queries left behind
    with Graph.read_only(folder / "out" / STORE, ontology) as disk:
        _ask(memory, disk, peer, options)
    _over_http(memory, folder / "out")
    gc.unfreeze()
    _at_once(folder / "out")


# ------------------------------------------------------------------ loading and writing


def _load(data: list[ox.Quad], folder: Path, ontology: Ontology) -> tuple[Graph, rdflib.Graph]:
    part, triples = folder / "part.nq", folder / "part.nt"
    ox.serialize(data, str(part), format=ox.RdfFormat.N_QUADS)
    ox.serialize((quad.triple for quad in data), str(triples), format=ox.RdfFormat.N_TRIPLES)
    memory, peer = Graph.memory(ontology), rdflib.Graph()
    raw, raw_on_disk = ox.Store(), ox.Store(str(folder / "raw"))
    format_ = ox.RdfFormat.N_QUADS
    works: Mapping[str, Callable[[], object]] = {
        "kg, in memory": lambda: memory._add(data),
        "kg load, on disk": lambda: load([part], folder / "out", ontology, infer=False),
        "pyoxigraph, in memory": lambda: raw.bulk_load(path=str(part), format=format_),
        "pyoxigraph, on disk": lambda: raw_on_disk.bulk_load(path=str(part), format=format_),
        "rdflib, in memory": lambda: peer.parse(str(triples), format="nt"),
    }
    for name, work in works.items():
        print(f"loading: {_once(work):7.2f} s  {name}", flush=True)
    for prefix, iri in memory.prefixes.items():
        peer.bind(prefix, iri, replace=True)
    return memory, peer


def _write(memory: Graph, peer: rdflib.Graph, folder: Path) -> None:
    for suffix, format_ in (("nt", ox.RdfFormat.N_TRIPLES), ("ttl", ox.RdfFormat.TURTLE)):
        for name, seconds in _written(memory, peer, folder / f"written.{suffix}", format_):
            print(f"writing .{suffix}: {seconds:7.2f} s  {name}", flush=True)


def _written(
    memory: Graph, peer: rdflib.Graph, file: Path, format_: ox.RdfFormat
) -> Iterator[tuple[str, float]]:
    union, name, suffix = ox.DefaultGraph(), str(file), file.suffix[1:]
    yield "kg export, sorted", _once(lambda: write_product(memory, file))
    yield "pyoxigraph", _once(lambda: memory.store.dump(name, format_, from_graph=union))
    yield "rdflib", _once(lambda: peer.serialize(name, format=suffix, encoding="utf-8"))


def _once(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


# ------------------------------------------------------------------ queries


def _ask(memory: Graph, disk: Graph, peer: rdflib.Graph, options: Options) -> None:
    columns = ("kg/raw", "rdflib/kg", "kg/raw, disk", "rdflib/kg, disk")
    print(f"\n| shape | rows | kg ms | {' | '.join(columns)} |\n|---|" + "--:|" * 6)
    ratios: dict[str, list[float]] = {column: [] for column in columns}
    for name, sparql in SHAPES.items():
        times = _times(memory, disk, peer, sparql, options)
        row = [times["kg"] / times["raw"], times["rdflib"] / times["kg"]]
        row += [times["kg, disk"] / times["raw, disk"], times["rdflib"] / times["kg, disk"]]
        for column, ratio in zip(columns, row, strict=True):
            ratios[column] += [ratio] if ratio < float("inf") else []
        told = [f"{ratio:.2f}" if ratio < float("inf") else "left out" for ratio in row]
        print(f"| {name} | {len(memory.rows(sparql))} | {times['kg'] * 1000:.2f} |", end=" ")
        print(" | ".join(told) + " |", flush=True)
    means = " | ".join(f"{statistics.geometric_mean(found):.2f}" for found in ratios.values())
    print(f"| geometric mean | | | {means} |")


def _times(
    memory: Graph, disk: Graph, peer: rdflib.Graph, sparql: str, options: Options
) -> dict[str, float]:
    known = memory.prefixes.items()
    prefixes = {prefix: iri for prefix, iri in known if f"{prefix}:" in sparql}
    peers: dict[str, Callable[[], object]] = {
        "kg": lambda: list(memory.rows(sparql)),
        "raw": lambda: _raw(memory.store, sparql, prefixes),
        "kg, disk": lambda: list(disk.rows(sparql)),
        "raw, disk": lambda: _raw(disk.store, sparql, prefixes),
    }
    often = {name: int(LEAST / _once(work)) + 1 for name, work in peers.items()}
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for turn in range(options.turns):
        for name, work in list(peers.items())[:: -1 if turn % 2 else 1]:
            work()  # so that each finds its data in the processor's caches
            taken[name].append(_turn(work, often[name]))
    times = {name: statistics.median(each) for name, each in taken.items()}
    return {**times, "rdflib": _time_of_rdflib(lambda: list(peer.query(sparql)), options)}


def _turn(work: Callable[[], object], often: int) -> float:
    begun = time.process_time()
    for _ in range(often):
        work()
    return (time.process_time() - begun) / often


def _raw(store: ox.Store, sparql: str, prefixes: dict[str, str]) -> list[tuple[object, ...]]:
    found = store.query(sparql, prefixes=prefixes)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row) for row in found]


def _time_of_rdflib(work: Callable[[], object], options: Options) -> float:
    # What takes long is asked once; infinity is what takes too long.
    try:
        with _at_most(options.limit):
            first = _once(work)
    except TimeoutError:
        return float("inf")
    turns = options.turns - 1 if first < 5 else 0
    return statistics.median([first, *(_turn(work, int(LEAST / first) + 1) for _ in range(turns))])


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    # A timer of CPU seconds would make the clock of CPU seconds coarse.
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


# ------------------------------------------------------------------ over HTTP


def _over_http(memory: Graph, out: Path) -> None:
    with served(out) as endpoint, httpx.Client() as client:
        _compare(memory, client, endpoint)


def _compare(memory: Graph, client: httpx.Client, address: str) -> None:
    print("\n| over HTTP | rows | in process ms | over HTTP ms | more |\n|---|--:|--:|--:|--:|")
    for name, sparql in SHAPES.items():
        rows = len(memory.rows(sparql))
        if rows > SMALL:
            continue
        inside, outside = [], []
        for _ in range(50):
            begun = time.perf_counter()
            memory.rows(sparql).serialize("json")
            between = time.perf_counter()
            response = client.get(address, params={"query": sparql})
            outside.append(1000 * (time.perf_counter() - between))
            inside.append(1000 * (between - begun))
            assert len(response.json()["results"]["bindings"]) == rows
        own, far = statistics.median(inside), statistics.median(outside)
        print(f"| {name} | {rows} | {own:.2f} | {far:.2f} | {far - own:.2f} |", flush=True)


# ------------------------------------------------------------------ one command


def _at_once(out: Path) -> None:
    """Print what `kg query` costs from start to end, and what a copy in memory would cost it."""
    begun = sum(os.times()[:4])
    _in_memory(out / STORE)
    print(f"\na copy of the store in memory: {sum(os.times()[:4]) - begun:.2f} s", flush=True)
    command = [sys.executable, "-m", "kg", "query", "-", "--out", str(out), "--format", "csv"]
    for name, sparql in SHAPES.items():
        taken = []
        for _ in range(3):
            begun = sum(os.times()[2:4])
            subprocess.run(command, input=sparql.encode(), capture_output=True, check=True)
            taken.append(sum(os.times()[2:4]) - begun)
        print(f"kg query, from start to end: {statistics.median(taken):.2f} s  {name}", flush=True)


if __name__ == "__main__":
    main()

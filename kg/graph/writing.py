"""How the graphs of documents get into a store and out of it again, each whole or not at all.

Everything is written twice: into the named graph, and into the default graph, which is the union
of all of them as a set. Each step is one transaction of the store or one file that it takes in,
so that a process which is killed leaves documents that are there and documents that are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.graph.record import Record

_BULK = 25_000
"""Triples from which on loading in bulk is quicker; below, it waits longer for the disk."""
_AT_ONCE = 400_000
"""Triples that the store takes in as one file: it cuts what is longer than a million quads."""
_UNFINISHED = 20
"""Digits at least in the name of a file that the store was about to take in."""


def put(store: ox.Store, records: Iterable[Record]) -> None:
    """Write the graphs of documents; what the store holds under the same names goes.

    They are written one after the other or many at once; each is there as a whole or not.
    """
    new: dict[str, Record] = {}
    for record in records:
        if store.contains_named_graph(ox.NamedNode(record.document)):
            _exchange(store, record)
        else:
            new[record.document] = record
    for batch in _batches(new.values()):
        lines = [triples for record in batch for triples in (record.triples, record.quads)]
        _load(store, b"".join(lines), sum(record.size for record in batch))


def drop(store: ox.Store, graph: ox.NamedNode) -> None:
    """Remove a graph, and from the union what no other graph says."""
    if not store.contains_named_graph(graph):
        return
    store.update(
        f"""DELETE {{ ?s ?p ?o }} WHERE {{
            GRAPH {graph} {{ ?s ?p ?o }}
            FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER (?other != {graph}) }}
        }} ;
        DROP GRAPH {graph}"""
    )


def change(
    store: ox.Store, graph: ox.NamedNode, gone: Iterable[ox.Triple], come: Iterable[ox.Triple]
) -> None:
    """Take triples out of a graph and put others in, as one transaction; none has blank nodes."""
    gone = tuple(gone)
    out = "\n".join(f"{triple} ." for triple in gone if not _is_elsewhere(store, triple, graph))
    out_of_graph, into = (
        "\n".join(f"{triple} ." for triple in triples) for triples in (gone, come)
    )
    store.update(
        f"DELETE DATA {{ {out} GRAPH {graph} {{ {out_of_graph} }} }} ;\n"
        f"INSERT DATA {{ {into} GRAPH {graph} {{ {into} }} }}"
    )


def holds_a_graph(folder: Path) -> bool:
    """Tell whether there is a store in the folder."""
    return (folder / "CURRENT").is_file()


def opening_problem(error: OSError) -> str:
    """Return why a store cannot be opened, in one line."""
    problem = " ".join(str(error).split())
    if "lock" in problem.lower():
        return "another process is writing this graph; wait until it is done"
    return f"cannot be opened as a graph: {error.strerror or problem}"


def create(folder: Path) -> None:
    """Make an empty store there, whole or not at all, whenever the process is killed.

    RocksDB makes its parts one after the other, and a store that lacks some can be opened for
    writing alone. So it is made beside and moved; what a killed process left there is completed,
    and the lock of the store keeps a second process out.
    """
    beside = folder.with_name(f"{folder.name}.unfinished")
    beside.parent.mkdir(parents=True, exist_ok=True)
    store = ox.Store(beside)
    store.flush()
    del store
    if folder.is_dir():
        folder.rmdir()
    beside.rename(folder)


def sweep(folder: Path) -> None:
    """Remove the files that the store in a folder was about to take in when it was killed.

    Nothing else has such a name, and nobody must have the store open.
    """
    for file in folder.iterdir():
        if file.name.isdigit() and len(file.name) >= _UNFINISHED:
            file.unlink()


def _exchange(store: ox.Store, record: Record) -> None:
    graph = ox.NamedNode(record.document)
    before = {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}
    after = {quad.triple for quad in ox.parse(record.triples, format=ox.RdfFormat.N_TRIPLES)}
    if before != after:
        change(store, graph, sorted(before - after, key=str), sorted(after - before, key=str))


def _is_elsewhere(store: ox.Store, triple: ox.Triple, graph: ox.NamedNode) -> bool:
    found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(quad.graph_name not in (graph, ox.DefaultGraph()) for quad in found)


def _batches(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        if batch and size + record.size > _AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += record.size
    if batch:
        yield batch


def _load(store: ox.Store, lines: bytes, triples: int) -> None:
    if _BULK <= triples <= _AT_ONCE:
        store.bulk_load(lines, format=ox.RdfFormat.N_QUADS)
    else:
        store.load(lines, format=ox.RdfFormat.N_QUADS)

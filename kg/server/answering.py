"""A job, answered from the data of one build: what a worker does."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph import terms
from kg.graph.answers import Dataset, Triples, is_update, solve, translating
from kg.graph.matching import expand
from kg.graph.search import Hit, Index
from kg.server.jobs import Content, Job, Query, Question, Reply, Search, Thing, refusal
from kg.server.negotiation import Format
from kg.server.results import WRITERS, Table, write_truth

_Item = TypeVar("_Item")

SMALLEST = 1000
"""Bytes below which compressing an answer is not worth the while."""

_NOT_ACCEPTABLE = "the answer has no format that the request accepts"


@dataclass(frozen=True)
class Version:
    """What tells the data of one build from those of another."""

    ontology: str
    content: str

    @property
    def tag(self) -> str:
        """The ETag of everything that is answered from these data."""
        return f'W/"{self.ontology[:16]}-{self.content[:16]}"'


@dataclass(frozen=True)
class Served:
    """What a worker answers from."""

    place: ox.Store | Path
    """The data in memory, or the folder on the disk that holds them."""
    version: Version
    prefixes: Mapping[str, str]
    base: str
    """What the IRIs of things begin with."""
    catalogue: bytes
    """What the page of questions is told, as JSON."""
    words: bytes
    """The index of words, as its file has it."""

    @cached_property
    def store(self) -> ox.Store:
        """The data; a folder is opened by the process that first asks."""
        return ox.Store.read_only(str(self.place)) if isinstance(self.place, Path) else self.place

    @cached_property
    def index(self) -> Index:
        """The index of words; the process that first asks unpacks it."""
        return Index.read(self.words)


def answer(job: Job, served: Served) -> Reply:
    """Return the reply to a job; what is wrong with the job is a reply as well."""
    question = job.question
    try:
        if isinstance(question, Query):
            reply = _query(question, job, served)
        elif isinstance(question, Content):
            reply = _content(question, job, served)
        elif isinstance(question, Thing):
            reply = _thing(question, job, served)
        elif isinstance(question, Search):
            reply = _search(question, served)
        else:
            reply = Reply(200, "application/json", served.catalogue)
    except QueryError as error:
        return _refused(error, question)
    if reply.status == 200:
        reply = replace(reply, tag=served.version.tag)
    return _compressed(reply) if job.compress else reply


def _refused(error: QueryError, question: Question) -> Reply:
    syntax = isinstance(error.__cause__, SyntaxError)
    update = syntax and isinstance(question, Query) and is_update(question.sparql)
    return refusal(403 if update else 400, str(error))


# ------------------------------------------------------------------ queries


def _query(query: Query, job: Job, served: Served) -> Reply:
    store, dataset = _asked(served.store, query.dataset)
    sparql = expand(query.sparql, served.prefixes, lambda words: served.index.nodes(words))
    with translating(sparql):
        found = solve(store, sparql, served.prefixes, dataset)
        if isinstance(found, ox.QueryBoolean):
            return _truth(bool(found), job.rows)
        if isinstance(found, ox.QueryTriples):
            return _triples(found, job, served.prefixes)
        return _rows(found, job)


def _asked(store: ox.Store, dataset: Dataset | None) -> tuple[ox.Store, Dataset | None]:
    # The store's union of several graphs is a bag, in which a triple may stand twice.
    if dataset is None or len(dataset.default) < 2:
        return store, dataset
    merged = ox.Store()
    for iri in dataset.default:
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
        merged.extend(ox.Quad(*quad.triple) for quad in quads)
    for iri in dataset.named:
        merged.extend(store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
    return merged, None


def _truth(value: bool, format_: Format | None) -> Reply:
    if format_ is None:
        return refusal(406, _NOT_ACCEPTABLE)
    return Reply(200, _typed(format_), write_truth(value, format_.name).encode(), count=1)


def _rows(found: ox.QuerySolutions, job: Job) -> Reply:
    if job.rows is None:
        return refusal(406, _NOT_ACCEPTABLE)
    rows = [tuple(solution) for solution in _at_most(found, job.limit)]
    note = ""
    if job.limit is not None and len(rows) > job.limit:
        rows.pop()
        note = f"cut after {job.limit} rows; ask for the rest with ORDER BY, LIMIT and OFFSET"
    table = Table(tuple(variable.value for variable in found.variables), rows, note)
    body = WRITERS[job.rows.name](table).encode()
    return Reply(200, _typed(job.rows), body, note, count=len(rows))


def _at_most(items: Iterator[_Item], limit: int | None) -> Iterator[_Item]:
    # One more than that, which tells whether there are more.
    return items if limit is None else islice(items, limit + 1)


# ------------------------------------------------------------------ triples


def _content(content: Content, job: Job, served: Served) -> Reply:
    graph = ox.NamedNode(content.graph) if content.graph else terms.UNION
    if content.graph and not served.store.contains_named_graph(graph):
        return refusal(404, f"there is no graph <{content.graph}>")
    return _graph(served.store.quads_for_pattern(None, None, None, graph), job, served)


def _thing(thing: Thing, job: Job, served: Served) -> Reply:
    node, store = ox.NamedNode(served.base + thing.name), served.store
    if store.contains_named_graph(node):
        return _graph(store.quads_for_pattern(None, None, None, node), job, served)
    said = list(store.quads_for_pattern(node, None, None, terms.UNION))
    if not said:
        return refusal(404, f"nothing is known of {node}")
    return _graph(iter(said), job, served)


def _graph(quads: Iterator[ox.Quad], job: Job, served: Served) -> Reply:
    return _triples((quad.triple for quad in quads), replace(job, limit=None), served.prefixes)


def _triples(found: Iterator[ox.Triple], job: Job, prefixes: Mapping[str, str]) -> Reply:
    if job.triples is None:
        return refusal(406, _NOT_ACCEPTABLE)
    triples, note = list(_at_most(found, job.limit)), ""
    if job.limit is not None and len(triples) > job.limit:
        triples.pop()
        note = f"cut after {job.limit} triples; ask for the rest with ORDER BY, LIMIT and OFFSET"
    ordered = Triples(tuple(sorted(set(triples), key=str)), prefixes)
    text = ordered.serialize(job.triples.name)
    if note and job.triples.name in ("turtle", "nt"):
        text += f"# {note}\n"
    return Reply(200, _typed(job.triples), text.encode(), note, count=len(ordered))


# ------------------------------------------------------------------ words


def _search(question: Search, served: Served) -> Reply:
    found = served.index.search(question.words, limit=question.limit + 1, offset=question.offset)
    hits = [_told(hit) for hit in found[: question.limit]]
    content = {"words": question.words, "hits": hits, "more": len(found) > question.limit}
    body = json.dumps(content, ensure_ascii=False).encode()
    return Reply(200, "application/json", body, count=len(hits))


def _told(hit: Hit) -> dict[str, object]:
    place = [hit.place.start, hit.place.end] if hit.place else None
    marks = [[mark.start, mark.end] for mark in hit.marks]
    return {**vars(hit), "marks": marks, "place": place}


# ------------------------------------------------------------------ writing


def _typed(format_: Format) -> str:
    media_type = format_.media_type
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _compressed(reply: Reply) -> Reply:
    if len(reply.body) < SMALLEST:
        return reply
    # No clock in it: the same answer is the same bytes.
    return replace(reply, body=gzip.compress(reply.body, 5, mtime=0), compressed=True)

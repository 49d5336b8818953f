"""What is asked of a worker, and what it replies: the values that cross the border of processes."""

from __future__ import annotations

from dataclasses import dataclass

from kg.graph.answers import Dataset
from kg.server.negotiation import Format


@dataclass(frozen=True)
class Query:
    """A SPARQL query."""

    sparql: str
    dataset: Dataset | None = None
    """The graphs of the request; they count before those of the query."""


@dataclass(frozen=True)
class Content:
    """A whole graph."""

    graph: str | None
    """Its IRI; None for the default graph."""


@dataclass(frozen=True)
class Thing:
    """Whatever an IRI names: a graph, or a thing that something is said of."""

    name: str
    """What stands behind the base of the graph."""


@dataclass(frozen=True)
class Catalogue:
    """What can be asked: prefixes, terms, questions."""


@dataclass(frozen=True)
class Search:
    """Words to be found."""

    words: str
    limit: int
    offset: int


Question = Query | Content | Thing | Catalogue | Search


@dataclass(frozen=True)
class Job:
    """A question, and how its answer is to be written."""

    question: Question
    rows: Format | None = None
    """None if the client takes no format for rows."""
    triples: Format | None = None
    limit: int | None = None
    """How many rows or triples at most."""
    compress: bool = False


@dataclass(frozen=True)
class Reply:
    """What the client is told, whole."""

    status: int
    media_type: str
    body: bytes
    note: str = ""
    """What else the client should know."""
    count: int | None = None
    """Rows, triples or hits in the body."""
    compressed: bool = False
    tag: str = ""
    """The ETag: what tells the data that were asked from those of another build."""


def refusal(status: int, sentence: str) -> Reply:
    """Return a reply that says in a sentence why there is none.

    >>> refusal(404, "there is no such graph").body
    b'there is no such graph\\n'
    """
    return Reply(status, "text/plain; charset=utf-8", f"{sentence}\n".encode())

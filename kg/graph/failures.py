"""The files that could not be read, as the graph tells of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.terms import Names


@dataclass(frozen=True, order=True)
class Failure:
    """A file that could not be read, and why."""

    file: str
    problem: str
    sha256: str | None = None
    """Of its bytes; None if not even these could be had."""
    fingerprint: str = ""
    """Of all that the failure depends on beside the bytes: the same again fails again."""


def failing(fingerprint: str, seconds: float) -> str:
    """Return the fingerprint of all that a failure depends on beside the file.

    That is the ontology's, with models and software, and how long a document may take.
    """
    return hashlib.sha256(f"{fingerprint}\x1f{seconds:g}".encode()).hexdigest()


def failure_triples(
    failures: Iterable[Failure],
    names: Names,
    earlier: Callable[[str], Iterable[str]] = lambda _: (),
) -> Iterator[ox.Triple]:
    """Yield what the graph says of the failures.

    `earlier` returns the documents that the graph holds of a file: what it said while it could
    be read.
    """
    for failure in failures:
        node = names.failure(failure.file)
        yield ox.Triple(node, terms.TYPE, terms.ENTITY)
        yield ox.Triple(node, terms.FILE, ox.Literal(failure.file))
        yield ox.Triple(node, terms.FAILED, ox.Literal(failure.problem))
        yield ox.Triple(node, terms.FINGERPRINT, ox.Literal(failure.fingerprint))
        for document in earlier(failure.file):
            yield ox.Triple(node, terms.REVISION_OF, ox.NamedNode(document))
        if failure.sha256:
            yield ox.Triple(node, terms.SHA256, ox.Literal(failure.sha256))


def read_failures(store: ox.Store, names: Names) -> tuple[Failure, ...]:
    """Return the failures that the graph tells of, by file."""
    said: dict[str, dict[ox.NamedNode, str]] = {}
    for quad in store.quads_for_pattern(None, None, None, names.failures):
        if isinstance(quad.object, ox.Literal):
            said.setdefault(str(quad.subject), {})[quad.predicate] = quad.object.value
    return tuple(
        sorted(
            Failure(
                file=failure.get(terms.FILE, ""),
                problem=failure.get(terms.FAILED, ""),
                sha256=failure.get(terms.SHA256),
                fingerprint=failure.get(terms.FINGERPRINT, ""),
            )
            for failure in said.values()
        )
    )

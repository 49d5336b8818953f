"""What follows from the facts: CONSTRUCT rules, run until they say nothing new.

Pure: rules, facts and ontology come in as values, and what each rule infers goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg.errors import OntologyError, QueryError
from kg.graph import answers
from kg.graph.answers import Triples

_ROUNDS = 100
"""A chain of 2 to the 100th links is closed in so many; what goes on longer makes new nodes."""
_IN_MEMORY = 300_000
"""Facts from which on they are worked on in files: some hundred megabytes otherwise."""


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT query from `ontology/rules/`."""

    name: str
    """The stem of its file; its graph is ``id:rule-<name>``."""
    sparql: str
    file: Path


def infer(
    facts: Iterable[ox.Triple],
    ontology: Iterable[ox.Triple],
    rules: Sequence[Rule],
    prefixes: Mapping[str, str],
) -> dict[str, tuple[ox.Triple, ...]]:
    """Return for each rule, by name, the triples that it was the first to infer; sorted.

    The rules run in the order given, again and again until a whole round says nothing new. They
    see facts and ontology as one graph, so a rule may ask which property is the inverse of
    which; but they infer nothing about terms of the ontology, nothing of a thing with itself,
    and nothing that is among the facts. Raise OntologyError, with the rule's file, for what is
    no CONSTRUCT, for new blank nodes, and for rules that never come to an end.
    """
    with _room(facts) as (store, facts):
        store.bulk_extend(ox.Quad(*triple) for triple in facts)
        schema = tuple(ontology)
        store.extend(ox.Quad(*triple) for triple in schema)
        closed = {triple.subject for triple in schema}
        found: dict[str, set[ox.Triple]] = {rule.name: set() for rule in rules}
        for _ in range(_ROUNDS):
            before = sum(map(len, found.values()))
            for rule in rules:
                _apply(rule, store, prefixes, closed, found[rule.name])
            if sum(map(len, found.values())) == before:
                return {name: tuple(sorted(triples, key=str)) for name, triples in found.items()}
    raise OntologyError(
        f"infer new triples after {_ROUNDS} rounds still; does one of them make new nodes?",
        file=rules[-1].file.parent,
    )


@contextmanager
def _room(facts: Iterable[ox.Triple]) -> Iterator[tuple[ox.Store, Iterable[ox.Triple]]]:
    """Yield a store for the facts, in memory if they fit there, and the facts."""
    rest = iter(facts)
    head = list(islice(rest, _IN_MEMORY))
    if len(head) < _IN_MEMORY:
        yield ox.Store(), head
        return
    with TemporaryDirectory() as folder:
        store = ox.Store(folder)
        yield store, chain(head, rest)
        del store


def _apply(
    rule: Rule,
    store: ox.Store,
    prefixes: Mapping[str, str],
    closed: Set[object],
    found: set[ox.Triple],
) -> None:
    constructed = _constructed(rule, store, prefixes, closed)
    new = {triple for triple in constructed if ox.Quad(*triple) not in store}
    found |= new
    store.extend(ox.Quad(*triple) for triple in new)


def _constructed(
    rule: Rule, store: ox.Store, prefixes: Mapping[str, str], closed: Set[object]
) -> Iterator[ox.Triple]:
    try:
        answer = answers.ask(store, rule.sparql, prefixes)
    except QueryError as error:
        raise OntologyError(str(error), file=rule.file) from error
    if not isinstance(answer, Triples):
        raise OntologyError("is no CONSTRUCT query; a rule constructs triples", file=rule.file)
    for triple in answer:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise OntologyError(
                "constructs blank nodes, which are new at every run; name them by IRIs",
                file=rule.file,
            )
        if triple.subject != triple.object and triple.subject not in closed:
            yield triple

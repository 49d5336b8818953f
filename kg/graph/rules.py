"""What follows from the facts: CONSTRUCT rules, run until they say nothing new.

Pure: rules, facts and ontology come in as values, and what each rule infers goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import OntologyError, QueryError
from kg.graph import answers
from kg.graph.answers import Triples

_ROUNDS = 100
"""A chain of 2 to the 100th links is closed in so many; what goes on longer makes new nodes."""


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
    store = ox.Store()
    known = set(facts)
    store.bulk_extend(ox.Quad(*triple) for triple in known)
    schema = tuple(ontology)
    store.extend(ox.Quad(*triple) for triple in schema)
    closed = {triple.subject for triple in schema}
    found: dict[str, set[ox.Triple]] = {rule.name: set() for rule in rules}
    for _ in range(_ROUNDS):
        before = len(known)
        for rule in rules:
            new = {t for t in _constructed(rule, store, prefixes, closed) if t not in known}
            known |= new
            found[rule.name] |= new
            store.extend(ox.Quad(*triple) for triple in new)
        if len(known) == before:
            return {name: tuple(sorted(triples, key=str)) for name, triples in found.items()}
    raise OntologyError(
        f"infer new triples after {_ROUNDS} rounds still; does one of them make new nodes?",
        file=rules[-1].file.parent,
    )


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

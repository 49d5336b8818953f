"""Queries with gaps: written once, asked with values that are never pasted into their text.

A value takes the place of its variable as a whole term, whatever it holds; in a SELECT list the
variable stays and has the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.answers import TOKENS, Answer, refuse_service, translating
from kg.graph.terms import typed

Bound = object
"""A value for a variable: see `term_of`."""

_PIECES = re.compile(TOKENS.pattern + r"|(?P<mark>\S)", re.VERBOSE | re.DOTALL)


class Prepared:
    """A query that is asked with values for some of its variables.

    >>> from kg.graph.store import Graph
    >>> from kg.ontology import load_ontology
    >>> ask = Graph.memory(load_ontology()).prepare("SELECT ?s { ?s rdfs:label ?name } ORDER BY ?s")
    >>> list(ask(name=("提出", "zh")))
    [('https://w3id.org/zhengtu/ontology#proposes',)]
    """

    def __init__(
        self, sparql: str, prefixes: Mapping[str, str], ask: Callable[[str], Answer]
    ) -> None:
        refuse_service(sparql)
        with translating(sparql):
            ox.Store().query(sparql, prefixes=dict(prefixes))
        self.sparql = sparql
        self.prefixes = prefixes
        self._ask = ask

    def __call__(self, **values: Bound) -> Answer:
        """Return the answer; raise QueryError for a variable that is not there, or not free."""
        bound = bind(self.sparql, values)
        try:
            ox.Store().query(bound, prefixes=dict(self.prefixes))
        except SyntaxError as error:
            names = ", ".join(f"?{name}" for name in values)
            raise QueryError(
                f"{names}: cannot be given a value where the query itself gives it one, or groups"
                " or orders by it; use a variable that the patterns and filters alone use"
            ) from error
        return self._ask(bound)


def bind(sparql: str, values: Mapping[str, Bound]) -> str:
    """Return the query with terms in the place of variables.

    >>> bind("SELECT ?x ?y { ?x ?p ?y }", {"y": 'a "b"'})
    'SELECT ?x ("a \\\\"b\\\\"" AS ?y) { ?x ?p "a \\\\"b\\\\"" }'
    """
    written = {name: str(term_of(value)) for name, value in values.items()}
    missing = set(written)
    parts, done = [], 0
    for variable, start, listed in _variables(sparql):
        name = variable[1:]
        if name not in written:
            continue
        missing.discard(name)
        term = f"({written[name]} AS ?{name})" if listed else written[name]
        parts += [sparql[done:start], term]
        done = start + len(variable)
    if missing:
        raise QueryError(f"the query has no variable ?{min(missing)}")
    return "".join([*parts, sparql[done:]])


def _variables(sparql: str) -> Iterator[tuple[str, int, bool]]:
    # Each variable, with its offset, and whether it stands by itself in a SELECT list.
    selecting, depth = False, 0
    for match in _PIECES.finditer(sparql):
        text = match.group()
        if match.lastgroup == "keyword" and text.upper() == "SELECT":
            selecting, depth = True, 0
        elif text == "{":
            selecting = False
        depth += (text == "(") - (text == ")")
        if match.lastgroup == "variable":
            yield text, match.start(), selecting and depth == 0


def term_of(value: Bound) -> ox.NamedNode | ox.Literal:
    """Return a Python value as a term.

    A str is a text, a pair a text and its language; an IRI is an `rdflib.URIRef` or a
    `pyoxigraph.NamedNode`. Blank nodes cannot be asked for, and are a QueryError.

    >>> term_of(("提出", "zh"))
    <Literal value=提出 language=zh>
    """
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple) and len(value) == 2:
        return ox.Literal(str(value[0]), language=str(value[1]))
    if isinstance(value, bool | int | float):
        return ox.Literal(value)
    if isinstance(value, Decimal):
        return typed(format(value, "f"), "decimal")
    if isinstance(value, date):
        return typed(value.isoformat(), "date")
    raise QueryError(f"{value!r} is no value for a variable; give a text, a number, a date, an IRI")


def _text(value: str) -> ox.NamedNode | ox.Literal:
    # The terms of rdflib are strings as well.
    from rdflib import BNode, Literal, URIRef

    if isinstance(value, URIRef):
        return ox.NamedNode(str(value))
    if isinstance(value, BNode):
        raise QueryError(f"{value!r} is a blank node, which a query cannot ask for")
    if isinstance(value, Literal) and value.language:
        return ox.Literal(str(value), language=value.language)
    if isinstance(value, Literal) and value.datatype:
        return ox.Literal(str(value), datatype=ox.NamedNode(str(value.datatype)))
    return ox.Literal(str(value))

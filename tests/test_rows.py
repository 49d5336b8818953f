"""The rows of an answer: the same values and terms, however many there are."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.graph import terms
from kg.graph.rows import Rows, python_value
from kg.graph.store import Graph
from kg.ontology import Ontology

VALUES = r"""VALUES ?x { UNDEF "" "政府"@zh "a\tb\n\"c\"\\" "\u2028\U0001f600" 7 0.5 true 1e0
  "07"^^xsd:integer "x"^^xsd:integer "3"^^xsd:nonNegativeInteger "2022-06-15"^^xsd:date
  "2022"^^xsd:gYear "INF"^^xsd:double <urn:a> "a<b>" "_:b" "7" "'" "^^" "@zh" "x"^^<urn:type> }"""
KG = "https://w3id.org/zhengtu/ontology#"
TIMES = "VALUES ?n { 1 2 3 }"


@pytest.fixture(scope="module")
def graph(ontology: Ontology) -> Graph:
    graph = Graph.memory(ontology)
    files = ((ox.NamedNode(f"urn:{n}"), ox.Literal(str(n))) for n in range(300))
    graph.store.extend(ox.Quad(name, terms.FILE, value) for name, value in files)
    return graph


def asked(graph: Graph, sparql: str) -> tuple[tuple[object, ...], ...]:
    found = graph.store.query(sparql, prefixes=dict(graph.prefixes))
    assert isinstance(found, ox.QuerySolutions)
    return tuple(tuple(solution) for solution in found)


def test_long_answers_hold_the_terms_that_the_store_gives(graph: Graph) -> None:
    # The first rows are kept as terms and the rest as text: both must say the same.
    sparql = f"SELECT ?n ?x {{ {TIMES} {VALUES} }}"
    rows, expected = graph.rows(sparql), asked(graph, sparql)
    assert rows.first and rows.rest
    assert rows.terms == expected
    assert list(rows) == [tuple(map(python_value, row)) for row in expected]  # type: ignore[arg-type]
    assert len(rows) == len(list(rows)) == 3 * 23


def test_every_cell_of_a_long_answer_is_a_python_value(graph: Graph) -> None:
    rows = graph.rows(f"SELECT ?x {{ {TIMES} {VALUES} }}")
    values = {repr(value) for (value,) in rows}
    expected = [
        None, "", "政府", 'a\tb\n"c"\\', "\u2028\U0001f600", 7, Decimal("0.5"), True, 1.0, "x", 3,
        date(2022, 6, 15), "2022", float("inf"), "urn:a", "a<b>", "_:b", "7", "'", "^^", "@zh",
    ]  # fmt: skip
    assert values == {repr(value) for value in expected}


ALIKE = (
    "<urn:a> <urn:b>",
    '"府"@zh ""@zh "政 <府>"@zh',
    '"a" "" "<b>" "@zh" "^^"',
    '"3"^^xsd:nonNegativeInteger "x"^^xsd:nonNegativeInteger',
    '"2022-06-15"^^xsd:date "2022-02-30"^^xsd:date',
    '"2022"^^xsd:gYear "x"^^xsd:gYear',
    "-7 +7 0 -0.5 12.25 true false 1e0",
)


@pytest.mark.parametrize(
    "odd", ["", "UNDEF", "<urn:c>", '"c"', '"c"@en', '"\\\\"@zh', "5", "<<TRIPLE>>"]
)
@pytest.mark.parametrize("alike", ALIKE)
def test_a_column_says_the_same_whatever_else_it_holds(graph: Graph, alike: str, odd: str) -> None:
    # Columns of one kind are cut all at once; one other cell among them must not be cut alike.
    many = " ".join(f"{n}" for n in range(100))
    value = "?x" if odd != "<<TRIPLE>>" else "?y"
    plain = odd if odd != "<<TRIPLE>>" else ""
    triple = 'UNION { BIND(TRIPLE(<urn:s>, <urn:p>, "o") AS ?y) }' if value == "?y" else ""
    values = f"VALUES {value} {{ {alike} {plain} }}"
    sparql = f"SELECT {value} {{ VALUES ?n {{ {many} }} {{ {values} }} {triple} }}"
    rows, expected = graph.rows(sparql), asked(graph, sparql)
    assert rows.first and rows.rest
    wanted = [tuple(map(python_value, row)) for row in expected]  # type: ignore[arg-type]
    assert list(map(repr, rows)) == list(map(repr, wanted))


@pytest.mark.parametrize(
    "cells",
    [
        ("<urn:a>", "<<( <urn:s> <urn:p> <urn:o> )>>", "", "", "", ""),
        ('<<( <urn:s> <urn:p> "o" )>>',),
        ('"a\\tb"', '"c"'),
        ('"a\\""', '"c"'),
        ('"a"@zh', '"b"', '"c"@zh'),
        ('"b"', '"a"@zh', '"c"@zh'),
        ("<urn:a>", "_:b"),
        ("", '"a"'),
    ],
)
def test_cells_that_look_alike_are_told_apart(cells: tuple[str, ...]) -> None:
    rows = Rows(("x",), (), "".join(f"{cell}\n" for cell in cells))
    assert list(rows) == [tuple(map(python_value, row)) for row in rows.terms]


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_short_and_long_answers_are_written_alike(graph: Graph, form: str) -> None:
    sparql = f"SELECT ?n ?x {{ {TIMES} {VALUES} }}"
    rows = graph.rows(sparql)
    whole = Rows(rows.variables, rows.terms, "")
    assert rows.serialize(form) == whole.serialize(form)


def test_a_blank_node_is_the_same_in_every_row(graph: Graph) -> None:
    rows = graph.rows("SELECT ?b ?n { { SELECT (BNODE() AS ?b) {} } ?s kg:file ?n }")
    assert rows.rest
    assert len({b for b, _ in rows}) == len({row[0] for row in rows.terms}) == 1
    assert {b for b, _ in rows} == {str(row[0]) for row in rows.terms}


def test_rows_without_columns_are_counted(graph: Graph) -> None:
    none = graph.rows("SELECT * {}")
    assert (len(none), list(none), none.terms) == (1, [()], ((),))
    many = graph.rows("SELECT * { { kg:no kg:file 1 } UNION {} " + 20 * "UNION {} " + "}")
    assert (len(many), list(many), many.terms) == (21, [()] * 21, ((),) * 21)
    assert graph.rows("SELECT * { FILTER (false) }").terms == ()


def test_only_prefixes_that_are_known_may_be_used(graph: Graph) -> None:
    assert graph.query("ASK { <urn:1> kg:file ?x }")
    assert graph.query(f"PREFIX kg: <{KG}> ASK {{ <urn:1> kg:file ?x }}")
    assert graph.query(f"PREFIX x: <{KG}> ASK {{ <urn:1> x:file ?x }}")
    with pytest.raises(QueryError, match="the prefix x: is not known"):
        graph.query("ASK { <urn:1> x:file ?x }")


@contextmanager
def interrupted() -> Iterator[None]:
    """Have somebody press Ctrl-C in a moment."""

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, pressed)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_answer_without_an_end_can_be_interrupted(graph: Graph) -> None:
    with pytest.raises(KeyboardInterrupt), interrupted():
        graph.rows("SELECT * { ?a kg:file ?b . ?c kg:file ?d . ?e kg:file ?f . ?g kg:file ?h }")

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_samples import ID, ontology, sample

from kg.errors import OntologyError
from kg.graph import terms
from kg.graph.rules import Rule, infer
from kg.graph.store import Graph

EX = "http://example.org/"
PREFIXES = {**terms.prefixes(ontology()), "": EX}

SCHEMA = """
    :partOf a owl:TransitiveProperty ; owl:inverseOf :hasPart ; rdfs:subPropertyOf :touches .
    :touches a owl:SymmetricProperty .
    :knows rdfs:subPropertyOf :touches .
"""
SHIPPED = Graph.memory(ontology()).rules()


def read(turtle: str) -> list[ox.Triple]:
    declared = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    parsed = ox.parse(declared + turtle, format=ox.RdfFormat.TURTLE)
    return [quad.triple for quad in parsed]


def shown(triples: Iterable[ox.Triple]) -> list[str]:
    return [str(triple).replace(EX, "").replace("<", "").replace(">", "") for triple in triples]


def inferred(facts: str, *rules: Rule, schema: str = SCHEMA) -> dict[str, list[str]]:
    found = infer(read(facts), read(schema), rules or SHIPPED, PREFIXES)
    return {name: shown(triples) for name, triples in found.items() if triples}


def rule(sparql: str, name: str = "own") -> Rule:
    return Rule(name, sparql, Path(f"ontology/rules/{name}.rq"))


def shipped(name: str) -> Rule:
    return next(one for one in SHIPPED if one.name == name)


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("inverse", ":a :partOf :b .", ["b hasPart a"]),
        ("inverse", ":b :hasPart :a .", ["a partOf b"]),
        ("inverse", ":a :knows :b .", []),
        ("subproperty", ":a :knows :b .", ["a touches b"]),
        ("subproperty", ":a :touches :b .", []),
        ("symmetric", ":a :touches :b .", ["b touches a"]),
        ("symmetric", ":a :knows :b .", []),
        ("transitive", ":a :partOf :b . :b :partOf :c .", ["a partOf c"]),
        ("transitive", ":a :knows :b . :b :knows :c .", []),
    ],
)
def test_each_shipped_rule_says_what_its_name_says(
    name: str, facts: str, expected: list[str]
) -> None:
    assert inferred(facts, shipped(name)).get(name, []) == expected


def test_every_shipped_rule_begins_with_a_sentence_that_explains_it() -> None:
    assert [one.name for one in SHIPPED] == [
        "inverse",
        "same-number",
        "subproperty",
        "symmetric",
        "transitive",
    ]
    for one in SHIPPED:
        assert one.sparql.startswith("# ")


def test_a_chain_is_closed_whatever_its_length() -> None:
    facts = " ".join(f":n{n} :partOf :n{n + 1} ." for n in range(40))
    found = inferred(facts, shipped("transitive"))["transitive"]
    assert len(found) == 41 * 40 // 2 - 40
    assert "n0 partOf n40" in found


def test_rules_build_on_each_other() -> None:
    found = inferred(":a :partOf :b . :b :partOf :c .")
    everything = {triple for triples in found.values() for triple in triples}
    assert {"a partOf c", "c hasPart a", "a touches c", "c touches a"} <= everything


def test_a_triple_is_credited_once_and_to_the_first_rule() -> None:
    one, other = (rule("CONSTRUCT { ?o :back ?s } WHERE { ?s :knows ?o }", n) for n in "ab")
    assert inferred(":a :knows :b .", one, other) == {"a": ["b back a"]}


def test_a_fact_is_not_inferred_again() -> None:
    assert inferred(":a :partOf :b . :b :hasPart :a .", shipped("inverse")) == {}


def test_a_circle_ends_and_nothing_is_inferred_of_a_thing_with_itself() -> None:
    found = inferred(":a :partOf :b . :b :partOf :c . :c :partOf :a .")
    everything = [triple.split() for triples in found.values() for triple in triples]
    assert ["a", "partOf", "c"] in everything
    assert not [triple for triple in everything if triple[0] == triple[2]]


def test_nothing_is_inferred_about_the_ontology_itself() -> None:
    schema = (
        SCHEMA + "rdfs:subPropertyOf a owl:TransitiveProperty . :touches rdfs:subPropertyOf :x ."
    )
    found = inferred(":a :knows :b .", schema=schema)
    subjects = {triple.split()[0] for triples in found.values() for triple in triples}
    assert subjects == {"a", "b"}


def test_the_same_facts_give_the_same_triples_in_the_same_order() -> None:
    facts = read(" ".join(f":n{n} :partOf :n{n + 1} ." for n in range(9)))
    once = infer(facts, read(SCHEMA), SHIPPED, PREFIXES)
    again = infer(reversed(facts), read(SCHEMA), SHIPPED, PREFIXES)
    assert once == again


def test_without_rules_nothing_follows() -> None:
    assert infer(read(":a :knows :b ."), read(SCHEMA), (), PREFIXES) == {}


@pytest.mark.parametrize(
    ("sparql", "problem"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", "is no CONSTRUCT query; a rule constructs triples"),
        (
            "CONSTRUCT { ?s :knows [] } WHERE { ?s :knows ?o }",
            "constructs blank nodes, which are new at every run; name them by IRIs",
        ),
        (
            "CONSTRUCT { ?s ?p ?o }\nWHERE { ?s nope:p ?o }",
            "the query is not SPARQL: line 2, column 18: "
            "the prefix nope: is not known; declare it with PREFIX nope: <…>",
        ),
        (
            "CONSTRUCT WHERE { SERVICE <http://localhost:9/> { ?s ?p ?o } }",
            "line 1, column 19: SERVICE asks another server; this graph answers from itself alone",
        ),
    ],
)
def test_a_rule_that_cannot_be_followed_names_its_file(sparql: str, problem: str) -> None:
    with pytest.raises(OntologyError) as caught:
        inferred(":a :knows :b .", rule(sparql))
    assert str(caught.value) == f"ontology/rules/own.rq: {problem}"


def test_rules_that_never_end_are_stopped() -> None:
    endless = rule(
        "CONSTRUCT { ?o :next ?new } WHERE { ?s :next ?o "
        'BIND(IRI(CONCAT(STR(?o), "x")) AS ?new) FILTER NOT EXISTS { ?o :next ?any } }'
    )
    with pytest.raises(OntologyError) as caught:
        inferred(":a :next :b .", endless)
    assert str(caught.value) == (
        "ontology/rules: infer new triples after 100 rounds still; does one of them make new nodes?"
    )


# ------------------------------------------------------------------ in the graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample()


def rows(graph: Graph, name: str) -> set[tuple[str, str, str]]:
    found = graph.rows(f"SELECT ?s ?p ?o WHERE {{ GRAPH id:rule-{name} {{ ?s ?p ?o }} }}")
    return {(s.removeprefix(ID), terms.local_name(p), o.removeprefix(ID)) for s, p, o in found}


def test_what_follows_stands_in_the_graph_of_its_rule(graph: Graph) -> None:
    assert rows(graph, "transitive") == {("region-330100", "locatedIn", "country-CN")}
    assert ("country-CN", "locationOf", "region-330100") in rows(graph, "inverse")
    assert ("region-330100", "containedInPlace", "country-CN") in rows(graph, "subproperty")
    assert [name.value.removeprefix(ID) for name in graph.rule_graphs()] == [
        "rule-inverse",
        "rule-subproperty",
        "rule-transitive",
    ]


def test_nothing_is_inferred_about_evidence(graph: Graph) -> None:
    things = set(graph.read().things())
    for name in graph.rule_graphs():
        for quad in graph.store.quads_for_pattern(None, None, None, name):
            assert {quad.subject.value, quad.object.value} <= things  # type: ignore[union-attr]
            assert quad.subject != quad.object


def test_what_is_no_fact_has_no_consequences(graph: Graph) -> None:
    # The article denies that the reform removes fragmentation.
    assert not graph.query("ASK { ?fragments kg:addressedBy ?reform }")
    assert graph.query("ASK { ?reform kg:proposedBy id:region-330000 }")

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from graph_samples import ID, article, ontology, sample

from kg.export.network import write_graphml
from kg.graph.store import Graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample()


@pytest.fixture(scope="module")
def network(graph: Graph) -> nx.MultiDiGraph:
    return graph.network()


def named(network: nx.MultiDiGraph, label: str) -> str:
    return next(str(iri) for iri, of in network.nodes(data=True) if of["label"] == label)


def edge(network: nx.MultiDiGraph, subject: str, relation: str, object_: str) -> dict[str, object]:
    found: dict[str, object] = network.edges[
        named(network, subject), named(network, object_), relation
    ]
    return found


def test_a_node_is_a_thing_with_its_names_and_class(network: nx.MultiDiGraph) -> None:
    assert network.nodes[f"{ID}country-SG"] == {
        "label": "新加坡",
        "english": "Singapore",
        "kind": "Country",
        "kind_label": "国家",
        "aliases": ("新加坡共和国",),
        "notations": ("SG",),
        "mentions": 3,
        "degree": 1,
    }


def test_things_without_an_assertion_are_left_out_unless_asked_for(graph: Graph) -> None:
    labels = {of["label"] for _, of in graph.network().nodes(data=True)}
    assert labels.isdisjoint({"陶永亮", "中国"})
    everything = {of["label"] for _, of in graph.network(everything=True).nodes(data=True)}
    assert everything == labels | {"陶永亮", "中国"}


def test_what_two_documents_say_is_one_edge_with_two_assertions(network: nx.MultiDiGraph) -> None:
    of = dict(edge(network, "新加坡", "proposes", "智慧国家"))
    evidence = of.pop("evidence")
    assertions = of.pop("assertions")
    assert of == {
        "label": "提出",
        "english": "proposes",
        "weight": 2,
        "confidence": 0.9,
        "status": "asserted",
    }
    assert isinstance(evidence, tuple)
    assert isinstance(assertions, tuple)
    assert [record.iri for record in evidence] == list(assertions)
    assert [record.sentence.file for record in evidence] == ["data/article.txt", "data/notice.txt"]
    assert [record.assertion.confidence for record in evidence] == [0.9, 0.8]


@pytest.mark.parametrize(
    ("subject", "relation", "object_", "status"),
    [
        ("浙江", "proposes", "最多跑一次", "planned"),
        ("浙江", "implements", "最多跑一次", "questioned"),
        ("最多跑一次", "addresses", "碎片化", "negated"),
        ("数字化发展战略", "hasValue", "超过170个国家", "reported"),
    ],
)
def test_an_edge_says_how_the_text_puts_it(
    network: nx.MultiDiGraph, subject: str, relation: str, object_: str, status: str
) -> None:
    assert edge(network, subject, relation, object_)["status"] == status


def test_two_relations_between_the_same_things_are_two_edges(network: nx.MultiDiGraph) -> None:
    between = network[named(network, "浙江")][named(network, "最多跑一次")]
    assert sorted(between) == ["implements", "proposes"]


def test_inferred_triples_are_no_edges(network: nx.MultiDiGraph) -> None:
    assert network.number_of_edges() == len(
        {(one.subject, one.relation, one.object) for one in article().assertions}
        | {("浙江", "implements", "最多跑一次")}
    )


def test_the_evidence_of_an_edge_points_into_the_text(network: nx.MultiDiGraph) -> None:
    text = article().document.text
    for _, _, of in network.edges(data=True):
        for record in of["evidence"]:
            if record.sentence.file == "data/article.txt":
                span = record.assertion.evidence.quotation
                assert text[span.start : span.end] == record.assertion.evidence.quote
                assert record.mark.of(record.sentence.quote) == record.assertion.evidence.quote


def test_the_same_graph_gives_the_same_network_in_the_same_order(graph: Graph) -> None:
    one, other = graph.network(), graph.network()
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(other.edges(keys=True, data=True))
    assert list(one) == sorted(one)


def test_an_empty_graph_has_an_empty_network() -> None:
    assert Graph.memory(ontology()).network().number_of_nodes() == 0


def test_graphml_can_be_read_back(graph: Graph, tmp_path: Path) -> None:
    write_graphml(graph, tmp_path / "graph.graphml")
    back = nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)
    network = graph.network()
    assert set(back) == set(network)
    assert back.number_of_edges() == network.number_of_edges()
    assert back.nodes[f"{ID}region-330000"]["notations"] == "330000 | CN-ZJ"
    [of] = back[f"{ID}country-SG"][named(network, "智慧国家")].values()
    assert (of["relation"], of["label"], of["weight"]) == ("proposes", "提出", 2)
    assert of["places"] == "data/article.txt:11-33 | data/notice.txt:0-9"
    assert "新加坡提出智慧国家" in of["quotes"]
    written = (tmp_path / "graph.graphml").read_text(encoding="utf-8")
    assert "新加坡" in written

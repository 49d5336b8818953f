from __future__ import annotations

import gc
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_samples import (
    ID,
    SINGAPORE,
    SMART_STATE,
    Name,
    Said,
    article,
    extraction,
    notice,
    ontology,
    sample,
)
from rdflib import Graph as Parsed
from rdflib.compare import isomorphic

from kg.errors import GraphError
from kg.export.formats import FORMATS, writer_of
from kg.export.rdf import write_turtle
from kg.graph.store import Graph

RDF_FORMATS = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf")
RDFLIB_NAMES = {".ttl": "turtle", ".nt": "nt", ".jsonld": "json-ld", ".rdf": "xml"}
WITH_GRAPHS = (".nq", ".trig")

AWKWARD = (
    "\"引号\" 'и' \\ </script> & ]]> \t . ;\n.\n@prefix x: <y> .\r\n"
    "nbsp\u00a0 😀 \u2028@prefix a: <b> .\u2028 \ufeff"
)


# rdflib's own reader of JSON-LD uses what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The sample, and a document with everything in it that a format might trip over."""
    graph = sample()
    text = f"新加坡提出{AWKWARD}。"
    said = Said("新加坡", "proposes", "智慧国家")
    graph.replace(
        extraction("data/汉字 name.txt", text, [SINGAPORE, Name(AWKWARD, "Concept")], []),
        extraction("b.txt", "新加坡提出智慧国家。", [SINGAPORE, SMART_STATE], [said]),
    )
    graph.infer()
    return graph


def write(graph: Graph, path: Path) -> str:
    writer_of(path)(graph, path)
    return path.read_bytes().decode("utf-8")


def facts(graph: Graph) -> set[ox.Triple]:
    return {
        quad.triple
        for name in graph.fact_graphs()
        for quad in graph.store.quads_for_pattern(None, None, None, name)
    }


def parsed(triples: Iterable[ox.Triple]) -> Parsed:
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return Parsed().parse(data=written, format="nt")


@pytest.mark.parametrize("suffix", RDFLIB_NAMES)
def test_rdflib_reads_the_triples_that_were_written(
    graph: Graph, tmp_path: Path, suffix: str
) -> None:
    write(graph, tmp_path / f"graph{suffix}")
    back = Parsed().parse(tmp_path / f"graph{suffix}", format=RDFLIB_NAMES[suffix])
    assert isomorphic(back, parsed(facts(graph)))


@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_the_formats_with_graphs_hold_everything(graph: Graph, tmp_path: Path, suffix: str) -> None:
    write(graph, tmp_path / f"graph{suffix}")
    back = ox.Store()
    back.load(path=str(tmp_path / f"graph{suffix}"))
    everything = {quad for quad in graph.store if quad.graph_name != ox.DefaultGraph()}
    # The parser gives blank nodes names of its own; nothing but the ontology has any.
    assert len(back) == len(everything)
    named = {quad for quad in everything if "_:" not in str(quad)}
    assert named <= set(back)
    assert set(back.named_graphs()) == set(graph.store.named_graphs())


def test_other_formats_hold_neither_ontology_nor_bookkeeping(graph: Graph, tmp_path: Path) -> None:
    written = write(graph, tmp_path / "graph.ttl")
    assert "owl:Class" not in written
    assert "id:inference" not in written
    assert "id:region-330100" in written
    assert "schema:containedInPlace id:country-CN" in written


def test_turtle_is_for_people_to_read(tmp_path: Path) -> None:
    written = write(sample(), tmp_path / "graph.ttl")
    assert (
        "\nid:country-SG a kg:Country ;\n"
        '    rdfs:label "新加坡"@zh , "Singapore"@en ;\n'
        '    skos:notation "SG"^^kg:iso3166-1 ;\n'
        '    skos:altLabel "新加坡共和国"@zh ;\n'
        "    kg:proposes id:concept-b119f7cb654c .\n\n"
    ) in written
    assert "\\u" not in written
    assert "<http" not in re.sub("(?m)^@prefix .*$", "", written)


def test_turtle_goes_from_things_to_documents_to_assertions_to_places(tmp_path: Path) -> None:
    written = write(sample(), tmp_path / "graph.ttl")
    heads = re.findall(r"(?m)^# -+ (\w+)", written)
    assert heads == ["things", "documents", "assertions", "places"]
    kinds = re.findall(r"(?m)^id:([a-z]+)-\S+ a ", written)
    late = {"document": 1, "run": 1, "extractor": 1, "assertion": 2, "span": 3}
    ranks = [late.get(kind, 0) for kind in kinds]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2, 3}


def test_things_are_sorted_by_name_and_assertions_as_in_the_text(tmp_path: Path) -> None:
    graph = sample()
    written = write(graph, tmp_path / "graph.ttl")
    things = written.split("# ---")[1]
    labels = re.findall(r'rdfs:label "([^"]+)"@zh', things)
    assert labels == sorted(labels)
    order = re.findall(r"(?m)^id:(assertion-\S+) a ", written)
    assert order == [record.iri.removeprefix(ID) for record in graph.read().assertions()]


def test_a_subject_is_written_once(graph: Graph, tmp_path: Path) -> None:
    written = write(graph, tmp_path / "graph.ttl")
    subjects = re.findall(r"(?m)^(\S+) a ", written)
    assert len(subjects) == len(set(subjects)) == len({t.subject for t in facts(graph)})


def test_jsonld_has_short_names_and_a_context(graph: Graph, tmp_path: Path) -> None:
    written = write(graph, tmp_path / "graph.jsonld")
    assert '"@id": "id:country-SG"' in written
    assert '"kg": "https://w3id.org/zhengtu/ontology#"' in written
    assert '"oa:start": 11' in written


def test_xml_has_no_characters_that_xml_has_not(tmp_path: Path) -> None:
    graph = Graph.memory(ontology())
    name = Name("前\x0c后\x01", "Concept")
    graph.replace(extraction("a\x02.txt", "前\x0c后\x01。", [name], []))
    for suffix, form in ((".ttl", "turtle"), (".nt", "nt"), (".jsonld", "json-ld")):
        write(graph, tmp_path / f"graph{suffix}")
        assert "前\x0c后\x01" in {
            str(term) for term in Parsed().parse(tmp_path / f"graph{suffix}", format=form).objects()
        }
    assert "前\ufffd后\ufffd" in write(graph, tmp_path / "graph.rdf")
    Parsed().parse(tmp_path / "graph.rdf", format="xml")


def test_turtle_is_the_same_in_however_many_steps_it_is_written(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = write(graph, tmp_path / "a.ttl")
    monkeypatch.setattr("kg.export.rdf._AT_ONCE", 7)
    monkeypatch.setattr("kg.export.order._REMEMBERED", 1)
    assert write(graph, tmp_path / "b.ttl") == at_once
    assert at_once.count("\n# ----") == 4


def test_the_memory_of_turtle_does_not_grow_with_the_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.export.rdf._AT_ONCE", 200)
    monkeypatch.setattr("kg.export.order._REMEMBERED", 16)
    few, many = (most_memory_of_turtle(documents, tmp_path) for documents in (40, 160))
    assert many - few < 120 * 500  # bytes: the name of a graph, not the forty triples in it


@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_holds_the_store_when_a_file_is_written(suffix: str, tmp_path: Path) -> None:
    """A store that lives on goes on tidying its files, under whoever opens them next."""
    graph = sample()
    gc.collect()
    gc.disable()
    try:
        before = sys.getrefcount(graph.store)
        writer_of(tmp_path / f"a{suffix}")(graph, tmp_path / f"a{suffix}")
        after = sys.getrefcount(graph.store)
    finally:
        gc.enable()
    assert after == before


def most_memory_of_turtle(documents: int, folder: Path) -> int:
    """Return the most bytes that Python holds while Turtle of so many documents is written."""
    graph = Graph.memory(ontology())
    said = [Said("新加坡", "proposes", "智慧国家")]
    names = [SINGAPORE, SMART_STATE]
    graph.replace(
        *(
            extraction(f"{number:04}.txt", f"新加坡提出智慧国家。{number}", names, said)
            for number in range(documents)
        )
    )
    tracemalloc.start()
    write_turtle(graph, folder / "x.ttl")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_an_empty_graph_can_be_written(tmp_path: Path) -> None:
    graph = Graph.memory(ontology())
    for suffix, form in RDFLIB_NAMES.items():
        write(graph, tmp_path / f"graph{suffix}")
        assert len(Parsed().parse(tmp_path / f"graph{suffix}", format=form)) == 0


def test_the_order_of_building_does_not_show(tmp_path: Path) -> None:
    one, other = Graph.memory(ontology()), Graph.open(tmp_path / "graph", ontology())
    one.replace(article())
    one.infer()
    one.replace(notice())
    one.infer()
    other.replace(notice(), article())
    other.infer()
    for suffix in RDF_FORMATS:
        name = f"graph{suffix}"
        assert write(one, tmp_path / name) == write(other, tmp_path / f"other{suffix}"), suffix
    other.close()


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from graph_samples import sample
from kg.export.formats import writer_of
graph = sample()
for suffix in sys.argv[3:]:
    path = Path(sys.argv[1]) / ("graph" + suffix)
    writer_of(path)(graph, path)
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    suffixes = [*RDF_FORMATS, ".graphml", ".sqlite"]
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        tests = Path(__file__).parent
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / seed), str(tests), *suffixes],
            check=True,
            cwd=tests.parent,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(tests.parent), "PYTHONUTF8": "1"},
        )
    for suffix in suffixes:
        one, other = (tmp_path / seed / f"graph{suffix}" for seed in ("1", "2"))
        assert one.read_bytes() == other.read_bytes(), suffix


def test_every_format_is_a_row_in_the_table() -> None:
    assert list(FORMATS) == [*RDF_FORMATS, ".html", ".graphml", ".sqlite"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (
            "graph.xls",
            "graph.xls: no format .xls; use .ttl .nt .nq .trig .jsonld .rdf .html .graphml .sqlite",
        ),
        (
            "graph",
            "graph: no suffix to tell the format by; "
            "use .ttl .nt .nq .trig .jsonld .rdf .html .graphml .sqlite",
        ),
    ],
)
def test_a_format_that_there_is_not_names_those_there_are(name: str, problem: str) -> None:
    with pytest.raises(GraphError) as caught:
        writer_of(Path(name))
    assert str(caught.value) == problem

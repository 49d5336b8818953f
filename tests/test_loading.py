"""Parts become a graph in bulk, and things of different documents one thing, undoably."""

from __future__ import annotations

import gzip
import io
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg.builder import build, seal_ontology
from kg.cli import main
from kg.distributed.session import open_session
from kg.errors import GraphError, MissingExtra, MissingJava
from kg.graph.parts import Quads, find_parts
from kg.graph.store import Graph
from kg.identity import Declaration, decide, merge, stored_decisions, undo, undone_decisions
from kg.loading import load
from kg.model import IRI
from kg.ontology import Ontology
from kg.opening import STORE, open_graph

DECLARED = (
    "北海大数据发展管理局（以下简称北海数管局）推出“一网通办”改革。北海数管局推进数字政府建设。"
)
ALONE = "北海数管局提出数据要素市场化改革。"
OTHER = "北方海洋数据管理局（以下简称北海数管局）推进数字政府建设。"
FULL, SHORT = "北海大数据发展管理局", "北海数管局"


@pytest.fixture
def built(tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a build of two documents that name one body differently."""
    monkeypatch.chdir(tmp_path)
    Path("d").mkdir()
    Path("d/a.txt").write_text(DECLARED, encoding="utf-8")
    Path("d/b.txt").write_text(ALONE, encoding="utf-8")
    build(["d"], "out", ontology=ontology)
    return Path("out")


def quads_of(folder: Path, graph: str | None = None) -> set[ox.Quad]:
    with open_graph(folder) as opened:
        quads = set(opened.store)
    return {quad for quad in quads if graph is None or graph in str(quad.graph_name)}


# ------------------------------------------------------------------ parts


def written(folder: Path, quads: set[ox.Quad], parts: int = 3) -> None:
    lines = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    folder.mkdir()
    for number in range(parts):
        part = b"".join(lines[number::parts])
        (folder / f"{number}.nq.gz").write_bytes(gzip.compress(part))


def test_a_graph_comes_back_from_its_parts(built: Path, ontology: Ontology) -> None:
    documents = quads_of(built, "/document-")
    written(Path("parts"), documents)
    report = load(["parts"], "loaded", ontology)
    assert report.quads == len(documents)
    assert quads_of(Path("loaded")) == quads_of(built)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9),
            st.sampled_from(["", "@zh", "^^"]),
            st.booleans(),
        ),
        min_size=1,
    )
)
def test_every_quad_is_in_its_graph_and_in_the_union(literals: list[tuple[str, str, bool]]) -> None:
    quads = set()
    for value, kind, has_graph in literals:
        literal = {
            "": ox.Literal(value),
            "@zh": ox.Literal(value, language="zh"),
            "^^": ox.Literal(value, datatype=ox.NamedNode("t:t")),
        }[kind]
        graph = ox.NamedNode("g:g") if has_graph else ox.DefaultGraph()
        quads.add(ox.Quad(ox.NamedNode("s:s"), ox.NamedNode("p:p"), literal, graph))
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.graph.parts._opened", lambda _: io.BytesIO(lines))
        read = io.BufferedReader(Quads([Path("x.nq")]), 7).read()
    union = {ox.Quad(*quad.triple) for quad in quads}
    assert set(ox.parse(read, format=ox.RdfFormat.N_QUADS)) == quads | union


def test_what_others_write_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text(
        '# a comment\n<s:s>\t<p:p> "a > b" <g:g> . # and one\n<s:s> <p:p> _:b <g:g> .', "utf-8"
    )
    store = ox.Store()
    store.bulk_load(Quads([tmp_path / "a.nq"]), format=ox.RdfFormat.N_QUADS)
    assert len(store) == 4
    assert len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))) == 2


def test_broken_parts_make_no_graph_and_are_named(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "bad.nq").write_text("<s:s> no quad\n", encoding="utf-8")
    with pytest.raises(GraphError, match=r"bad\.nq: is no N-Quads"):
        load([tmp_path / "bad.nq"], tmp_path / "out", ontology)
    assert not (tmp_path / "out" / STORE).exists()
    cut = gzip.compress(b"<s:s> <p:p> <o:o> <g:g> .\n" * 99)[:-9]
    (tmp_path / "cut.nq.gz").write_bytes(cut)
    with pytest.raises(GraphError, match=r"cut\.nq\.gz: is no N-Quads"):
        load([tmp_path / "cut.nq.gz"], tmp_path / "out", ontology)


def test_only_quads_are_parts_and_a_graph_is_not_loaded_over(
    built: Path, ontology: Ontology, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").touch()
    with pytest.raises(GraphError, match=r"no N-Quads here; give files that end in \.nq"):
        find_parts([tmp_path / "d"])
    written(tmp_path / "parts", quads_of(built, "/document-"))
    with pytest.raises(GraphError, match="holds a graph already; give another folder"):
        load([tmp_path / "parts"], built, ontology)


def test_the_command_loads_and_the_graph_answers(built: Path) -> None:
    written(Path("parts"), quads_of(built, "/document-"))
    done = CliRunner().invoke(main, ["load", "parts", "--out", "loaded"])
    assert done.exit_code == 0, done.output
    assert "quads from 3 parts" in done.stdout
    assert "quads a second" in done.stderr
    shown = CliRunner().invoke(main, ["explain", FULL, "--out", "loaded"])
    assert shown.exit_code == 0
    assert "一网通办" in shown.output


# ------------------------------------------------------------------ things that are one


def test_a_declared_short_name_is_one_with_it_elsewhere_and_says_why(built: Path) -> None:
    done = CliRunner().invoke(main, ["merge"])
    assert done.exit_code == 0, done.output
    [line] = [line for line in done.output.splitlines() if line.startswith(SHORT)]
    assert FULL in line
    with open_graph(built) as graph:
        [decision] = stored_decisions(graph)
        same = graph.rows(f"SELECT ?x {{ <{decision.member}> kg:sameAs ?x }}")
        assert list(same) == [(decision.canonical,)]
        [span] = decision.evidence
        place = graph.rows(
            f"SELECT ?w ?f {{ <{span}> oa:exact ?w ; oa:hasSource/kg:file ?f ; "
            f"kg:refersTo <{decision.canonical}> }}"
        )
        assert list(place) == [(SHORT, "d/a.txt")]


def test_what_was_undone_is_as_before_and_stays_undone(built: Path, ontology: Ontology) -> None:
    before = quads_of(built)
    sealed = seal_ontology(ontology)
    with Graph.open(built / STORE, sealed) as graph:
        [decision] = merge(graph)
        graph.infer()
    assert quads_of(built) != before
    with Graph.open(built / STORE, sealed) as graph:
        assert undo(graph, [decision.member]) == (decision,)
        graph.infer()
    left = {quad for quad in quads_of(built) - before if "/identity" not in str(quad.graph_name)}
    assert {str(q.subject) for q in left} <= {str(q.subject) for q in quads_of(built, "/identity")}
    assert not any("sameAs" in str(quad.predicate) for quad in left)
    with Graph.open(built / STORE, sealed) as graph:
        assert merge(graph) == ()
        assert undone_decisions(graph) == (decision,)


def test_a_short_name_of_two_things_is_left_alone(built: Path, ontology: Ontology) -> None:
    Path("d/c.txt").write_text(OTHER, encoding="utf-8")
    shutil.rmtree(built)
    build(["d"], "out", ontology=ontology)
    with Graph.open(built / STORE, seal_ontology(ontology)) as graph:
        assert merge(graph) == ()


@given(st.permutations([(0, 1), (2, 1), (3, 2), (4, 5), (5, 4), (6, 7), (6, 8)]))
def test_decisions_do_not_depend_on_the_order(pairs: list[tuple[int, int]]) -> None:
    names = [IRI(f"t{number}") for number in range(9)]
    declared = [Declaration(names[a], names[b], IRI(f"span-{a}-{b}")) for a, b in pairs]
    documents = {name: 9 - number for number, name in enumerate(names)}
    found = {(d.member, d.canonical) for d in decide(declared, documents, [names[3]])}
    assert found == {("t0", "t3"), ("t1", "t3"), ("t2", "t3"), ("t5", "t4")}


def test_undoing_needs_a_graph(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["merge", "--out", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert done.output.endswith("none: no graph here; run `kg build` first\n")


# ------------------------------------------------------------------ what Spark needs


def test_without_pyspark_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(MissingExtra, match=r"pip install 'zhengtu\[spark\]'"):
        open_session()
    done = CliRunner().invoke(main, ["distribute", "in", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "pyspark is not installed; run `pip install 'zhengtu[spark]'`" in done.output


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingJava, match="apt-get install default-jre-headless"):
        open_session()

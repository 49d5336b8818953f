"""A corpus that grows: whatever happens to a build, the next one ends where a fresh one would."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.builder import AT_ONCE, BuildReport, build
from kg.cli import main
from kg.engine import run
from kg.errors import GraphError
from kg.graph.store import Graph
from kg.lock import writing
from kg.ontology import Ontology
from kg.opening import STORE, open_graph, write_product
from kg.vocabulary import KG
from kg.worker import Lost

ROOT = Path(__file__).parent.parent
SENTENCES = (
    "新加坡提出智慧国家构想，推动政府数字化转型。",
    "英国出台《政府转型战略》，建设数字政府平台。",
    "浙江推出“最多跑一次”改革，数字技术提升政府服务效能。",
    "广东推出“一网通办”改革，依托大数据提升治理能力。",
    "上海市实施数字化转型行动，解决数据孤岛问题。",
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d").mkdir()


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def corpus(size: int, seed: int = 0) -> None:
    chance = random.Random(seed)
    for number in range(size):
        text = "".join(chance.choices(SENTENCES, k=4))
        write(f"d/{number:03}.txt", f"第{number}号报告（{seed}）\n\n{text}编号{number}。\n")


def quads(out: str = "out") -> bytes:
    with open_graph(out) as graph:
        write_product(graph, Path(f"{out}.nq"))
    return Path(f"{out}.nq").read_bytes()


def fresh(ontology: Ontology) -> bytes:
    build(["d"], "fresh", ontology=ontology, engine="serial")
    return quads("fresh")


def asked(out: str, sparql: str) -> list[tuple[object, ...]]:
    with open_graph(out) as graph:
        return list(graph.rows(sparql))


# ------------------------------------------------------------------ killed, cut off, shut out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_build_killed_at_twenty_moments_ends_with_the_bytes_of_an_undisturbed_one(
    ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.builder.AT_LEAST_EVERY", 0.0)
    corpus(12, seed=1)
    expected_before = whole_documents(ontology)
    corpus(30, seed=2)
    (Path("d") / "broken.txt").write_bytes(b"\0")
    expected = whole_documents(ontology) | expected_before
    chance = random.Random(7)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    command = [sys.executable, str(ROOT / "tests" / "build_again.py")]
    killed = 0
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as builder:
        assert builder.stdin and builder.stdout
        for moment in range(20):
            corpus(12 + moment % 19, seed=1 + moment % 2)
            print("once more", file=builder.stdin, flush=True)
            child = int(builder.stdout.readline())
            time.sleep(0.3 + chance.random() * 1.5)
            os.kill(child, signal.SIGKILL)
            assert builder.stdout.readline() == "over\n"
            killed += 1
            if Path("out", STORE, "CURRENT").exists():
                assert documents_are_whole(ontology, expected)
        builder.stdin.close()
    assert killed == 20
    corpus(30, seed=2)
    (Path("d") / "broken.txt").write_bytes(b"\0")
    build(["d"], "out", ontology=ontology, engine="serial")
    assert quads() == fresh(ontology)


def whole_documents(ontology: Ontology) -> dict[str, set[ox.Triple]]:
    """Return the graph of each document as an undisturbed build has it."""
    build(["d"], "expected", ontology=ontology, engine="serial")
    with Graph.read_only(Path("expected") / STORE, ontology) as graph:
        return {
            record.iri: {q.triple for q in graph.store.quads_for_pattern(*GRAPH, named(record.iri))}
            for record in graph.documents()
        }


GRAPH = (None, None, None)


def named(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def documents_are_whole(ontology: Ontology, expected: dict[str, set[ox.Triple]]) -> bool:
    with Graph.read_only(Path("out") / STORE, ontology) as graph:
        union = {quad.triple for quad in graph.store.quads_for_pattern(*GRAPH, ox.DefaultGraph())}
        for record in graph.documents(counted=False):
            found = {q.triple for q in graph.store.quads_for_pattern(*GRAPH, named(record.iri))}
            if record.iri in expected and found != expected[record.iri]:
                return False
            if not found <= union or record.sha256 is None:
                return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="has no such limit")
def test_a_full_disk_is_one_line_and_loses_nothing(ontology: Ontology) -> None:
    corpus(4)
    build(["d"], "out", ontology=ontology)
    before = quads()
    corpus(40, seed=3)
    # A file may not grow beyond this: what the system says then is what it says of a full disk.
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY));"
        "from kg.cli import main; main(['build', 'd', '--engine', 'serial'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "cannot be" in done.stderr
    assert before
    with open_graph("out") as graph:
        assert all(record.sha256 for record in graph.documents())
    build(["d"], "out", ontology=ontology)
    assert quads() == fresh(ontology)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 60_000


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="has no permissions of this kind")
def test_a_folder_that_cannot_be_written_is_one_line() -> None:
    Path("closed").mkdir(mode=0o555)
    Path.cwd().chmod(0o755)
    # Root may write everywhere, so it turns into nobody once all is loaded.
    code = (
        "import os; from pathlib import Path; from kg.errors import GraphError;"
        "from kg.lock import writing; os.geteuid() or os.setuid(65534)\n"
        "try:\n with writing(Path('closed/out')): pass\n"
        "except GraphError as error: print(error)"
    )
    for folder in list(Path.cwd().parents)[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        "closed/out: cannot be written (Permission denied); give another folder with --out\n"
    )


def test_a_second_build_says_who_holds_the_lock(ontology: Ontology) -> None:
    write("d/one.txt", SENTENCES[0])
    build(["d"], "out", ontology=ontology)
    with writing(Path("out")), pytest.raises(GraphError, match=rf"process {os.getpid()}\)"):
        build(["d"], "out", ontology=ontology)


# ------------------------------------------------------------------ in step with the folder


def test_with_several_processes_the_graph_is_the_same(ontology: Ontology) -> None:
    corpus(20)
    report = build(["d"], "out", ontology=ontology, engine="processes", jobs=2)
    assert len(report.written) == 20
    assert quads() == fresh(ontology)


def test_after_changing_one_file_and_deleting_another_it_is_that_of_a_fresh_build(
    ontology: Ontology,
) -> None:
    corpus(6)
    build(["d"], "out", ontology=ontology)
    write("d/001.txt", "第1号报告\n\n" + SENTENCES[0] * 3)
    Path("d/002.txt").unlink()
    report = build(["d"], "out", ontology=ontology)
    assert (report.written, report.removed) == (("d/001.txt",), ("d/002.txt",))
    assert len(report.unchanged) == 4
    assert quads() == fresh(ontology)
    for name in ("graph.ttl", "graph.html"):
        assert Path("out", name).read_bytes() == Path("fresh", name).read_bytes()


# ------------------------------------------------------------------ failures


def test_a_file_that_cannot_be_read_is_told_in_the_graph(ontology: Ontology) -> None:
    write("d/good.txt", SENTENCES[0])
    Path("d/bad.txt").write_bytes(b"\0\1")
    report = build(["d"], "out", ontology=ontology)
    [error] = report.failed
    failures = asked("out", "SELECT ?file ?why { ?f kg:file ?file ; kg:failed ?why }")
    assert failures == [("d/bad.txt", error.problem)]
    assert quads() == fresh(ontology)
    assert [e.problem for e in build(["d"], "out", ontology=ontology).failed] == [error.problem]
    write("d/another.txt", SENTENCES[2])
    assert build(["d"], "out", ontology=ontology).written == ("d/another.txt",)
    assert quads() == fresh(ontology)
    write("d/bad.txt", SENTENCES[1])
    assert build(["d"], "out", ontology=ontology).written == ("d/bad.txt",)
    assert asked("out", "SELECT ?why { ?f kg:failed ?why }") == []


def test_what_took_too_long_is_not_tried_again_until_it_may_take_longer(
    ontology: Ontology,
) -> None:
    write("d/good.txt", SENTENCES[0])
    build(["d"], "out", ontology=ontology)
    write("d/long.txt", SENTENCES[0] * 3000)
    told: list[str] = []

    def again(seconds: float) -> BuildReport:
        return build(
            ["d"],
            "out",
            ontology=ontology,
            engine="serial",
            seconds=seconds,
            on_document=lambda file, *_: told.append(file.name),
        )

    assert [error.file for error in again(0.7).failed] == ["d/long.txt"]
    assert again(0.7).failed[0].problem.startswith("took longer than 0.7 s")
    assert told == ["long.txt"]
    write("d/long.txt", SENTENCES[0])
    assert again(30).failed == ()


class _Collected:
    """Keeps the collector busy, in whose finalizers Python drops what is raised."""

    def __del__(self) -> None:
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            pass


def _finalize_then_wait(_: object) -> str:
    _Collected()
    time.sleep(5)
    return "not ended"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_document_is_ended_though_its_time_ran_out_in_a_finalizer() -> None:
    [result] = run(_finalize_then_wait, ["a"], "serial", seconds=0.1)
    assert isinstance(result, Lost)


# ------------------------------------------------------------------ reprints

MATTER = (
    "为推进数字政府建设，国务院印发《关于加强数字政府建设的指导意见》。"
    "意见要求各地区建立健全数据共享机制，提升政务服务水平。"
    "浙江推出“最多跑一次”改革。数字技术提升政府服务效能。"
)


def test_a_reprint_is_linked_and_its_sentences_count_once(ontology: Ontology) -> None:
    write("d/paper.txt", f"数字政府\n来源：人民日报\n刊发日期：2022-06-15\n\n{MATTER}\n")
    write("d/reprint.txt", f"转载：数字政府\n刊发日期：2022-07-01\n\n{MATTER}此处另有一句。\n")
    write("d/other.txt", "别的\n\n" + SENTENCES[1] * 5)
    build(["d"], "out", ontology=ontology)
    links = asked(
        "out", "SELECT ?a ?b { ?x kg:nearDuplicateOf ?y . ?x kg:file ?a . ?y kg:file ?b }"
    )
    assert links == [("d/reprint.txt", "d/paper.txt")]
    repeats = asked("out", "SELECT ?x ?y { ?x kg:repeats ?y }")
    assert repeats
    with open_graph("out") as graph:
        network = graph.network()
        edges = [
            of
            for *_, of in network.edges(data=True)
            if {assertion for assertion, _ in repeats} & set(of["assertions"])
        ]
        assert [(of["weight"], len(of["assertions"])) for of in edges] == [(1, 2)] * len(repeats)
    assert quads() == fresh(ontology)


# ------------------------------------------------------------------ the list of documents


def test_documents_are_listed_with_columns_as_in_a_catalogue(ontology: Ontology) -> None:
    write("d/one.txt", f"通知\n发文字号：国发〔2020〕1号\n\n{SENTENCES[0]}")
    Path("d/bad.txt").write_bytes(b"\0")
    build(["d"], "out", ontology=ontology)
    result = CliRunner().invoke(main, ["documents", "--format", "csv"])
    head, bad, one = result.stdout.splitlines()
    assert head == (
        "file,title,issuer,number,index,topic,written,published,"
        "entities,assertions,sha256,state,failure"
    )
    assert bad.startswith("d/bad.txt,") and ",failed," in bad and "holds no text" in bad
    assert one.startswith("d/one.txt,通知,,国发〔2020〕1号,") and ",written," in one
    build(["d"], "out", ontology=ontology)
    assert '"state": "unchanged"' not in CliRunner().invoke(main, ["documents"]).stdout
    listed = CliRunner().invoke(main, ["documents", "--format", "json"]).stdout
    assert '"file": "d/one.txt"' in listed


def test_the_constants_fit_the_store() -> None:
    from kg.graph.writing import _AT_ONCE

    assert AT_ONCE < _AT_ONCE  # so that what is written at once is one step of the store
    assert KG.failed

"""A build brings the graph into step with the files, says what it did, and loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

import kg
from kg.builder import BuildReport, build
from kg.errors import GraphError, OntologyError
from kg.finishing import PRODUCTS
from kg.graph.store import Graph
from kg.listing import list_documents
from kg.lock import reading, writing
from kg.ontology import SHIPPED_ONTOLOGY, Ontology, load_ontology
from kg.opening import STORE, open_graph, recall, write_product
from kg.report import summary
from kg.text.read import READERS
from kg.vocabulary import KG

ONE = "新加坡提出智慧国家构想。英国出台《政府转型战略》。"
TWO = "浙江推出“最多跑一次”改革。数字技术提升政府服务效能，金穗堂参与其中。"
THREE = "广东推出“一网通办”改革。"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d").mkdir()


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


@pytest.fixture
def built(ontology: Ontology) -> BuildReport:
    write("d/one.txt", ONE)
    write("d/two.txt", TWO)
    return build(["d"], "out", ontology=ontology)


def quads(out: str = "out") -> bytes:
    """Return the whole graph of a build as N-Quads."""
    with open_graph(out) as graph:
        write_product(graph, Path("all.nq"))
    return Path("all.nq").read_bytes()


def fresh(ontology: Ontology) -> bytes:
    """Return the graph that a build from nothing gives."""
    build(["d"], "fresh", ontology=ontology)
    return quads("fresh")


def products() -> list[tuple[bytes, int]]:
    paths = [Path("out", name) for name in PRODUCTS]
    return [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]


def test_a_build_writes_the_graph_and_says_what_is_in_it(built: BuildReport) -> None:
    assert built.written == ("d/one.txt", "d/two.txt")
    assert (built.unchanged, built.removed, built.failed) == ((), (), ())
    assert built.changed
    assert [record.file for record in built.documents] == ["d/one.txt", "d/two.txt"]
    assert built.entities["Country"] == 2
    assert built.entities["Region"] == 1
    assert sum(built.assertions.values()) == sum(r.assertions for r in built.documents) > 0
    assert sorted(path.name for path in Path("out").iterdir()) == [
        ".lock",
        "build.json",
        "graph.html",
        "graph.ttl",
        "search.sqlite",
        STORE,
        "taught.json",
    ]
    assert built.products == (
        Path("out/graph.ttl"),
        Path("out/graph.html"),
        Path("out/search.sqlite"),
    )


def test_a_second_build_changes_nothing(built: BuildReport, ontology: Ontology) -> None:
    before = products()
    report = build(["d"], "out", ontology=ontology)
    assert (report.unchanged, report.written) == (("d/one.txt", "d/two.txt"), ())
    assert not report.changed
    assert (report.entities, report.assertions) == (built.entities, built.assertions)
    assert (report.findings, report.documents) == (built.findings, built.documents)
    assert products() == before


def test_after_changes_the_graph_is_that_of_a_fresh_build(
    built: BuildReport, ontology: Ontology
) -> None:
    assert built.changed
    write("d/one.txt", THREE)
    Path("d/two.txt").unlink()
    write("d/four.txt", ONE)
    report = build(["d"], "out", ontology=ontology)
    assert (report.written, report.removed) == (("d/four.txt", "d/one.txt"), ("d/two.txt",))
    assert quads() == fresh(ontology)


def test_a_bad_file_stops_nothing_and_keeps_its_last_good_content(
    built: BuildReport, ontology: Ontology
) -> None:
    assert built.changed
    Path("d/one.txt").write_bytes(b"\0\1\2")
    write("d/three.txt", THREE)
    report = build(["d"], "out", ontology=ontology)
    assert report.written == ("d/three.txt",)
    assert [str(error) for error in report.failed] == [
        "d/one.txt: is not text (it holds NUL bytes); give plain text or Markdown"
    ]
    assert [r.file for r in report.documents] == ["d/one.txt", "d/three.txt", "d/two.txt"]
    # Whoever asks is told: the summary, the list, the graph.
    assert report.outdated == ("d/one.txt",)
    told = "outdated  d/one.txt: it cannot be read; the graph keeps what it said before"
    assert told in list(summary(report, ontology))
    again = build(["d"], "out", ontology=ontology)
    assert not again.changed
    assert told in list(summary(again, ontology))
    with open_graph("out") as graph:
        listed = list_documents(graph, recall(Path("out")))
        asked = "SELECT ?file { ?now kg:failed ?why ; prov:wasRevisionOf ?d . ?d kg:file ?file }"
        assert list(graph.rows(asked)) == [("d/one.txt",)]
    [one] = [row for row in listed if row.failure]
    assert (one.file, one.state) == ("d/one.txt", "failed")
    assert one.failure.endswith("(the graph keeps what it said before)")
    assert one.assertions > 0
    # When it can be read again, or is gone, nothing of that is left.
    write("d/one.txt", TWO + ONE)
    build(["d"], "out", ontology=ontology)
    assert quads() == fresh(ontology)


def test_a_bad_file_that_is_deleted_takes_its_last_good_content_along(
    built: BuildReport, ontology: Ontology
) -> None:
    assert built.changed
    Path("d/one.txt").write_bytes(b"\0\1\2")
    assert build(["d"], "out", ontology=ontology).outdated == ("d/one.txt",)
    Path("d/one.txt").unlink()
    report = build(["d"], "out", ontology=ontology)
    assert (report.removed, report.outdated) == (("d/one.txt",), ())
    assert quads() == fresh(ontology)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("none.txt", "none.txt: there is no such file or folder; give the path of one"),
        (
            "empty",
            f"empty: holds no file that can be read ({', '.join(sorted(READERS))}); put one there",
        ),
        ("blank.txt", "blank.txt: is empty; give a file with content"),
        ("noise.txt", "noise.txt: is not text (it holds NUL bytes); give plain text or Markdown"),
    ],
)
def test_bad_input_is_one_line_and_leaves_the_last_graph(
    path: str, words: str, ontology: Ontology
) -> None:
    Path("empty").mkdir()
    Path("blank.txt").touch()
    Path("noise.txt").write_bytes(bytes(range(256)) * 20)
    report = build([path], "out", ontology=ontology)
    assert [str(error) for error in report.failed] == [words]
    assert not report.changed
    assert not Path("out").exists()  # nothing half-written

    write("d/one.txt", ONE)
    build(["d"], "out", ontology=ontology)
    before = products()
    report = build([path], "out", ontology=ontology)
    assert [str(error) for error in report.failed] == [words]
    assert products()[0][0] == before[0][0]
    assert [record.file for record in report.documents] == ["d/one.txt"]


@pytest.fixture
def own() -> Path:
    """A copy of the shipped ontology, to be changed."""
    return Path(shutil.copytree(SHIPPED_ONTOLOGY, "own"))


def append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("kg:broken a owl:ObjectProperty ;;; .. \n", "is not Turtle"),
        (
            'kg:likes a owl:ObjectProperty ; rdfs:label "喜欢"@zh , "likes"@en ;\n'
            '    rdfs:domain kg:Person ; kg:trigger "喜欢" .\n',
            "has kg:trigger words but no rdfs:range",
        ),
        ('kg:Person kg:triger "喜欢" .\n', "did you mean kg:trigger?"),
    ],
)
def test_a_bad_ontology_is_one_line_and_leaves_the_last_graph(
    addition: str, words: str, built: BuildReport, own: Path
) -> None:
    assert built.changed
    before = (products(), quads())
    append(own / "policy.ttl", addition)
    with pytest.raises(OntologyError) as caught:
        build(["d"], "out", ontology=own)
    assert words in str(caught.value)
    assert str(caught.value).startswith("own/policy.ttl: ")
    assert "\n" not in str(caught.value)
    assert (products(), quads()) == before


def test_a_word_taught_to_the_ontology_is_found_in_what_was_read_before(
    built: BuildReport, own: Path
) -> None:
    assert built.changed
    append(
        own / "concepts" / "countries.ttl",
        '\nid:organization-x a kg:Organization ; skos:prefLabel "金穗堂"@zh .\n',
    )
    report = build(["d"], "out", ontology=own)
    assert report.written == report.reread == ("d/two.txt",)
    assert "read again  1 of 2 documents: the word 金穗堂 changed" in "\n".join(
        summary(report, load_ontology(own))
    )
    with open_graph("out") as graph:
        assert graph.query("ASK { ?span kg:refersTo id:organization-x }")
        assert graph.ontology.folder == own.absolute()  # it remembers with what it was built


def test_a_rule_of_ones_own_is_followed_without_reading_again(
    built: BuildReport, own: Path
) -> None:
    assert built.changed
    build(["d"], "out", ontology=own)
    rule = "CONSTRUCT { ?s kg:hasFeature ?o } WHERE { ?s kg:proposes ?o }\n"
    (own / "rules" / "own.rq").write_text(rule, encoding="utf-8")
    report = build(["d"], "out", ontology=own)
    assert report.changed
    assert report.unchanged == ("d/one.txt", "d/two.txt")
    with open_graph("out") as graph:
        assert graph.query("ASK { GRAPH id:rule-own { ?s kg:hasFeature ?o } }")


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_lost_product_is_written_again(name: str, built: BuildReport, ontology: Ontology) -> None:
    assert built.changed
    before = (Path("out") / name).read_bytes()
    (Path("out") / name).unlink()
    assert build(["d"], "out", ontology=ontology).changed
    assert (Path("out") / name).read_bytes() == before


def test_a_build_that_was_cut_off_is_made_good(built: BuildReport, ontology: Ontology) -> None:
    complete = quads()
    document = NamedNode(built.documents[0].iri)
    with Graph.open(Path("out") / STORE, ontology) as graph:
        seal = list(graph.store.quads_for_pattern(document, NamedNode(KG.sha256), None, None))
        for quad in seal:
            graph.store.remove(quad)
    report = build(["d"], "out", ontology=ontology)
    assert report.written == ("d/one.txt",)
    assert quads() == complete


def test_a_damaged_graph_says_what_to_do(built: BuildReport, ontology: Ontology) -> None:
    assert built.changed
    for file in Path("out", STORE).glob("*.sst"):
        file.unlink()
    for file in Path("out", STORE).glob("MANIFEST-*"):
        file.write_bytes(b"not a manifest")
    with pytest.raises(GraphError) as caught:
        build(["d"], "out", ontology=ontology)
    assert str(caught.value).startswith("out/store: ")
    assert "\n" not in str(caught.value)


def test_two_builds_do_not_mix(built: BuildReport, ontology: Ontology) -> None:
    assert built.changed
    with writing(Path("out")), pytest.raises(GraphError) as caught:
        build(["d"], "out", ontology=ontology)
    problem = f"another build (process {os.getpid()}) is at work here; try again when it is done"
    assert str(caught.value) == f"out: {problem}"
    with reading(Path("out")), reading(Path("out")):
        pass  # readers do not shut each other out


def test_a_folder_that_holds_something_else_is_left_alone(ontology: Ontology) -> None:
    write("d/one.txt", ONE)
    Path("out", STORE).mkdir(parents=True)
    write(f"out/{STORE}/mine.txt", "mine")
    with pytest.raises(GraphError):
        build(["d"], "out", ontology=ontology)
    assert Path("out", STORE, "mine.txt").read_text(encoding="utf-8") == "mine"


def test_the_place_of_a_folder_taken_by_a_file_says_so(ontology: Ontology) -> None:
    write("d/one.txt", ONE)
    write("out", "a file")
    with pytest.raises(GraphError, match="cannot be written"):
        build(["d"], "out", ontology=ontology)


def test_files_of_one_content_are_one_document(ontology: Ontology) -> None:
    write("d/one.txt", ONE)
    write("d/two.txt", ONE)
    report = build(["d"], "out", ontology=ontology)
    assert (report.written, report.duplicates) == (("d/one.txt",), (("d/two.txt", "d/one.txt"),))


def test_progress_is_told_document_by_document(ontology: Ontology) -> None:
    write("d/one.txt", ONE)
    Path("d/two.txt").write_bytes(b"\0")
    told: list[tuple[str, int, int]] = []
    build(
        ["d"],
        "out",
        ontology=ontology,
        on_document=lambda file, number, total: told.append((file.name, number, total)),
    )
    assert told == [("one.txt", 1, 2), ("two.txt", 2, 2)]


def test_the_same_files_give_the_same_bytes_in_every_process() -> None:
    write("d/one.txt", ONE)
    write("d/two.txt", TWO)
    made = []
    for seed in ("1", "2"):
        out = f"out-{seed}"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        for command in (["build", "d"], ["export", f"{out}/graph.nq"], ["export", f"{out}/g.trig"]):
            subprocess.run(
                [sys.executable, "-m", "kg", *command, "--out", out],
                check=True,
                env=environment,
                capture_output=True,
            )
        names = (*PRODUCTS, "graph.nq", "g.trig")
        made.append([Path(out, name).read_bytes() for name in names])
    assert made[0] == made[1]


ROOT = Path(__file__).parent.parent


def test_the_front_door_opens_what_a_build_wrote(built: BuildReport) -> None:
    graph = kg.open("out")
    rows = graph.query("SELECT ?name { ?s a kg:Country ; rdfs:label ?name } ORDER BY ?name")
    assert ("新加坡",) in list(rows)  # type: ignore[arg-type]
    graph.export("again.ttl")
    assert Path("again.ttl").read_bytes() == Path("out/graph.ttl").read_bytes()
    with pytest.raises(GraphError, match=r"no format \.xyz"):
        graph.export("again.xyz")
    assert len(graph.dataset) > 0
    assert graph.network().number_of_nodes() > 0
    assert built.changed


def test_the_front_door_costs_nothing_until_a_name_is_used() -> None:
    code = "import sys, kg; assert not [m for m in sys.modules if m.startswith(('kg.', 'rdflib'))]"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    assert set(kg.__all__) <= set(dir(kg))
    for name in kg.__all__:
        assert getattr(kg, name) is not None
    with pytest.raises(AttributeError):
        kg.nothing  # noqa: B018

"""A cluster gives what one process gives, whatever dies on the way, and nothing is done twice."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from spark_samples import (
    CHILD,
    EXECUTOR,
    FIRST,
    TEXTS,
    WORKER,
    Breaking,
    DeadlyReading,
    DeadlyTabulating,
    write_corpus,
)

from kg.builder import build, seal_ontology
from kg.distributed.extraction import Tabulating
from kg.distributed.job import SpreadReport, spread
from kg.engine import ENGINES, run
from kg.errors import DocumentError, GraphError
from kg.graph.quads import document_quads
from kg.graph.store import Graph
from kg.graph.terms import Names
from kg.identity import merge, stored_decisions
from kg.loading import load
from kg.model import Extraction
from kg.ontology import Ontology
from kg.opening import STORE, open_graph, write_product
from kg.reading import Reading
from kg.version import software_version
from kg.worker import Lost

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# PySpark leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PARTS = 4
DEADLY = ("poison.txt", "middle.txt", "more.txt")
VICTIMS = {"processes": CHILD, "spark": WORKER}
"""What is killed in the middle: the process that reads, or Spark's own worker above it."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus") / "d", DEADLY)


@pytest.fixture(scope="module")
def sealed(ontology: Ontology) -> Ontology:
    return seal_ontology(ontology)


def lines_of(results: Iterable[object], ontology: Ontology) -> list[bytes]:
    """Return the quads of extractions as N-Quads, sorted."""
    version = software_version()
    quads = [
        quad
        for result in results
        if isinstance(result, Extraction)
        for quad in document_quads(result, ontology, version=version)
    ]
    return sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines())


def lines_in(parts: str) -> list[bytes]:
    files = sorted(Path(parts, "documents").glob("*.nq.gz"))
    assert len(files) == PARTS
    return sorted(
        line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()
    )


@pytest.fixture(scope="module")
def expected(corpus: Path, sealed: Ontology) -> list[bytes]:
    """What one process finds in the documents that do not kill it."""
    files = [f for f in sorted(corpus.iterdir()) if f.name not in ("poison.txt", "one.txt")]
    lines = lines_of(run(Reading(sealed), files, "serial"), sealed)
    assert len(lines) > 500
    return lines


# ------------------------------------------------------------------ engines


@pytest.mark.parametrize("engine", sorted(set(ENGINES) - {"serial"}))
def test_every_engine_gives_the_same_quads_whatever_dies(
    engine: str,
    corpus: Path,
    sealed: Ontology,
    expected: list[bytes],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    files = [f for f in sorted(corpus.iterdir()) if f.name != "one.txt"]
    reading = DeadlyReading(Reading(sealed), tmp_path / "mark", VICTIMS[engine])
    results = list(run(reading, files, engine, jobs=2))
    assert (tmp_path / "mark").exists()
    lost = [f.name for f, r in zip(files, results, strict=True) if isinstance(r, Lost)]
    failed = [f.name for f, r in zip(files, results, strict=True) if isinstance(r, DocumentError)]
    assert (lost, failed) == (["poison.txt"], ["broken.txt"])
    assert lines_of(results, sealed) == expected


# ------------------------------------------------------------------ the job


@pytest.fixture(scope="module")
def spreading(
    spark: SparkSession, corpus: Path, ontology: Ontology, tmp_path_factory: pytest.TempPathFactory
) -> SpreadReport:
    """The job on all documents, an executor of which is killed in the middle."""
    folder = tmp_path_factory.mktemp("spread")
    tabulate = DeadlyTabulating(Tabulating.of(ontology), folder / "mark", EXECUTOR)
    out = str(folder / "out")
    report = spread(spark, [str(corpus)], out, ontology, parts=PARTS, tabulate=tabulate)
    assert (folder / "mark").exists()
    return report


def test_the_parts_hold_what_one_process_finds(
    spreading: SpreadReport, expected: list[bytes], corpus: Path
) -> None:
    assert lines_in(spreading.quads) == expected
    assert [Path(name).name for name, _ in spreading.failed] == ["broken.txt", "poison.txt"]
    assert "is not text" in spreading.failed[0][1]
    assert "signal 9" in spreading.failed[1][1]
    assert spreading.documents == len(TEXTS) + len(DEADLY) - 3  # a copy, and two that failed
    assert spreading.failed[0][0] == (corpus / "broken.txt").as_posix()


def test_a_second_run_reads_nothing_and_changes_no_byte(
    spark: SparkSession, spreading: SpreadReport, corpus: Path, ontology: Ontology
) -> None:
    files = sorted(Path(spreading.out).rglob("*.nq.gz"))
    before = [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    again = spread(spark, [str(corpus)], spreading.out, ontology, parts=PARTS)
    assert again.read == 0
    assert before == [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in files]


def rows(spark: SparkSession, report: SpreadReport, table: str) -> list[dict[str, Any]]:
    found = spark.read.parquet(f"{report.out}/tables/{table}").collect()
    return sorted((row.asDict() for row in found), key=str)


def test_the_tables_count_what_the_documents_say(
    spark: SparkSession, spreading: SpreadReport, corpus: Path, sealed: Ontology
) -> None:
    files = [f for f in sorted(corpus.iterdir()) if f.name not in ("poison.txt", "one.txt")]
    found = [e for e in run(Reading(sealed), files) if isinstance(e, Extraction)]
    naming = {iri: sum(iri in e.references for e in found) for e in found for iri in e.references}
    entities = rows(spark, spreading, "entities")
    assert {r["iri"]: r["documents"] for r in entities if r["mentions"]} == naming
    assert {r["iri"] for r in entities} == {e.iri for x in found for e in x.entities}
    supported: dict[tuple[str, ...], set[str]] = {}
    for extraction in found:
        for a in extraction.assertions:
            key = (a.subject, a.relation, a.object, str(a.status))
            supported.setdefault(key, set()).add(extraction.document.key)
    facts = rows(spark, spreading, "facts")
    counted = {(r["subject"], r["relation"], r["object"], r["status"]): r for r in facts}
    assert {key: r["documents"] for key, r in counted.items()} == {
        key: len(keys) for key, keys in supported.items()
    }
    assert max(r["documents"] for r in facts) > 1
    documents = rows(spark, spreading, "documents")
    assert {r["name"]: r["mentions"] for r in documents} == {
        x.document.name: len(x.mentions) for x in found
    }


def test_things_of_one_sentence_are_counted_together(
    spark: SparkSession, spreading: SpreadReport, sealed: Ontology
) -> None:
    together = {
        (r["one"], r["other"]): (r["sentences"], r["documents"])
        for r in rows(spark, spreading, "together")
    }
    assert all(one < other for one, other in together)
    pairs = [pair for pair in together if sealed.mint("region-440000") in pair]
    # three.txt, long.txt, near.txt, middle.txt and more.txt have the same sentence.
    assert max(together[pair] for pair in pairs) == (5, 5)


def test_near_duplicates_are_found_and_copies_are_one(
    spark: SparkSession, spreading: SpreadReport
) -> None:
    names = {r["iri"]: Path(r["name"]).name for r in rows(spark, spreading, "documents")}
    assert FIRST in names.values()
    pairs = [
        {names[r["document"]], names[r["original"]]} for r in rows(spark, spreading, "duplicates")
    ]
    assert {"long.txt", "near.txt"} in pairs
    assert not any({"two.txt"} & pair for pair in pairs)


@pytest.fixture
def tables(spark: SparkSession, tmp_path: Path) -> list[str]:
    """The texts as rows of a Parquet table and of JSON Lines, two of which are none."""
    given = [(name, text) for name, text in TEXTS.items() if name != "one.txt"]
    parquet, lines = str(tmp_path / "in.parquet"), tmp_path / "in.jsonl"
    spark.createDataFrame(given[:4], "id string, text string").coalesce(1).write.parquet(parquet)
    written = [json.dumps({"name": name, "text": text}) for name, text in given[4:]]
    written += ['{"name": "d"}', "no json"]
    lines.write_text("\n".join(written) + "\n", encoding="utf-8")
    return [parquet, str(lines)]


def test_what_is_broken_off_goes_on_where_it_was(
    spark: SparkSession, tables: list[str], ontology: Ontology, tmp_path: Path
) -> None:
    out, notes = str(tmp_path / "out"), tmp_path / "notes"
    notes.mkdir()
    good, bad = (Breaking(Tabulating.of(ontology), notes, breaks) for breaks in (False, True))
    with pytest.raises(Exception, match="Python worker exited unexpectedly"):
        spread(spark, tables, out, ontology, parts=PARTS, tabulate=bad)
    done = {r["sha256"] for r in spark.read.parquet(f"{out}/records/*").collect()}
    assert done
    for note in notes.iterdir():
        note.unlink()
    report = spread(spark, tables, out, ontology, parts=PARTS, tabulate=good)
    assert not done & {note.name for note in notes.iterdir()}
    assert report.read == len(TEXTS) - 1 + 2 - len(done)
    assert report.documents == len(TEXTS) - 2
    problems = sorted(problem for _, problem in report.failed)
    assert ["is no row" in p or "is not text" in p for p in problems] == [True] * 3
    names = {r["name"] for r in rows(spark, report, "documents")}
    assert f"{tables[0]}#agency.txt" in names
    assert "near.txt" in names


def test_what_is_not_there_is_said_before_anything_is_read(
    spark: SparkSession, ontology: Ontology, tmp_path: Path
) -> None:
    with pytest.raises(GraphError, match="nowhere: there is no such file or folder"):
        spread(spark, [str(tmp_path / "nowhere")], str(tmp_path / "out"), ontology)


# ------------------------------------------------------------------ in the store


def exported(out: Path, poison: bytes) -> list[bytes]:
    with open_graph(out) as graph:
        write_product(graph, out / "all.nq")
    lines = (out / "all.nq").read_bytes().splitlines()
    return [line for line in lines if poison not in line]


def test_loaded_parts_are_the_graph_of_a_build(
    spreading: SpreadReport, corpus: Path, ontology: Ontology, tmp_path: Path
) -> None:
    assert load([spreading.quads], tmp_path / "loaded", ontology).quads > 500
    files = [f for f in sorted(corpus.iterdir()) if f.name != "poison.txt"]
    report = build(files, tmp_path / "built", ontology=ontology)
    assert [Path(error.file).name for error in report.failed] == ["broken.txt"]
    assert len(report.documents) == spreading.documents
    sealed = seal_ontology(ontology)
    with Graph.open(tmp_path / "built" / STORE, sealed) as graph:
        decisions = merge(graph)
        graph.infer()
    assert decisions
    with open_graph(tmp_path / "loaded") as graph:
        assert stored_decisions(graph) == decisions
    # The file that kills who reads it is left out of the build; the parts tell of it alone.
    poison = Names(sealed.base).failure((corpus / "poison.txt").as_posix()).value.encode()
    built = exported(tmp_path / "built", poison)
    assert exported(tmp_path / "loaded", poison) == built
    assert any(b"/failure-" in line for line in built)

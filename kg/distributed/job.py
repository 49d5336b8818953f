"""The distributed job, stage by stage; each leaves its tables behind and is not done twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.distributed.aliases import Deciding, identities
from kg.distributed.extraction import Extracting, Tabulating, Tabulator
from kg.distributed.folder import Folder
from kg.distributed.inputs import documents
from kg.distributed.records import SCHEMA, Failing
from kg.distributed.tables import TABLES
from kg.engine import SECONDS
from kg.graph.failures import failing
from kg.ontology import SHIPPED_MODELS, Ontology

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PARTS = 16
"""How many parts the quads are written in, if nothing is said."""
IDENTITIES = "identities"


@dataclass(frozen=True)
class SpreadReport:
    """What a distributed job did."""

    out: str
    documents: int
    """All that the tables hold now."""
    read: int
    """Those of them that were read this time, failures included."""
    failed: tuple[tuple[str, str], ...]
    """Names and problems of documents that could not be read; the first thousand."""
    quads: str
    """The folder of the N-Quads parts, for `kg load`."""


@dataclass(frozen=True)
class Job:
    """A distributed job: where it writes, and how."""

    spark: SparkSession
    folder: Folder
    ontology: Ontology
    """Sealed: its fingerprint tells models and software as well."""
    parts: int = PARTS
    seconds: float = SECONDS

    @property
    def failing(self) -> str:
        """The fingerprint of all that a failure depends on beside the document."""
        return failing(self.ontology.fingerprint, self.seconds)

    @property
    def records(self) -> str:
        """The folder of the rows; what was read with another ontology lies elsewhere."""
        return f"records/{self.ontology.fingerprint[:12]}"


def spread(
    spark: SparkSession,
    paths: Iterable[str],
    out: str,
    ontology: Ontology,
    *,
    models: Path | None = SHIPPED_MODELS,
    parts: int = PARTS,
    seconds: float = SECONDS,
    tabulate: Tabulator | None = None,
) -> SpreadReport:
    """Read the documents under the paths on a cluster; write tables and parts of quads to ``out``.

    Run again, it reads only documents that are new or changed, or whose task had not ended when
    it was stopped. ``tabulate`` is what is done to each document, by default its extraction.
    """
    spark.conf.set("spark.sql.shuffle.partitions", parts)
    tabulating = Tabulating.of(ontology, models)
    job = Job(spark, Folder(spark, out), tabulating.ontology, parts, seconds)
    wanted = _plan(job, paths)
    extracting = Extracting(tabulate or tabulating, seconds)
    read = _extract(job, paths, wanted, extracting)
    current = _current(job, wanted)
    seal = _seal(job, current)
    if not job.folder.is_sealed("tables", seal):
        _write_tables(job, current)
        job.folder.seal("tables", seal)
    if not job.folder.is_sealed("quads", seal):
        _write_quads(job, current)
        job.folder.seal("quads", seal)
    return _report(job, read)


def _plan(job: Job, paths: Iterable[str]) -> DataFrame:
    """Return which documents there are: name and sha256, each content once."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    found = documents(job.spark, paths).groupBy("sha256").agg(F.min("name").alias("name"))
    return job.folder.write(found, "plan")


def _extract(job: Job, paths: Iterable[str], wanted: DataFrame, work: Extracting) -> int:
    """Read what is not read yet, and return how many documents that were."""
    done = job.folder.read_if_there(job.records, SCHEMA).select("sha256", "name")
    todo = wanted.join(done, ["sha256", "name"], "left_anti").localCheckpoint()
    count = todo.count()
    if count:
        # The same hash as the parts have: a task reads the documents of one part.
        found = documents(job.spark, paths).repartition(job.parts, "sha256")
        asked = found.join(todo, ["sha256", "name"], "left_semi")
        job.folder.append(asked.mapInArrow(work, SCHEMA), job.records)
    return count


def _current(job: Job, wanted: DataFrame) -> DataFrame:
    """Return the rows of the documents that there are now, each once."""
    rows = job.folder.read_if_there(job.records, SCHEMA)
    once = rows.dropDuplicates(["sha256", "name", "piece"])
    return once.join(wanted, ["sha256", "name"], "left_semi")


def _seal(job: Job, current: DataFrame) -> str:
    """Return a hash of which documents there are, and how they were read and are written."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    each = current.filter("piece = 0").select(F.xxhash64("sha256", "name").alias("hash"))
    total = F.sum(F.col("hash").cast("decimal(38, 0)")).alias("total")
    [row] = each.agg(F.count("*").alias("documents"), total).collect()
    return f"{job.ontology.fingerprint} {job.parts} {row['documents']} {row['total']}"


def _write_tables(job: Job, current: DataFrame) -> None:
    for name, table in TABLES.items():
        job.folder.write(table(current), f"tables/{name}")
    same = identities(current, job.folder.read("tables/entities"))
    job.folder.write(same, f"tables/{IDENTITIES}")


def _write_quads(job: Job, current: DataFrame) -> None:
    lines = (
        current.filter("quads IS NOT NULL")
        .select("sha256", "piece", "quads")
        .repartition(job.parts, "sha256")
        .sortWithinPartitions("sha256", "piece")
        .select("quads")
    )
    job.folder.write_lines(lines, "quads/documents", "part", ".nq.gz")
    decisions = job.folder.read(f"tables/{IDENTITIES}").orderBy("member").coalesce(1)
    failed = job.folder.read("tables/failures").orderBy("name").coalesce(1)
    told = failed.mapInArrow(Failing(job.ontology, job.failing), "quads string")
    job.folder.write_lines(told, "quads/failures", "failed", ".nq.gz")
    same = decisions.mapInArrow(Deciding(job.ontology), "quads string")
    job.folder.write_lines(same, "quads/identities", "same", ".nq.gz")


def _report(job: Job, read: int) -> SpreadReport:
    failed = job.folder.read("tables/failures").orderBy("name").limit(1000).collect()
    return SpreadReport(
        out=job.folder.root,
        documents=job.folder.read("tables/documents").count(),
        read=read,
        failed=tuple((row["name"], row["problem"]) for row in failed),
        quads=job.folder.path("quads"),
    )

"""The decisions of `kg.identity` at scale: the same ones, worked out as joins over tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.distributed.records import lines_of
from kg.distributed.tables import components
from kg.identity import EVIDENCE, Decision, decision_quads
from kg.model import IRI
from kg.ontology import Ontology

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def identities(records: DataFrame, entities: DataFrame) -> DataFrame:
    """Return the decisions: member, canonical, evidence (an array of places); see `decide`."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    named = entities.filter("mentions > 0")
    pairs = _pairs(records, named).localCheckpoint()
    edges = pairs.select(F.col("short").alias("one"), F.col("full").alias("other"))
    found = components(edges)
    order = F.struct(~F.col("known"), -F.col("documents"), F.col("iri"))
    canonical = (
        found.join(named, found.node == named.iri)
        .groupBy("component")
        .agg(F.min_by("iri", order).alias("canonical"))
    )
    members = found.join(canonical, "component").filter("node != canonical")
    ends = pairs.select(F.explode(F.array("short", "full")).alias("node"), "evidence")
    places = ends.select("node", F.explode("evidence").alias("place"))
    evidence = places.groupBy("node").agg(F.sort_array(F.collect_set("place")).alias("evidence"))
    return members.join(evidence, "node").select(
        F.col("node").alias("member"), "canonical", "evidence"
    )


def _pairs(records: DataFrame, named: DataFrame) -> DataFrame:
    """Return short, full and evidence of the declared pairs that nothing speaks against."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    mentions = (
        records.filter("problem IS NULL AND piece = 0")
        .select("iri", F.posexplode("mentions").alias("place", "mention"))
        .filter("mention.short IS NOT NULL")
    )
    first = mentions.groupBy(
        "iri", F.col("mention.short").alias("short"), F.col("mention.iri").alias("full")
    ).agg(F.min_by("mention.span", "place").alias("span"))
    declared = first.join(named.select(F.col("iri").alias("short")), "short", "left_semi")
    declared = declared.join(named.select(F.col("iri").alias("full")), "full", "left_semi")
    pairs = declared.groupBy("short", "full").agg(
        F.slice(F.sort_array(F.collect_set("span")), 1, EVIDENCE).alias("evidence")
    )
    single = pairs.groupBy("short").agg(F.count("*").alias("meanings")).filter("meanings = 1")
    return pairs.join(single.select("short"), "short", "left_semi")


@dataclass(frozen=True)
class Deciding:
    """The function for `mapInArrow`: decisions in, the quads of each out."""

    ontology: Ontology

    def __call__(self, found: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield a column ``quads`` with the lines of each decision."""
        import pyarrow as pa

        for batch in found:
            lines = [
                decision_lines(
                    Decision(
                        IRI(row["member"]), IRI(row["canonical"]), tuple(map(IRI, row["evidence"]))
                    ),
                    self.ontology,
                )
                for row in batch.to_pylist()
            ]
            yield pa.RecordBatch.from_pydict({"quads": lines})


def decision_lines(decision: Decision, ontology: Ontology) -> str:
    """Return a decision as lines of N-Quads."""
    return lines_of(decision_quads(decision, ontology))

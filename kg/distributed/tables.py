"""The work across documents, as joins and group-bys over the rows of all: tables in, tables out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kg.graph.likeness import ALIKE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Table = Callable[["DataFrame"], "DataFrame"]

MOST_TOGETHER = 60
"""Things of one sentence beyond which it is a list, whose members are not paired."""


def documents(records: DataFrame) -> DataFrame:
    """Return a row a document: iri, name, sha256, characters, things, mentions, facts."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    sizes = [F.size(name).alias(name) for name in ("things", "mentions", "facts")]
    return _read(records).select("iri", "name", "sha256", "characters", *sizes)


def failures(records: DataFrame) -> DataFrame:
    """Return a row for each document that could not be read: name, sha256, problem."""
    return records.filter("problem IS NOT NULL").select("name", "sha256", "problem")


def entities(records: DataFrame) -> DataFrame:
    """Return a row a thing: iri, kind, label, known, documents and mentions that name it.

    The label is the one that most documents use, the first in order where several are.
    """
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    things = _exploded(records, "things")
    votes = things.groupBy("iri", "kind", "label", "known").agg(F.count("*").alias("votes"))
    best = votes.groupBy("iri").agg(
        F.min("kind").alias("kind"),
        F.min_by("label", F.struct(-F.col("votes"), F.col("label"))).alias("label"),
        F.max("known").alias("known"),
    )
    named = _exploded(records, "mentions").groupBy("iri")
    counts = named.agg(
        F.count_distinct("document").alias("documents"), F.count("*").alias("mentions")
    )
    return best.join(counts, "iri", "left").na.fill(0, ["documents", "mentions"])


def facts(records: DataFrame) -> DataFrame:
    """Return a row for each triple and status: how many assertions and documents support it."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    said = _exploded(records, "facts").groupBy("subject", "relation", "object", "status")
    return said.agg(
        F.count_distinct("document").alias("documents"),
        F.count_distinct("node").alias("assertions"),
        F.max("confidence").alias("confidence"),
        F.min_by("quote", F.struct(-F.col("confidence"), F.col("node"))).alias("quote"),
    )


def together(records: DataFrame) -> DataFrame:
    """Return a row for two things that sentences name together: one, other, sentences, documents.

    ``one`` comes before ``other`` by IRI.
    """
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    sentences = (
        _exploded(records, "mentions")
        .groupBy("document", "sentence")
        .agg(F.collect_set("iri").alias("iris"))
        .filter(F.size("iris").between(2, MOST_TOGETHER))
    )
    pairs = sentences.select("document", "sentence", "iris", F.explode("iris").alias("one")).select(
        "document", "sentence", "one", F.explode("iris").alias("other")
    )
    return (
        pairs.filter("one < other")
        .groupBy("one", "other")
        .agg(F.count("*").alias("sentences"), F.count_distinct("document").alias("documents"))
    )


def duplicates(records: DataFrame) -> DataFrame:
    """Return a row for each near-duplicate: document, original, similarity (both by IRI).

    Documents that share a band of their signatures are compared with the first of them, so that
    the work grows with the documents, not with their pairs. The original is the first by IRI of
    all that are joined by such steps.
    """
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    signed = _read(records).select("iri", "signature", F.explode("bands").alias("band"))
    first = signed.groupBy("band").agg(F.min("iri").alias("first"), F.count("*").alias("size"))
    meeting = first.filter("size > 1").join(signed, "band").filter("iri != first")
    signatures = _read(records).select(F.col("iri").alias("first"), F.col("signature").alias("of"))
    places = F.zip_with("signature", "of", lambda a, b: (a == b).cast("int"))
    agreeing = F.aggregate(places, F.lit(0), lambda total, place: total + place)
    pairs = (
        meeting.select("first", "iri", "signature")
        .dropDuplicates(["first", "iri"])
        .join(signatures, "first")
        .select("iri", "first", (agreeing / F.size("signature")).alias("similarity"))
        .filter(F.col("similarity") >= ALIKE)
    )
    edges = pairs.select(F.col("iri").alias("one"), F.col("first").alias("other"))
    joined = components(edges)
    best = pairs.groupBy("iri").agg(F.max("similarity").alias("similarity"))
    return (
        joined.filter("node != component")
        .join(best, joined.node == best.iri, "left")
        .select(F.col("node").alias("document"), F.col("component").alias("original"), "similarity")
    )


def components(edges: DataFrame) -> DataFrame:
    """Return for each node of ``one``-``other`` edges the least node it is connected with.

    Each round gives every node the least component of its neighbours, and then the component of
    that component, so that long chains take few rounds.
    """
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    both = edges.unionByName(edges.select(F.col("other").alias("one"), F.col("one").alias("other")))
    both = both.distinct().localCheckpoint()
    if both.isEmpty():
        return both.select(F.col("one").alias("node"), F.col("other").alias("component"))
    found = both.groupBy("one").agg(F.least(F.col("one"), F.min("other")).alias("component"))
    found = found.withColumnRenamed("one", "node").localCheckpoint()
    while True:
        nearer = _nearer(both, found).localCheckpoint()
        change = nearer.join(found, ["node", "component"], "left_anti")
        found = nearer
        if change.isEmpty():
            return found


def _nearer(both: DataFrame, found: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    neighbours = (
        both.join(found, both.other == found.node)
        .groupBy("one")
        .agg(F.min("component").alias("near"))
        .withColumnRenamed("one", "node")
    )
    step = found.join(neighbours, "node").select(
        "node", F.least("component", "near").alias("component")
    )
    onward = step.select(F.col("node").alias("component"), F.col("component").alias("further"))
    return step.join(onward, "component", "left").select(
        "node", F.coalesce("further", "component").alias("component")
    )


def _read(records: DataFrame) -> DataFrame:
    return records.filter("problem IS NULL AND piece = 0")


def _exploded(records: DataFrame, column: str) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    rows = _read(records).select(F.col("iri").alias("document"), F.explode(column).alias("row"))
    return rows.select("document", "row.*")


TABLES: Mapping[str, Table] = {
    "documents": documents,
    "failures": failures,
    "entities": entities,
    "facts": facts,
    "together": together,
    "duplicates": duplicates,
}
"""From the name of a table to what makes it of the rows of all documents."""

"""The documents under some paths, as a table: files of a folder, rows of JSON Lines or Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from kg.errors import GraphError
from kg.text.read import MAX_BYTES, PACKED, READERS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_LINES = (".jsonl", ".jsonl.gz", ".jsonl.bz2", ".jsonl.zst")
_NAMES = ("name", "file", "id")
"""Columns that name a row's document; the first that there is."""


def documents(spark: SparkSession, paths: Iterable[str]) -> DataFrame:
    """Return the documents under the paths: name, sha256, suffix, content, problem.

    A path ends in ``.parquet`` or ``.jsonl`` (packed or not), or it is a file, or a folder of files
    in the kinds that can be read, which is searched to its depths. Paths lie on any file system
    that Spark knows. As Spark does, names that begin with ``_`` or ``.`` and empty files are passed
    over. A row has a ``text``, and a ``name``, ``file`` or ``id``. ``problem`` tells why a document
    cannot be handed to a worker. Of documents with the same content only the first by name should
    be read.
    """
    tables = [_table(spark, path) for path in sorted(set(paths))]
    if not tables:
        raise GraphError("nothing to read; give a file, a folder, .jsonl or .parquet")
    return reduce(lambda one, other: one.unionByName(other), tables)


def _table(spark: SparkSession, path: str) -> DataFrame:
    if path.rstrip("/").endswith(".parquet"):
        return _of_rows(spark.read.parquet(path), path)
    if path.endswith(_LINES):
        columns = ", ".join(f"{name} string" for name in (*_NAMES, "text", "_corrupt_record"))
        return _of_rows(spark.read.schema(columns).json(path), path)
    return _of_files(spark, path)


def _of_files(spark: SparkSession, path: str) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    root, is_folder = _place(spark, path)
    found = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(path)
    name = F.concat(F.lit(path.rstrip("/")), F.substr("path", F.lit(len(root) + 1)))
    suffix = F.lower(F.regexp_extract("path", r"(\.[^./]+(?:\.gz)?)$", 1))
    too_large = F.col("length") > MAX_BYTES
    problem = F.format_string(
        f"has %.0f MB, more than {MAX_BYTES // 2**20}; split it", F.col("length") / 2**20
    )
    if is_folder:
        found = found.filter(suffix.isin(*READERS, *(kind + PACKED for kind in READERS)))
    small = found.filter(~too_large).select(
        name.alias("name"),
        F.sha2("content", 256).alias("sha256"),
        suffix.alias("suffix"),
        F.col("content"),
        F.lit(None).cast("string").alias("problem"),
    )
    large = found.filter(too_large).select(
        name.alias("name"),
        F.sha2(name.cast("binary"), 256).alias("sha256"),
        suffix.alias("suffix"),
        F.lit(None).cast("binary").alias("content"),
        problem.alias("problem"),
    )
    return small.unionByName(large)


def _place(spark: SparkSession, path: str) -> tuple[str, bool]:
    """Return a path as Spark writes it down, and whether it is a folder."""
    # Any: what is reached through the gateway has no types.
    java = spark._jvm
    assert java is not None  # noqa: S101 - a session that runs has one
    place = java.org.apache.hadoop.fs.Path(path)
    system = place.getFileSystem(spark._jsc.hadoopConfiguration())
    if not system.exists(place):
        raise GraphError(f"{path}: there is no such file or folder; give the path of one")
    is_folder: bool = system.getFileStatus(place).isDirectory()
    return system.makeQualified(place).toString(), is_folder


def _of_rows(found: DataFrame, path: str) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    names = [name for name in _NAMES if name in found.columns]
    if "text" not in found.columns or not names:
        raise GraphError(f"{path}: its rows need a text, and a name, file or id")
    content = F.col("text").cast("binary")
    name = F.coalesce(*_named(found.columns, names, path), F.lit(f"{path}#"))
    lacking = F.lit("is no row with a text and a name, file or id; mend it or leave it out")
    is_good = F.col("text").isNotNull() & F.coalesce(*map(F.col, names)).isNotNull()
    broken = F.col("_corrupt_record") if "_corrupt_record" in found.columns else F.lit("")
    identity = F.coalesce(F.col("text"), broken, F.lit(""))
    return found.select(
        name.alias("name"),
        F.sha2(F.when(is_good, content).otherwise(identity.cast("binary")), 256).alias("sha256"),
        F.lit(".txt").alias("suffix"),
        F.when(is_good, content).alias("content"),
        F.when(~is_good, lacking).alias("problem"),
    )


def _named(columns: Sequence[str], names: Sequence[str], path: str) -> list[Column]:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    spelled = (
        {"id": F.concat(F.lit(f"{path}#"), F.col("id").cast("string"))} if "id" in columns else {}
    )
    return [spelled.get(name, F.col(name).cast("string")) for name in names]

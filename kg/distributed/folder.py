"""A folder on any file system that Spark writes: tables, parts, seals of what is complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_EACH_TASK = {"mapreduce.fileoutputcommitter.algorithm.version": "2"}
"""A task's file is in its place when the task has ended, not when the whole job has."""


@dataclass(frozen=True)
class Folder:
    """A folder in which a job leaves its tables."""

    spark: SparkSession
    root: str

    def path(self, name: str) -> str:
        """Return where a name of the folder lies."""
        return f"{self.root.rstrip('/')}/{name}"

    def read(self, name: str) -> DataFrame:
        """Return a table."""
        return self.spark.read.parquet(self.path(name))

    def read_if_there(self, name: str, schema: str) -> DataFrame:
        """Return a table, an empty one where nothing was written yet."""
        if self._holds_files(name):
            return self.spark.read.schema(schema).parquet(self.path(name))
        return self.spark.createDataFrame([], schema)

    def write(self, table: DataFrame, name: str) -> DataFrame:
        """Write a table in the place of what was there, and return it read back."""
        table.write.mode("overwrite").option("compression", "zstd").parquet(self.path(name))
        return self.read(name)

    def append(self, table: DataFrame, name: str) -> None:
        """Add rows to a table, task by task: what ended stays, if the job is stopped."""
        writer = table.write.mode("append").option("compression", "zstd").options(**_EACH_TASK)
        writer.parquet(self.path(name))

    def write_lines(self, lines: DataFrame, name: str, label: str, suffix: str) -> None:
        """Write the one column of a table as packed text, a file for each of its partitions.

        The files are named by label and partition: ``label-00003`` and the suffix.
        """
        lines.write.mode("overwrite").option("compression", "gzip").text(self.path(name))
        for file in self._files(name):
            if file.startswith("part-"):
                number = file.split("-")[1]
                self._rename(f"{name}/{file}", f"{name}/{label}-{number}{suffix}")

    def seal(self, name: str, value: str) -> None:
        """Remember that what the name stands for was made of just this."""
        table = self.spark.createDataFrame([(value,)], "seal string").coalesce(1)
        table.write.mode("overwrite").text(self.path(f"seals/{name}"))

    def is_sealed(self, name: str, value: str) -> bool:
        """Tell whether it was made of just this."""
        place = f"seals/{name}"
        if not self._holds_files(place):
            return False
        return [row[0] for row in self.spark.read.text(self.path(place)).collect()] == [value]

    def _holds_files(self, name: str) -> bool:
        return any(not file.startswith(("_", ".")) for file in self._files(name))

    def _files(self, name: str) -> list[str]:
        system, place = self._system(name)
        if not system.exists(place):
            return []
        return [status.getPath().getName() for status in system.listStatus(place)]

    def _rename(self, old: str, new: str) -> None:
        system, source = self._system(old)
        _, target = self._system(new)
        if not system.rename(source, target):
            raise OSError(f"{self.path(old)}: cannot be renamed to {self.path(new)}")

    def _system(self, name: str) -> tuple[Any, Any]:
        # Any: what is reached through the gateway to Java has no types.
        java = self.spark._jvm
        assert java is not None  # noqa: S101 - a session that runs has one
        place = java.org.apache.hadoop.fs.Path(self.path(name))
        return place.getFileSystem(self.spark._jsc.hadoopConfiguration()), place

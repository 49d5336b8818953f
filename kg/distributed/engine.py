"""A function applied on Spark: items go out, results come back in the order of the items."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from kg.distributed.processes import kept_worker
from kg.distributed.session import open_session
from kg.worker import Lost

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

Item = TypeVar("Item")
Result = TypeVar("Result")

WAVE = 256
"""Items for each core that go out at once; a bound on memory."""
PORTION = 8
"""Items of a task: if its worker is lost, so many are done again."""
_COLUMNS = "place long, packed binary"


@dataclass(frozen=True)
class _Applying:
    """The function for `mapInArrow`: packed items in, packed results out."""

    function: Callable[[Any], Any]  # Any: whatever was to be applied, and to what
    seconds: float

    def __call__(self, found: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        work = kept_worker(self.function, self.seconds)
        schema = pa.schema([("place", pa.int64()), ("packed", pa.binary())])
        for batch in found:
            for row in batch.to_pylist():
                result = work(pickle.loads(row["packed"]))  # noqa: S301 - packed by our driver
                done = {"place": row["place"], "packed": pickle.dumps(result)}
                yield pa.RecordBatch.from_pylist([done], schema=schema)


def apply(
    function: Callable[[Item], Result], items: Iterable[Item], *, jobs: int, seconds: float
) -> Iterator[Result | Lost]:
    """Yield the result of the function for each item, worked out by Spark's workers.

    Under `spark-submit` these are a cluster's, which must find what the items speak of; else
    ``jobs`` cores of this machine, or what the environment's MASTER says.
    """
    spark = open_session(jobs=jobs)
    work = _Applying(function, seconds)
    left = iter(items)
    wave = WAVE * spark.sparkContext.defaultParallelism
    while portion := list(islice(left, wave)):
        yield from _wave(spark, work, portion)


def _wave(spark: SparkSession, work: _Applying, items: list[Item]) -> Iterator[Any]:
    packed = [(place, pickle.dumps(item)) for place, item in enumerate(items)]
    slices = -(-len(packed) // PORTION)
    rows = spark.sparkContext.parallelize(packed, slices)
    table = spark.createDataFrame(rows, _COLUMNS).mapInArrow(work, _COLUMNS)
    for row in sorted(table.collect(), key=lambda row: row["place"]):
        yield pickle.loads(row["packed"])  # noqa: S301 - packed by our workers

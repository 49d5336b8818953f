"""A Spark session to work in: the one that `spark-submit` prepared, or one of our own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import MissingExtra, MissingJava

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[*]"
_BATCH_ROWS, _BATCH_BYTES = 64, 64 << 20
"""Documents handed to a worker at a time: their texts have to fit into its memory."""
_ROWS_READ = 32
"""Rows of tables read at a time, for the same reason."""


def open_session(master: str | None = None, jobs: int | None = None) -> SparkSession:
    """Return a Spark session; on this machine, with ``jobs`` cores, where nothing else is said.

    Raise MissingExtra without PySpark and MissingJava without Java, with what to install. Under
    `spark-submit` its master and settings hold.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("pyspark", "spark") from error
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    builder = SparkSession.builder.appName("zhengtu")
    if not submitted:
        _require_java()
        master = master or os.environ.get("MASTER") or (f"local[{jobs}]" if jobs else LOCAL)
        builder = builder.master(master)
        if master.startswith("local"):
            builder = _at_home(builder)
    session = builder.getOrCreate()
    session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", _BATCH_ROWS)
    session.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", _BATCH_BYTES)
    # A row holds the quads of a document: the thousands that are read at once by default are more
    # than a worker's memory.
    session.conf.set("spark.sql.parquet.columnarReaderBatchSize", _ROWS_READ)
    # Texts are shuffled by content once; a join by content and name must not shuffle them again.
    session.conf.set("spark.sql.requireAllClusterKeysForCoPartition", "false")
    return session


def _at_home(builder: SparkSession.Builder) -> SparkSession.Builder:
    # Workers on this machine use this interpreter and this package, installed or not.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    settings = {
        "spark.executorEnv.PYTHONPATH": path,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").exists()) and not shutil.which("java"):
        raise MissingJava

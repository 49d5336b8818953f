"""One Spark for all tests: a local cluster with two workers, started when first asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CLUSTER = "local-cluster[2,1,1024]"
_ARGUMENTS = (
    # Small tables: compiling their queries would take longer than running them.
    "--conf spark.sql.codegen.wholeStage=false",
    "--conf spark.sql.codegen.factoryMode=NO_CODEGEN",
    "--conf spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1",
    "--conf spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
    "--conf spark.driver.memory=1g",
    "--conf spark.task.maxFailures=2",
    "pyspark-shell",
)
_VARIABLES = {
    "PYTHONPATH": str(Path(__file__).parent),  # where the workers find spark_samples
    "PYSPARK_SUBMIT_ARGS": " ".join(_ARGUMENTS),
    "SPARK_LOCAL_IP": "127.0.0.1",
    "SPARK_SCALA_VERSION": "2.13",  # else a local cluster looks for Spark's own build folders
    "MASTER": CLUSTER,
}


def lacks() -> str:
    """Return what is missing for a test with Spark, if anything is."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark"
    return "" if shutil.which("java") else "java"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A real Spark with two workers, each an executor of its own."""
    if missing := lacks():
        if "CI" in os.environ:
            pytest.fail(f"{missing} is not installed")
        pytest.skip(f"{missing} is not installed")
    from kg.distributed.session import open_session

    with pytest.MonkeyPatch.context() as patch:
        for name, value in _VARIABLES.items():
            patch.setenv(name, value)
        session = open_session()
        yield session
        session.stop()

"""What runs in Spark's Python workers: documents in, rows out, whatever a document does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.builder import seal_ontology
from kg.corpus import folder_hash
from kg.distributed.processes import kept_worker
from kg.distributed.records import Row, Source, batches, failure, rows
from kg.errors import DocumentError, ModelError
from kg.model import Extraction
from kg.ontology import SHIPPED_MODELS, Ontology
from kg.reading import Reading
from kg.text.read import read_bytes
from kg.version import software_version
from kg.worker import Lost, Worker

if TYPE_CHECKING:
    import pyarrow as pa

Tabulator = Callable[[Source], list[Row]]


@dataclass(frozen=True)
class Tabulating:
    """From a document to its rows; it is made on the driver and loads its models on the worker."""

    ontology: Ontology
    """With the fingerprint that tells models and software as well."""
    models: Path | None
    """Where the workers find the models; those of the package are found wherever it is."""
    models_hash: str
    version: str

    @classmethod
    def of(cls, ontology: Ontology, models: Path | None = SHIPPED_MODELS) -> Tabulating:
        """Return the tabulating with an ontology that is not sealed yet."""
        sealed = seal_ontology(ontology, models)
        return cls(sealed, models, folder_hash(models) if models else "", software_version())

    def __call__(self, source: Source) -> list[Row]:
        """Return the rows of a document, or the one row that says what is wrong with it."""
        return list(rows(source, self._found(source), self.ontology, self.version))

    def _found(self, source: Source) -> Extraction | DocumentError:
        try:
            document = read_bytes(source.content, source.name, self.ontology, suffix=source.suffix)
        except DocumentError as error:
            return error
        return self._reading.extract(document)

    @cached_property
    def _reading(self) -> Reading:
        models = self.models
        if models is not None and folder_hash(models) != self.models_hash:
            models = SHIPPED_MODELS
            if folder_hash(models) != self.models_hash:
                raise ModelError(
                    f"{self.models}: this worker has not the driver's models; "
                    "ship the same environment to all"
                )
        return Reading(self.ontology, models)


@dataclass(frozen=True)
class Extracting:
    """The function for `mapInArrow`: a partition's documents in, the rows of `SCHEMA` out."""

    tabulate: Tabulator
    seconds: float
    """How long a document may take."""

    def __call__(self, found: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of all documents of a partition."""
        yield from batches(self._rows(found))

    def _rows(self, found: Iterable[pa.RecordBatch]) -> Iterator[Row]:
        work = kept_worker(self.tabulate, self.seconds)
        seen: set[str] = set()
        for batch in found:
            for columns in batch.to_pylist():
                if columns["sha256"] not in seen:  # a file may lie under two of the paths
                    seen.add(columns["sha256"])
                    yield from _rows_of(work, **columns)


def _rows_of(
    work: Worker, name: str, sha256: str, problem: str | None, suffix: str, content: bytes | None
) -> Iterable[Row]:
    if problem or content is None:
        return [failure(name, sha256, problem or "has no content")]
    try:
        result: list[Row] | Lost = work(Source(name, sha256, suffix, content))
    except RuntimeError as error:  # a bug that one document brings to light must not stop the rest
        return [failure(name, sha256, f"cannot be read ({_last_line(error)}); please report it")]
    return [failure(name, sha256, result.reason)] if isinstance(result, Lost) else result


def _last_line(error: RuntimeError) -> str:
    return str(error).rstrip().rsplit("\n", 1)[-1]

"""What is found in files, without a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import passages
from kg.corpus import find_files
from kg.errors import DocumentError
from kg.model import Extraction
from kg.ontology import SHIPPED_MODELS, Ontology
from kg.reading import Reading


@dataclass(frozen=True)
class Found:
    """What is found in a document, or in a passage of a doccano file."""

    extraction: Extraction
    head: passages.Prediction | None = None
    """The ``id`` and ``source`` of a passage; None for a document."""


def preview(
    paths: Iterable[Path], ontology: Ontology, models: Path | None = SHIPPED_MODELS
) -> Iterator[Found | DocumentError]:
    """Yield what is found in each file under the paths, or why it cannot be read.

    The passages of a ``.jsonl`` file are taken one by one, each as matter throughout.
    """
    reading = Reading(ontology, models)
    for path in paths:
        if path.suffix.lower() == passages.SUFFIX and not path.is_dir():
            yield from _passages(path, reading)
            continue
        files = find_files([path])
        yield from files.failed
        for file in files.readable:
            result = reading(file)
            yield result if isinstance(result, DocumentError) else Found(result)


def _passages(path: Path, reading: Reading) -> Iterator[Found | DocumentError]:
    try:
        for line in passages.read_passages(path):
            if isinstance(line, DocumentError):
                yield line
            else:
                yield Found(reading.extract(line.document), line.head)
    except DocumentError as error:
        yield error

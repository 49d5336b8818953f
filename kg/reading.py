"""From a file to what it says: the one function that every engine applies, wherever it works."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.changes import Doubt, Kept
from kg.errors import DocumentError, KGError
from kg.model import Document, Extraction
from kg.ontology import SHIPPED_MODELS, Ontology
from kg.text.read import read

if TYPE_CHECKING:
    from kg.extract.pipeline import Reader
    from kg.graph.record import Record

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """Reads a file and extracts what it says; what that takes is loaded once in a process.

    It can be pickled: what it has loaded stays behind and is loaded again where it arrives.
    """

    ontology: Ontology
    models: Path | None = SHIPPED_MODELS

    @cached_property
    def _reader(self) -> Reader:
        from kg.extract.equipment import equip
        from kg.extract.pipeline import Reader

        return Reader(equip(self.ontology, self.models))

    def __call__(self, path: Path) -> Extraction | DocumentError:
        """Return what is found in the file, or what is wrong with the file."""
        try:
            return self.extract(read(path, self.ontology))
        except DocumentError as error:
            return error

    def extract(self, document: Document) -> Extraction:
        """Return what is found in the document."""
        return self._reader.extract(document)

    def __getstate__(self) -> dict[str, Any]:  # Any: the fields, as pickle wants them
        return {"ontology": self.ontology, "models": self.models}


@dataclass(frozen=True)
class Recording:
    """Reads a file and makes the record of what it says, ready for the store.

    The same file gives the same record in every process. One bad file never stops the others:
    whatever goes wrong with a file is returned as a DocumentError; what is wrong with ontology
    or models is raised.
    """

    reading: Reading
    version: str
    """That of the software, which the record tells."""
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    """By file: documents that are there, read with something else."""

    def __call__(self, path: Path) -> Record | Kept | DocumentError:
        """Return the record of the file, or what is wrong with the file."""
        try:
            document = read(path, self.reading.ontology)
            doubt = self.doubts.get(document.name)
            if doubt and doubt.is_settled_by(document):
                return Kept(doubt.document, document.name)
            return self.record(document)
        except DocumentError as error:
            return error
        except KGError:
            raise
        except Exception as error:  # noqa: BLE001 - a corpus holds what nobody thought of
            _log.warning("%s: %s", path.as_posix(), type(error).__name__, exc_info=True)
            problem = " ".join(f"{type(error).__name__} {error}".split())[:200]
            return DocumentError(
                f"cannot be read because of a fault of ours ({problem}); please report it",
                file=path.as_posix(),
            )

    def record(self, document: Document) -> Record:
        """Return the record of a document."""
        from kg.graph.record import make_record

        found = self.reading.extract(document)
        return make_record(found, self.reading.ontology, version=self.version)

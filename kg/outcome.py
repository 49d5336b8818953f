"""What a build did, as its caller is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.changes import Change
from kg.errors import DocumentError
from kg.finishing import PRODUCTS
from kg.graph.records import DocumentRecord

if TYPE_CHECKING:
    from kg.graph.checks import Finding


@dataclass(frozen=True)
class BuildReport:
    """What a build did, and what the graph holds after it; files are named as they were given."""

    folder: Path
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Documents whose file is gone."""
    reread: tuple[str, ...] = ()
    """Those of the written ones that had been read before, with another ontology, models or
    software."""
    kept: tuple[str, ...] = ()
    """Those of the unchanged ones that had been so read, and say the same now."""
    changes: tuple[Change, ...] = ()
    """What made it doubtful what they say."""
    duplicates: tuple[tuple[str, str], ...] = ()
    """Files with the content of another one, and that one."""
    failed: tuple[DocumentError, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    entities: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Things that the documents name, by the local name of their class."""
    assertions: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """By the local name of the relation."""
    findings: tuple[Finding, ...] = ()
    """What the shapes have against the graph, worst first."""
    checked: int = 0
    """Of how many documents the shapes were asked; in a large corpus not of all."""
    omitted: tuple[str, ...] = ()
    """The files that are not written because the graph is too large for them."""
    changed: bool = False
    """Whether the graph or what is written from it changed."""

    @property
    def conforms(self) -> bool:
        """Tell whether no shape is violated; warnings are none."""
        return not any(finding.severity == "violation" for finding in self.findings)

    @property
    def outdated(self) -> tuple[str, ...]:
        """The failed files of which the graph still tells what an earlier content said."""
        held = {record.file for record in self.documents}
        return tuple(sorted(held & {str(error.file) for error in self.failed}))

    @property
    def products(self) -> tuple[Path, ...]:
        """The files written from the graph."""
        return tuple(self.folder / name for name in PRODUCTS if (self.folder / name).is_file())

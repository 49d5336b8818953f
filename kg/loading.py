"""A graph made of N-Quads parts in bulk: what a cluster wrote, in a store that can be asked."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.builder import seal_ontology
from kg.errors import GraphError
from kg.graph.parts import find_parts, load_parts
from kg.graph.store import Graph
from kg.lock import writing
from kg.ontology import Ontology
from kg.opening import MEMORY, STORE

_UNFINISHED = ".unfinished-store"


@dataclass(frozen=True)
class LoadReport:
    """What was loaded."""

    parts: tuple[Path, ...]
    quads: int
    """Quads in the parts; the store holds the triple of each in its default graph as well."""
    seconds: float
    """For loading alone, without what is inferred afterwards."""


def load(
    paths: Iterable[Path | str], out: Path | str, ontology: Ontology, *, infer: bool = True
) -> LoadReport:
    """Make the graph in the folder ``out`` of the N-Quads files under the paths.

    Raise GraphError where there is a graph already, and for what is no N-Quads; then no graph
    comes of it. Without ``infer`` the rules' triples are left out.
    """
    parts = find_parts(map(Path, paths))
    folder = Path(out)
    with writing(folder):
        if (folder / STORE).exists():
            raise GraphError(f"{folder}: holds a graph already; give another folder with --out")
        place = folder / _UNFINISHED
        shutil.rmtree(place, ignore_errors=True)
        try:
            report = _filled(place, parts, seal_ontology(ontology), infer=infer)
            place.rename(folder / STORE)
        finally:
            shutil.rmtree(place, ignore_errors=True)
        memory = {"ontology": os.path.abspath(ontology.folder)}  # noqa: PTH100 - links stay
        (folder / MEMORY).write_text(json.dumps(memory) + "\n", encoding="utf-8")
    return report


def _filled(place: Path, parts: tuple[Path, ...], ontology: Ontology, *, infer: bool) -> LoadReport:
    with Graph.open(place, ontology) as graph:
        start = time.monotonic()
        quads = load_parts(graph.store, parts)
        report = LoadReport(parts, quads, time.monotonic() - start)
        if infer:
            graph.infer()
    return report

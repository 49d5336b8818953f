"""The graph of a build, opened for asking and written to files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import GraphError
from kg.graph.store import Graph
from kg.ontology import SHIPPED_ONTOLOGY, Ontology, load_ontology

STORE = "store"
"""The folder of the graph within the folder of a build."""
MEMORY = "build.json"
"""What the last build of a folder found, so that the next one need not work it out again."""

Memory = Mapping[str, Any]  # Any: what JSON can hold


class OpenGraph(Graph):
    """The graph of a build, opened for asking; it can be written to files in many formats."""

    def export(self, path: Path | str) -> None:
        """Write the graph in the format of the suffix; the file appears when it is complete.

        Raise GraphError for an unknown suffix, with the known ones, and where it cannot write.
        """
        write_product(self, Path(path))


def open_graph(
    out: Path | str = "out", *, ontology: Ontology | Path | str | None = None
) -> OpenGraph:
    """Open the graph of a build for asking; raise GraphError if there is none.

    Without an ontology it is the one that the graph was built with.

    >>> open_graph("nowhere")
    Traceback (most recent call last):
    kg.errors.GraphError: nowhere: no graph here; run `kg build` first
    """
    folder = Path(out)
    if not (folder / STORE).is_dir():
        raise GraphError(f"{folder}: no graph here; run `kg build` first")
    graph = OpenGraph.read_only(folder / STORE, ontology_of(ontology or built_with(folder)))
    assert isinstance(graph, OpenGraph)  # noqa: S101 - what a class method of it returns
    return graph


def built_with(out: Path) -> Path:
    """Return the ontology folder with which a graph was built; the shipped one if unknown."""
    folder = Path(recall(out).get("ontology") or SHIPPED_ONTOLOGY)
    return folder if folder.is_dir() else SHIPPED_ONTOLOGY


def write_product(graph: Graph, path: Path, page: str = "full") -> None:
    """Write the graph in the format of the suffix; the file appears when it is complete."""
    from kg.export.formats import writer_of

    write = writer_of(path, page)

    def written(unfinished: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(graph, unfinished)

    _complete(path, written)


def write_whole(file: Path, text: str) -> None:
    """Write a file that a build leaves for the next one: all of it is there, or what was before."""
    _complete(file, lambda unfinished: unfinished.write_text(text, encoding="utf-8"))


def _complete(path: Path, write: Callable[[Path], object]) -> None:
    unfinished = path.with_name(f".unfinished-{path.name}")
    try:
        write(unfinished)
        unfinished.replace(path)
    except OSError as error:
        raise GraphError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def ontology_of(ontology: Ontology | Path | str) -> Ontology:
    """Return the ontology, read from its folder where that is what is given."""
    return ontology if isinstance(ontology, Ontology) else load_ontology(Path(ontology))


def recall(folder: Path) -> Memory:
    """Return what the last build of a folder found; nothing where that is not known."""
    try:
        found = json.loads((folder / MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}

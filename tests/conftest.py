"""What several rooms are tested with: the shipped ontology, and the graph of the article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from spark_session import spark

from kg.builder import BuildReport, build
from kg.ontology import Ontology, load_ontology
from kg.opening import OpenGraph, open_graph

__all__ = ["spark"]

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The shipped ontology."""
    return load_ontology()


@pytest.fixture(scope="session")
def article(tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> BuildReport:
    """The build of the article, as `build.py` makes it; its folder is not to be written."""
    out = tmp_path_factory.mktemp("article") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return build([Path("data/article.txt")], out, ontology=ontology)


@pytest.fixture(scope="session")
def graph(article: BuildReport) -> Iterator[OpenGraph]:
    """The graph of the article, opened for asking."""
    with open_graph(article.folder) as graph:
        yield graph

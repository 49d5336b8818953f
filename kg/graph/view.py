"""The graph as an rdflib Dataset: the same data, seen through another library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset


class ReadingStore(OxigraphStore):
    """A store that is only read: naming one of its graphs is no attempt to write."""

    # Any: as the library has it.
    def add_graph(self, graph: Any) -> None:
        """Do nothing; a graph that is not there is empty."""


def dataset(store: ox.Store, prefixes: Mapping[str, str], *, writes: bool) -> Dataset:
    """Return a view of the store, prefixes bound."""
    view = Dataset(store=(OxigraphStore if writes else ReadingStore)(store=store))
    for prefix, iri in prefixes.items():
        view.bind(prefix, iri, replace=True)
    return view

"""Errors: one line each, and the same on the other side of a process border."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from kg.errors import (
    DocumentError,
    GraphError,
    KGError,
    MissingExtra,
    MissingJava,
    OntologyError,
)


@pytest.mark.parametrize(
    "error",
    [
        OntologyError("has no label", file=Path("kg.ttl"), term="kg:Concept"),
        DocumentError("is empty", file="a.txt"),
        GraphError("no graph here"),
        MissingExtra("python-crfsuite", "train"),
        MissingJava(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_crosses_a_process_border_whole(error: KGError) -> None:
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert "\n" not in str(found)
    assert vars(found) == vars(error)

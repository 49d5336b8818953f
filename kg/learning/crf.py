"""python-crfsuite, imported where it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.errors import MissingExtra


def new_trainer(parameters: Mapping[str, float]) -> Any:
    """Return a trainer by L-BFGS with both penalties (OWL-QN, Andrew and Gao 2007)."""
    # Any: python-crfsuite ships no types.
    try:
        import pycrfsuite
    except ImportError as error:
        raise MissingExtra("python-crfsuite", "train") from error
    fixed = {"feature.possible_transitions": False}
    return pycrfsuite.Trainer(verbose=False, params={**parameters, **fixed})


def model_info(file: str) -> Any:
    """Return labels, state features and transitions of a trained model file."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(file)
    return tagger.info()

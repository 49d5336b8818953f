"""python-crfsuite, imported where it is needed."""

from __future__ import annotations

from typing import Any

from kg.errors import MissingExtra


def new_trainer(l1: float, l2: float, iterations: int, **params: float) -> Any:
    """Return a trainer by L-BFGS with both penalties (OWL-QN, Andrew and Gao 2007)."""
    # Any: python-crfsuite ships no types.
    try:
        import pycrfsuite
    except ImportError as error:
        raise MissingExtra("python-crfsuite", "train") from error
    return pycrfsuite.Trainer(
        verbose=False,
        params={
            "c1": l1,
            "c2": l2,
            "max_iterations": iterations,
            "feature.possible_transitions": False,
            **params,
        },
    )


def model_info(file: str) -> Any:
    """Return labels, state features and transitions of a trained model file."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(file)
    return tagger.info()

"""The process beside each of Spark's Python workers, in which the documents are worked on.

What a document does to it, Spark does not notice; a worker that Spark loses takes it along.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import Any

from kg.worker import Worker

_KEPT: dict[str, Worker] = {}
# The one thing kept between calls. Spark unpickles the function anew for every task but goes on
# with the same worker, so that models are loaded once a worker and not once a partition.


def kept_worker(function: Callable[..., Any], seconds: float) -> Worker:  # Any: what it gives
    """Return this process' worker for a function, the one of the last call if it was the same."""
    packed = pickle.dumps(function)
    key = f"{hashlib.sha256(packed).hexdigest()} {seconds}"
    if key not in _KEPT:
        for other in list(_KEPT):
            _KEPT.pop(other).dismiss()
        _KEPT[key] = Worker(packed, seconds)
    return _KEPT[key]

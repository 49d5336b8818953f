"""The data of one build: where they come from, what tells them from others, who may use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kg.server.answering import Served


class Source(Protocol):
    """Where the data come from; it is sent to the nursery, which loads them."""

    def state(self) -> object:
        """Return what is another thing once there is a new build."""

    def load(self) -> Served:
        """Return the data; raise GraphError where there are none, or while they are written."""


@dataclass(frozen=True)
class Allowance:
    """What a worker may use."""

    seconds: float
    """Of one processor for a job; whoever asked has given up long before."""
    memory: int | None
    """Bytes beyond those of the nursery."""

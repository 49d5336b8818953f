"""Where the work on many documents is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from kg.errors import GraphError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Engine(Protocol):
    """Applies a function to every item; results come in the order of the items."""

    def __call__(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the result for each item as it is ready."""


def serial(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Work in this process, one item after the other."""
    yield from map(function, items)


ENGINES: Mapping[str, Engine] = {"serial": serial}
"""From a name to the engine."""


def run(
    function: Callable[[Item], Result], items: Iterable[Item], engine: str = "serial"
) -> Iterator[Result]:
    """Yield the result of the function for each item, in order.

    >>> list(run(len, ["数字", "政府建设"]))
    [2, 4]
    """
    if engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise GraphError(f"{engine}: there is no such engine; use one of {known}")
    return ENGINES[engine](function, items)

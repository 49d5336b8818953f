"""Places for so many jobs at once, and a queue in front of them, in which no client is all."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass


class Place:
    """A place in a lane, given back once, however often one says so."""

    def __init__(self, lane: Lane, client: str) -> None:
        self._lane: Lane | None = lane
        self._client = client

    def leave(self) -> None:
        """Give the place back."""
        if self._lane is not None:
            lane, self._lane = self._lane, None
            lane.take_back(self._client)


@dataclass(frozen=True, eq=False)
class _Waiting:
    client: str
    place: asyncio.Future[Place]

    @property
    def given(self) -> Place | None:
        """The place, if one came, be it in the moment in which one gave up."""
        done = self.place.done() and not self.place.cancelled()
        return self.place.result() if done else None


class Lane:
    """So many places, of which one client has so many at most; the others wait in a queue.

    Who comes first is first, among those whose client may have one more place.
    """

    def __init__(self, places: int, each: int, waiting: int, patience: float) -> None:
        self._free = places
        self._each = each
        self._longest = waiting
        self._patience = patience
        self._held: Counter[str] = Counter()
        self._queue: list[_Waiting] = []

    def enter_now(self, client: str) -> Place | None:
        """Take a place; None where there is none for this client at the moment."""
        if not self._free or self._held[client] >= self._each:
            return None
        return self._give(client)

    async def enter(self, client: str) -> Place | None:
        """Take a place, waiting if need be; None where too many wait, or for too long."""
        if place := self.enter_now(client):
            return place
        if len(self._queue) >= self._longest:
            return None
        waiting = _Waiting(client, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        try:
            async with asyncio.timeout(self._patience):
                await waiting.place
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            if place := waiting.given:
                place.leave()
            raise
        finally:
            if waiting in self._queue:
                self._queue.remove(waiting)
        return waiting.given

    def take_back(self, client: str) -> None:
        """Have a place back from a client, and give it to who waits for it."""
        self._free += 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        for waiting in tuple(self._queue):
            if self._free and self._held[waiting.client] < self._each:
                self._queue.remove(waiting)
                if not waiting.place.done():
                    waiting.place.set_result(self._give(waiting.client))

    def _give(self, client: str) -> Place:
        self._free -= 1
        self._held[client] += 1
        return Place(self, client)

"""The data that are served now, and how newer ones take their place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from kg.errors import KGError
from kg.server.holdings import Allowance, Source
from kg.server.household import Household, WorkerGoneError
from kg.server.pool import Limits, Pool

LOOK = 0.5
"""Seconds between two looks for a new build."""
_LOG = logging.getLogger(__name__)


class Service:
    """Answers from the last build that was complete, whatever happens to its folder."""

    pool: Pool

    def __init__(
        self, source: Source, limits: Limits, allowance: Allowance, limit_rows: int | None
    ) -> None:
        self.source = source
        self.limits = limits
        self.allowance = allowance
        self.limit_rows = limit_rows
        self._state: object = None

    @property
    def tag(self) -> str:
        """The ETag of the data that are asked now."""
        return self.pool.household.version.tag

    @property
    def ready(self) -> bool:
        """Tell whether questions can be answered."""
        return self.pool.household.alive

    def health(self) -> dict[str, object]:
        """Return how things stand."""
        version = self.pool.household.version
        return {
            "status": "ok" if self.ready else "the data are being loaded",
            "ontology": version.ontology,
            "content": version.content,
        }

    async def start(self) -> None:
        """Load the data; raise GraphError where there are none."""
        self._state = self.source.state()
        household = await Household.found(self.source, self.allowance)
        self.pool = Pool(household, self.limits)
        await self.pool.fill()

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Keep up with the builds as long as the server runs; end everything after it."""
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            self.pool.close()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            state = self.source.state()
            if state == self._state and self.ready:
                continue
            try:
                household = await Household.found(self.source, self.allowance)
                await self.pool.move_to(household)
            except (KGError, WorkerGoneError) as error:
                # The build is not done yet, or there is none any more: what is there still serves.
                _LOG.debug("no new build: %s", error)
            else:
                self._state = state
                _LOG.info("serving the new build %s", household.version.content[:16])

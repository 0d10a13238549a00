"""The running hub: what its endpoints share."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.hub.grouped import Storing
    from stillwatch.hub.judging.gatekeeper import Gatekeeper
    from stillwatch.hub.members import Directory
    from stillwatch.hub.quotas import Quotas
    from stillwatch.hub.spare_cores import Helpers
    from stillwatch.hub.standing import Standings
    from stillwatch.hub.taxii.paging import Pages
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

_Answer = TypeVar("_Answer")


@dataclasses.dataclass(slots=True)
class LiveHub:
    """A hub that runs.

    Attributes:
        title: its name, as discovery tells it.
        url: where it is reached, without a path.
        authorities: hosts (with ports) that a request may be signed for.
        identity: the hub's own STIX identity, the author of objects whose reporter is hidden.
        standings: what members gave, and so how soon each is told.
        fingerprints: SHA-256 of the client certificate by the port its connection comes from, with TLS.
        writer: the one thread that stores; what it does is one after the other.
        readers: threads that read.
        preparers: threads that prove and look at what was sent, before its turn comes.
        storing: hands submissions to the writer.
        helpers: processes that get large submissions ready.
        waiting: submissions that were read in and are not stored yet.
        tally: what happened, by name and label, for metrics.
        problems: what is wrong, by part, for ``/readyz``.
    """

    title: str
    url: str
    authorities: frozenset[str]
    identity: str
    database: SqlDatabase
    ledger: Ledger
    directory: Directory
    pages: Pages
    gatekeeper: Gatekeeper
    quotas: Quotas
    standings: Standings
    fingerprints: dict[int, str]
    writer: ThreadPoolExecutor
    readers: ThreadPoolExecutor
    preparers: ThreadPoolExecutor
    storing: Storing[Any]
    helpers: Helpers
    most_waiting: int = 16
    waiting: int = 0
    tally: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)
    seconds: Counter[str] = dataclasses.field(default_factory=Counter)
    problems: dict[str, str] = dataclasses.field(default_factory=dict)

    async def reading(self, work: Callable[[], _Answer]) -> _Answer:
        """Do something in a reading thread."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work)

    async def preparing(self, work: Callable[[], _Answer]) -> _Answer:
        """Do something in a preparing thread."""
        return await asyncio.get_running_loop().run_in_executor(self.preparers, work)

    async def writing(self, work: Callable[[], _Answer]) -> _Answer:
        """Do something in the writing thread, unless too much waits for it.

        Raises:
            StillwatchError: too much does.
        """
        with self.room():
            return await asyncio.get_running_loop().run_in_executor(self.writer, work)

    @contextlib.contextmanager
    def room(self) -> Iterator[None]:
        """Take a place among what waits to be stored.

        Raises:
            StillwatchError: there is none.
        """
        if self.waiting >= self.most_waiting:
            raise StillwatchError(
                "more was sent than can be stored at once", code="SW-HUB-13", hint="send it again in a moment"
            )
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

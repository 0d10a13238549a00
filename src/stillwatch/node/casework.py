"""Casework in the node: its database open beside the decisions, and a round of what is due every second.

The node holds the store of decisions, so it is the one that carries out what cases order, whoever ordered it. What
gateways report is held against those orders here.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import logging
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from stillwatch.casework.appeals.clock import Deadlines
from stillwatch.casework.consequences.office import Office, open_office
from stillwatch.casework.consequences.rounds import go_round
from stillwatch.casework.effects.model import GatewayReport
from stillwatch.casework.records import Records, open_records
from stillwatch.enforcement.case_orders import CaseOrders
from stillwatch.enforcement.moments import moment_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.store import DecisionStore
    from stillwatch.node.folder import Folder
    from stillwatch.node.live import GatewayStatus, Live
    from stillwatch.settings import Settings

_LOG = logging.getLogger(__name__)
EVERY_S: Final = 1.0
_HEARD_EVERY_S: Final = 60.0
"""How often it is written down that a gateway was heard of whose version did not change."""
_NAME: Final = "casework"


@dataclasses.dataclass(slots=True)
class Casework:
    """What the node has of casework.

    Attributes:
        heard: by gateway, what of its report was written down, and when.
    """

    records: Records
    office: Office
    enforcement: CaseOrders
    heard: dict[str, tuple[str, int, bool, float]] = dataclasses.field(default_factory=dict)

    def go_round(self, gateways: Mapping[str, GatewayStatus]) -> bool:
        """Do what is due and hold reports against orders; whether decisions may have changed.

        Raises:
            StillwatchError: the casework database or the store of decisions cannot be used.
        """
        done = go_round(self.office, self.enforcement).carried.done
        reports = [report for name, status in gateways.items() if (report := self._news(name, status))]
        if reports:
            self.office.confirmations.take(reports)
        for report in reports:
            self.heard[report.name] = (report.epoch, report.version, report.known, time.monotonic())
        return bool(done)

    def _news(self, name: str, status: GatewayStatus) -> GatewayReport | None:
        """A report that says something new, or repeats itself for the first time in a minute."""
        before = self.heard.get(name)
        same = before is not None and before[:3] == (status.epoch, status.version, status.known)
        if before is not None and same and time.monotonic() - before[3] < _HEARD_EVERY_S:
            return None
        return GatewayReport(name, status.epoch, status.version, status.known, moment_of(status.seen))


@contextlib.contextmanager
def opened(place: str, folder: Folder, decisions: DecisionStore, settings: Settings) -> Iterator[Casework]:
    """Casework of a node, closed again at the end.

    Args:
        place: a path or a URL; empty for the setting, else the node's own file.
        folder: of the node.
        decisions: its store.
        settings: with the ledger's key and how long an appeal may take.

    Raises:
        StillwatchError: the database cannot be used.
    """
    records = open_records(place or settings.cases or folder.cases, settings.ledger_key)
    enforcement = CaseOrders(decisions)
    deadlines = Deadlines(
        datetime.timedelta(days=settings.appeal_days), datetime.timedelta(days=settings.appeal_grace_days)
    )
    with records:
        yield Casework(records, open_office(records, enforcement.answerable, deadlines), enforcement)


async def keep_cases(live: Live) -> None:
    """Go round until cancelled; whatever goes wrong is said, and the next round tries again."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if await asyncio.to_thread(live.casework.go_round, dict(live.gateways)):
                await live.board.refresh()
            live.trouble(_NAME, "")
        except Exception as error:  # gateways have to be answered whatever becomes of cases
            words = error.message if isinstance(error, StillwatchError) else type(error).__name__
            if live.troubles.get(_NAME) != words:
                _LOG.error("casework: %s", words)
            live.trouble(_NAME, words)

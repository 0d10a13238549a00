"""What follows from deciding, in the node: a round every second, because it holds the store of decisions.

Whoever decides a case or an appeal, and wherever, leaves an order in the casework database. Here it is carried out, and
what gateways report is held against it.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.consequences.office import Office
    from stillwatch.casework.effects.model import GatewayReport
    from stillwatch.enforcement.store import DecisionStore
    from stillwatch.node.casework import Casework
    from stillwatch.node.live import GatewayStatus, Live
    from stillwatch.settings import Settings

_LOG = logging.getLogger(__name__)
EVERY_S: Final = 1.0
_HEARD_EVERY_S: Final = 60.0
"""How often it is written down that a gateway was heard of whose version did not change."""
_NAME: Final = "consequences"


class Consequences:
    """Appeals, measures and what they lead to.

    Args:
        casework: where cases and people are.
        decisions: of which this process is the writer.
        settings: how long an appeal may take.
    """

    def __init__(self, casework: Casework, decisions: DecisionStore, settings: Settings) -> None:
        self._casework = casework
        self._decisions = decisions
        self._settings = settings
        self._office: Office | None = None
        self._opening = threading.Lock()
        self._heard: dict[str, tuple[tuple[str, int, bool], float]] = {}

    def office(self) -> Office:
        """Everything that answers appeals and takes mistakes back.

        Raises:
            StillwatchError: the casework database cannot be used now.
        """
        with self._opening:
            if self._office is None:
                from stillwatch.casework.appeals.clock import Deadlines  # deferred, as the database itself
                from stillwatch.casework.consequences.office import open_office
                from stillwatch.enforcement.case_orders import CaseOrders

                deadlines = Deadlines(
                    datetime.timedelta(days=self._settings.appeal_days),
                    datetime.timedelta(days=self._settings.appeal_grace_days),
                )
                answerable = CaseOrders(self._decisions).answerable
                self._office = open_office(self._casework.records(), answerable, deadlines)
            return self._office

    def go_round(self, gateways: Mapping[str, GatewayStatus]) -> bool:
        """Do what is due and hold reports against orders; whether decisions may have changed.

        Raises:
            StillwatchError: the casework database or the store of decisions cannot be used.
        """
        from stillwatch.casework.consequences.rounds import go_round
        from stillwatch.enforcement.case_orders import CaseOrders

        office = self.office()
        done = go_round(office, CaseOrders(self._decisions)).carried.done
        reports = [report for name, status in gateways.items() if (report := self._news(name, status))]
        if reports:
            office.confirmations.take(reports)
        for report in reports:
            self._heard[report.name] = ((report.epoch, report.version, report.known), time.monotonic())
        return bool(done)

    def _news(self, name: str, status: GatewayStatus) -> GatewayReport | None:
        """A report that says something new, or repeats itself for the first time in a minute."""
        from stillwatch.casework.effects.model import GatewayReport
        from stillwatch.enforcement.moments import moment_of

        said, when = self._heard.get(name, (None, 0.0))
        same = said == (status.epoch, status.version, status.known)
        if same and time.monotonic() - when < _HEARD_EVERY_S:
            return None
        return GatewayReport(name, status.epoch, status.version, status.known, moment_of(status.seen))


async def keep_going_round(live: Live) -> None:
    """Go round until cancelled; whatever goes wrong is said, and the next round tries again."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if await asyncio.to_thread(live.consequences.go_round, dict(live.gateways)):
                await live.board.refresh()
            live.trouble(_NAME, "")
        except Exception as error:  # gateways have to be answered whatever becomes of cases
            words = error.message if isinstance(error, StillwatchError) else type(error).__name__
            if live.troubles.get(_NAME) != words:
                _LOG.error("what follows from cases is not done: %s", words)
            live.trouble(_NAME, words)

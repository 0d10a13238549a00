"""A round every second of what follows from deciding: the node holds the store of decisions, so it is the one to do it.

Whoever decides a case or an appeal, and wherever, leaves an order in the casework database. Here it is carried out, and
what gateways report is held against it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.effects.model import GatewayReport
    from stillwatch.node.consequences import Consequences
    from stillwatch.node.live import GatewayStatus, Live

_LOG = logging.getLogger(__name__)
EVERY_S: Final = 1.0
_HEARD_EVERY_S: Final = 60.0
"""How often it is written down that a gateway was heard of whose version did not change."""
_NAME: Final = "consequences"


class Rounds:
    """Goes round.

    Args:
        consequences: what is due, and where decisions are.
    """

    def __init__(self, consequences: Consequences) -> None:
        self._consequences = consequences
        self._heard: dict[str, tuple[tuple[str, int, bool], float]] = {}

    def go_round(self, gateways: Mapping[str, GatewayStatus]) -> bool:
        """Do what is due and hold reports against orders; whether decisions may have changed.

        Raises:
            StillwatchError: the casework database or the store of decisions cannot be used.
        """
        from stillwatch.casework.consequences.rounds import go_round  # deferred, as the database itself

        office = self._consequences.office()
        done = go_round(office, self._consequences.enforcement()).carried.done
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
    rounds = Rounds(live.consequences)
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if await asyncio.to_thread(rounds.go_round, dict(live.gateways)):
                await live.board.refresh()
            live.trouble(_NAME, "")
        except Exception as error:  # gateways have to be answered whatever becomes of cases
            words = error.message if isinstance(error, StillwatchError) else type(error).__name__
            if live.troubles.get(_NAME) != words:
                _LOG.error("what follows from cases is not done: %s", words)
            live.trouble(_NAME, words)

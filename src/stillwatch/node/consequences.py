"""What follows from deciding, as the node has it: appeals, measures, and the store in which they take effect."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.casework.consequences.office import Office
    from stillwatch.enforcement.case_orders import CaseOrders
    from stillwatch.enforcement.store import DecisionStore
    from stillwatch.node.casework import Casework
    from stillwatch.settings import Settings


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

    def office(self) -> Office:
        """Everything that answers appeals and takes mistakes back.

        Raises:
            StillwatchError: the casework database cannot be used now.
        """
        with self._opening:
            if self._office is None:
                from stillwatch.casework.appeals.clock import Deadlines  # deferred, as the database itself
                from stillwatch.casework.consequences.office import open_office

                settings = self._settings
                deadlines = Deadlines.of_days(settings.appeal_days, settings.appeal_grace_days)
                answerable = self.enforcement().answerable
                self._office = open_office(self._casework.records(), answerable, deadlines)
            return self._office

    def enforcement(self) -> CaseOrders:
        """The store of decisions, as casework sees it."""
        from stillwatch.enforcement.case_orders import CaseOrders

        return CaseOrders(self._decisions)

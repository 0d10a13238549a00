"""Where cases act and appeals are answered: casework, and the store of decisions beside it.

The command line and the console work here. A node that runs holds the store of decisions and carries orders out by
itself, within a second; where none runs, this does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.consequences.office import Office, open_office
from stillwatch.casework.consequences.rounds import go_round, see_to
from stillwatch.enforcement.case_orders import CaseOrders
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.appeals.clock import Deadlines
    from stillwatch.casework.records import Records
    from stillwatch.casework.statements.model import MeasureFact

_HELD: Final = "SW-DEC-14"
"""Another process writes to the store of decisions: a node runs, and carries orders out itself."""


@dataclasses.dataclass(frozen=True, slots=True)
class Went:
    """What came of going round.

    Attributes:
        waiting: how many orders there were to carry out.
        done: how many were.
        words: a sentence each on what somebody has to know; nothing where everything is plain.
    """

    waiting: int = 0
    done: int = 0
    words: tuple[str, ...] = ()


class CaseDesk:
    """One place of work.

    Args:
        records: an open casework database.
        decisions: the node's store of decisions, which need not be there.
        own: whether the casework database is that node's own.
        deadlines: how long an appeal may take.
        on_trouble: told in a sentence what could not be looked at.
        now: the clock.
    """

    def __init__(
        self,
        records: Records,
        decisions: Path,
        *,
        own: bool,
        deadlines: Deadlines,
        on_trouble: Callable[[str], None],
        now: clock.Clock = clock.now,
    ) -> None:
        self.records = records
        self._decisions = decisions
        self._own = own
        self._on_trouble = on_trouble
        self.office: Office = open_office(records, self._answerable, deadlines, now=now)

    def measures(self, account_id: str) -> list[MeasureFact]:
        """What is in force about an account."""
        if not self._decisions.is_file():
            return []
        with DecisionStore(self._decisions, writer=False) as store:
            return CaseOrders(store).measures(account_id)

    def go_round(self) -> Went:
        """See to what is due and carry out what was ordered, here or by the node that runs."""
        see_to(self.office)
        waiting = len(self.office.orders.waiting())
        if not waiting:
            return Went()
        count = f"{waiting:,} {'order' if waiting == 1 else 'orders'}"
        if not self._own and not self._decisions.is_file():
            return Went(waiting, 0, (f"{count} given; the node carries them out",))
        try:
            store = DecisionStore(self._decisions)
        except StillwatchError as error:
            if error.code != _HELD:
                raise
            held = f"{count} given; the node that runs here carries them out within a second"
            return Went(waiting, 0, (held,))
        with store:
            carried = go_round(self.office, CaseOrders(store)).carried
        words = tuple(
            f"{order_id} was not carried out: {self.office.orders.get(order_id).trouble}"
            for order_id in (*carried.refused, *carried.later)
        )
        if carried.done:
            told = f"{len(carried.done):,} of {count} carried out; gateways confirm to the node that runs"
            return Went(waiting, len(carried.done), (*words, told))
        return Went(waiting, 0, words)

    def _answerable(self, account_id: str) -> Mapping[str, str]:
        """Who decided about an account outside of cases, as far as this machine can tell."""
        if not self._decisions.is_file():
            if not self._own:
                self._on_trouble(
                    f"{self._decisions} is not here: who took decisions by hand is not looked at; "
                    "name the node's folder with --dir"
                )
            return {}
        with DecisionStore(self._decisions, writer=False) as store:
            return CaseOrders(store).answerable(account_id)

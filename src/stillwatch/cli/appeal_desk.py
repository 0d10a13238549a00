"""Where the commands about appeals and measures work: casework, and the store of decisions beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.cli.casework_options import FILE, cases_place
from stillwatch.cli.options import current_settings
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened
from stillwatch.enforcement.desk import FILE as DECISIONS
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.appeals.clock import Deadlines
    from stillwatch.casework.consequences.office import Office
    from stillwatch.casework.records import Records
    from stillwatch.casework.statements.model import MeasureFact

_HELD: Final = "SW-DEC-14"
"""Another process writes to the store of decisions: a node runs, and carries orders out itself."""


class AppealDesk:
    """One command's place of work.

    Args:
        records: an open casework database.
        folder: of the node.
        own: whether the casework database is that node's own.
    """

    def __init__(self, records: Records, folder: Path, *, own: bool) -> None:
        from stillwatch.casework.consequences.office import open_office  # deferred, as everywhere here

        self.records = records
        self._decisions = folder / DECISIONS
        self._own = own
        self.office: Office = open_office(records, self._answerable, deadlines())

    def measures(self, account_id: str) -> list[MeasureFact]:
        """What is in force about an account."""
        from stillwatch.enforcement.case_orders import CaseOrders
        from stillwatch.enforcement.store import DecisionStore

        if not self._decisions.is_file():
            return []
        with DecisionStore(self._decisions, writer=False) as store:
            return CaseOrders(store).measures(account_id)

    def go_round(self) -> None:
        """See to what is due and carry out what was ordered, here or by the node that runs; say what became of it."""
        from stillwatch.casework.consequences.rounds import go_round, see_to
        from stillwatch.enforcement.case_orders import CaseOrders
        from stillwatch.enforcement.store import DecisionStore

        see_to(self.office)
        waiting = self.office.orders.waiting()
        if not waiting:
            return
        count = f"{len(waiting):,} {'order' if len(waiting) == 1 else 'orders'}"
        if not self._own and not self._decisions.is_file():
            Output().say(f"{count} given; the node carries them out")
            return
        try:
            store = DecisionStore(self._decisions)
        except StillwatchError as error:
            if error.code != _HELD:
                raise
            Output().say(f"{count} given; the node that runs here carries them out within a second")
            return
        with store:
            carried = go_round(self.office, CaseOrders(store)).carried
        for order_id in (*carried.refused, *carried.later):
            Output().say(f"{order_id} was not carried out: {self.office.orders.get(order_id).trouble}")
        if carried.done:
            Output().say(
                f"{len(carried.done):,} of {count} carried out; gateways confirm to the node that runs"
            )

    def _answerable(self, account_id: str) -> Mapping[str, str]:
        """Who decided about an account outside of cases, as far as this machine can tell."""
        from stillwatch.enforcement.case_orders import CaseOrders
        from stillwatch.enforcement.store import DecisionStore

        if not self._decisions.is_file():
            if not self._own:
                Output().say(
                    f"{self._decisions} is not here: who took decisions by hand is not looked at; "
                    "name the node's folder with --dir"
                )
            return {}
        with DecisionStore(self._decisions, writer=False) as store:
            return CaseOrders(store).answerable(account_id)


@contextlib.contextmanager
def at_desk(cases: str | None, folder: Path, ledger_key: Path | None) -> Iterator[AppealDesk]:
    """The place of work that the options name.

    Raises:
        StillwatchError: there is no casework database, or it cannot be used.
    """
    with opened(cases, folder, ledger_key) as records:
        yield AppealDesk(records, folder, own=cases_place(cases, folder) == str(folder / FILE))


def deadlines() -> Deadlines:
    """How long an appeal may take, from the settings."""
    from stillwatch.casework.appeals.clock import Deadlines

    settings = current_settings()
    return Deadlines.of_days(settings.appeal_days, settings.appeal_grace_days)

"""Where the commands about appeals and measures work: `enforcement.case_desk`, its words said on the terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from stillwatch.cli.casework_options import FILE, cases_place
from stillwatch.cli.options import current_settings
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import opened
from stillwatch.enforcement.desk import FILE as DECISIONS

if TYPE_CHECKING:
    from stillwatch.casework.appeals.clock import Deadlines
    from stillwatch.casework.consequences.office import Office
    from stillwatch.casework.records import Records
    from stillwatch.casework.statements.model import MeasureFact


class AppealDesk:
    """One command's place of work.

    Args:
        records: an open casework database.
        folder: of the node.
        own: whether the casework database is that node's own.
    """

    def __init__(self, records: Records, folder: Path, *, own: bool) -> None:
        from stillwatch.enforcement.case_desk import CaseDesk  # deferred, as everywhere here

        self.records = records
        self._folder = folder
        say = Output().say
        self._desk = CaseDesk(records, folder / DECISIONS, own=own, deadlines=deadlines(), on_trouble=say)

    @property
    def office(self) -> Office:
        """Everything that answers appeals and takes mistakes back."""
        return self._desk.office

    def measures(self, account_id: str) -> list[MeasureFact]:
        """What is in force about an account."""
        return self._desk.measures(account_id)

    def is_unheard_of(self, account_id: str) -> bool:
        """Whether the node's folder is here and has neither a measure in force about an account nor a verdict on it."""
        from stillwatch.node.folder import Folder
        from stillwatch.node.verdicts import VerdictStore

        node = Folder(self._folder)
        if not node.decisions.is_file() or self.measures(account_id):
            return False
        if not node.verdicts.is_file():
            return True
        with contextlib.closing(VerdictStore(node.verdicts, writer=False)) as verdicts:
            return verdicts.of(account_id) is None

    def go_round(self) -> None:
        """See to what is due and carry out what was ordered, here or by the node that runs; say what became of it."""
        for words in self._desk.go_round().words:
            Output().say(words)


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

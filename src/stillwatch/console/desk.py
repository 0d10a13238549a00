"""The desk at which the console acts on cases and answers appeals: the same as the command line's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.casework.appeals.clock import Deadlines
from stillwatch.enforcement.case_desk import CaseDesk

if TYPE_CHECKING:
    from stillwatch.console.office import Office


def desk_of(office: Office) -> CaseDesk:
    """Where orders are given and carried out.

    Raises:
        StillwatchError: the casework database cannot be used now.
    """
    settings = office.settings
    return CaseDesk(
        office.records,
        office.folder.decisions,
        own=office.place == str(office.folder.cases),
        deadlines=Deadlines.of_days(settings.appeal_days, settings.appeal_grace_days),
        on_trouble=lambda _words: None,  # `unseen` says it on the page
        now=office.now,
    )


def unseen(office: Office) -> str:
    """What cannot be looked at from here, in a sentence; empty where everything can."""
    if office.folder.decisions.is_file() or office.place == str(office.folder.cases):
        return ""
    return (
        f"{office.folder.decisions} is not here: who took decisions by hand is not looked at; "
        "name the node's folder with --dir"
    )

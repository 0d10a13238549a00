"""Where everything is that the console shows and changes: opened when first needed, shared by all requests.

These are the very stores that the command line and the node use. What is not there (no node ran yet, no case was
opened) is None, and a page says what to do next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from stillwatch import clock
from stillwatch.casework.cases import CaseStore, ServiceLevels
from stillwatch.casework.records import Records, open_records
from stillwatch.console.memory import Memory
from stillwatch.console.sessions import Sessions
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.folder import Folder
from stillwatch.node.verdicts import VerdictStore

if TYPE_CHECKING:
    from stillwatch.casework.people import Approvals, People
    from stillwatch.console.options import Options
    from stillwatch.settings import Settings
    from stillwatch.storage.ledger import Ledger

_Opened = TypeVar("_Opened")


class Office:
    """What one console works with.

    Args:
        options: which node, which files.
        settings: as for every command.
        now: the clock.

    Attributes:
        folder: of the node.
        memory: what was worked out and may be shown again while nothing changed.
        sessions: who is logged in.
    """

    def __init__(self, options: Options, settings: Settings, *, now: clock.Clock = clock.now) -> None:
        self.options = options
        self.settings = settings
        self.folder = Folder(options.folder)
        self.now = now
        self.memory = Memory()
        self.sessions = Sessions(options.idle_minutes, options.session_hours, now)
        self._lock = threading.RLock()
        self._records: Records | None = None
        self._verdicts: VerdictStore | None = None
        self._decisions: DecisionStore | None = None

    @property
    def place(self) -> str:
        """The path or URL of the casework database."""
        return self.options.cases or self.settings.cases or str(self.folder.cases)

    @property
    def records(self) -> Records:
        """Database, ledger, people and approvals of casework.

        Raises:
            StillwatchError: they cannot be used now; the next call tries again.
        """
        with self._lock:
            if self._records is None:
                key = self.options.ledger_key or self.settings.ledger_key
                self._records = open_records(self.place, key, make=False, now=self.now)
            return self._records

    @property
    def people(self) -> People:
        """Who may act."""
        return self.records.people

    @property
    def ledger(self) -> Ledger:
        """The ledger of casework."""
        return self.records.ledger

    @property
    def approvals(self) -> Approvals:
        """What waits for a second person."""
        return self.records.approvals

    @property
    def cases(self) -> CaseStore:
        """The cases."""
        records = self.records
        levels = ServiceLevels.read(self.settings.case_due)
        return CaseStore(records.database, records.ledger, records.people, levels=levels, now=self.now)

    @property
    def verdicts(self) -> VerdictStore | None:
        """What the node last concluded; None where it never ran."""
        with self._lock:
            if self._verdicts is None and self.folder.verdicts.is_file():
                self._verdicts = VerdictStore(self.folder.verdicts, writer=False)
            return self._verdicts

    @property
    def decisions(self) -> DecisionStore | None:
        """What was decided about whom, for looking; None where no decision was ever taken."""
        with self._lock:
            if self._decisions is None and self.folder.decisions.is_file():
                self._decisions = DecisionStore(
                    self.folder.decisions, writer=False, clock=lambda: self.now().timestamp()
                )
            return self._decisions

    @property
    def findings(self) -> Path | None:
        """What ``stillwatch detect`` wrote; None where that was not named."""
        return self.options.findings

    def remembered(self, name: str, version: object, make: Callable[[], _Opened]) -> _Opened:
        """Something worked out before for this version of what it rests on, else worked out now; see ``Memory``."""
        return self.memory.get(name, version, make)

    def close(self) -> None:
        """Let go of every file."""
        with self._lock:
            for each in (self._verdicts, self._decisions):
                if each is not None:
                    each.close()
            if self._records is not None:
                self._records.database.close()

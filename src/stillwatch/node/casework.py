"""The node's cases, people and ledger: opened when first needed, so that a database that is down stops no decision."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.casework.cases import CaseStore
    from stillwatch.casework.records import Records
    from stillwatch.node.folder import Folder
    from stillwatch.settings import Settings


class Casework:
    """Where the node keeps cases; the serving process and the worker have one each.

    Args:
        settings: the place, the ledger's key, and by when cases are due.
        folder: of the node.
    """

    def __init__(self, settings: Settings, folder: Folder) -> None:
        self._settings = settings
        self.place = settings.cases or str(folder.cases)
        self._records: Records | None = None
        self._opening = threading.Lock()

    def records(self) -> Records:
        """The open records; made where there are none.

        Raises:
            StillwatchError: they cannot be used now; the next call tries again.
        """
        with self._opening:
            if self._records is None:
                from stillwatch.casework.records import (
                    open_records,
                )  # deferred: a node without cases needs no SQL

                self._records = open_records(self.place, self._settings.ledger_key)
            return self._records

    def store(self) -> CaseStore:
        """The cases.

        Raises:
            StillwatchError: they cannot be used now.
        """
        from stillwatch.casework.cases import CaseStore, ServiceLevels

        records = self.records()
        levels = ServiceLevels.read(self._settings.case_due)
        return CaseStore(records.database, records.ledger, records.people, levels=levels)

    def keep_time(self) -> None:
        """Destroy kept text whose time is over.

        Raises:
            StillwatchError: the records cannot be used now, or a file cannot be removed.
        """
        from stillwatch.casework.retention.orders import Orders
        from stillwatch.casework.retention.vault import Vault

        vault = Vault(self._settings.retained_dir, self._settings.retention_key)
        Orders(self.records(), vault).shred_expired()

    def close(self) -> None:
        """Let go of the database."""
        if self._records is not None:
            self._records.database.close()
